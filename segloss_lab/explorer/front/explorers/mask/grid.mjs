// A mask of 32 by 32 pixels: its bits as text, its shifts and growths, and its outline.

import { range } from "d3-array";

import { loopsOf } from "../../charts/outline.mjs";

export const SIDE = 32;
export const PIXELS = SIDE * SIDE;
export const EMPTY = "0".repeat(PIXELS / 4);

/** 256 hexadecimal digits, four pixels each, as 1024 zeros and ones, row by row. */
export function decode(digits) {
  const mask = new Uint8Array(PIXELS);
  for (let i = 0; i < digits.length; i += 1) {
    const four = parseInt(digits[i], 16);
    for (let bit = 0; bit < 4; bit += 1) mask[4 * i + bit] = (four >> (3 - bit)) & 1;
  }
  return mask;
}

/** The same the other way. */
export function encode(mask) {
  return range(0, PIXELS, 4).map((i) => (
    (8 * mask[i] + 4 * mask[i + 1] + 2 * mask[i + 2] + mask[i + 3]).toString(16)
  )).join("");
}

/** The mask of all pixels for which `inside(row, column)` holds. */
export function maskWhere(inside) {
  return Uint8Array.from(range(PIXELS), (i) => Number(inside(Math.floor(i / SIDE), i % SIDE)));
}

/** The prediction of a state as it stands: first grown, then shifted. */
export function predictionOf({ prediction, grow, shift_x, shift_y }) {
  return shifted(grown(decode(prediction), grow), shift_x, shift_y);
}

/** Wider on every side by so many pixels, or where `by` is negative, narrower; corners stay out. */
function grown(mask, by) {
  if (by === 0) return mask;
  const [from, to] = by > 0 ? [0, 1] : [1, 0];
  const next = Uint8Array.from(mask, (bit, i) => (
    bit === from && bordersOn(mask, Math.floor(i / SIDE), i % SIDE, to) ? to : bit
  ));
  return grown(next, by - Math.sign(by));
}

function bordersOn(mask, row, column, bit) {
  return at(mask, row - 1, column) === bit || at(mask, row + 1, column) === bit
    || at(mask, row, column - 1) === bit || at(mask, row, column + 1) === bit;
}

/** To the right and down; what leaves the picture is gone. */
function shifted(mask, right, down) {
  if (right === 0 && down === 0) return mask;
  return maskWhere((row, column) => at(mask, row - down, column - right));
}

/** The bit at a place; 0 beyond the edges. */
function at(mask, row, column) {
  const outside = row < 0 || row >= SIDE || column < 0 || column >= SIDE;
  return outside ? 0 : mask[row * SIDE + column];
}

/** The edges of a mask as the path of an SVG of 32 by 32 units, for lines and for filling. */
export function outline(mask) {
  return loopsOf(mask, SIDE).map((corners) => `M${corners.join("L")}Z`).join("");
}

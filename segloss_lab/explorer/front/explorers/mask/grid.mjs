// A mask of 32 by 32 pixels: its bits as text, its shifts and growths, and its outline.

import { range } from "d3-array";

import { loopsOf } from "../../charts/outline.mjs";

export const SIDE = 32;
export const PIXELS = SIDE * SIDE;
export const EMPTY = "0".repeat(PIXELS / 4);

/** 256 hexadecimal digits, four pixels each, as 1024 zeros and ones, row by row. */
export function decode(digits) {
  return new Uint8Array(PIXELS).map((_, i) => (parseInt(digits[i >> 2], 16) >> (3 - (i & 3))) & 1);
}

/** The same the other way. */
export function encode(mask) {
  return range(0, PIXELS, 4).map((i) => (
    (8 * mask[i] + 4 * mask[i + 1] + 2 * mask[i + 2] + mask[i + 3]).toString(16)
  )).join("");
}

/** The mask of all pixels for which `inside(row, column)` holds. */
export function maskWhere(inside) {
  return new Uint8Array(PIXELS).map((_, i) => inside(...placeOf(i)));
}

/** The row and the column of a pixel. */
export function placeOf(pixel) {
  return [Math.floor(pixel / SIDE), pixel % SIDE];
}

/** The pixel at a row and a column; the nearest if they are outside. */
export function pixelAt(row, column) {
  const [y, x] = [row, column].map((place) => Math.min(Math.max(place, 0), SIDE - 1));
  return y * SIDE + x;
}

/** The prediction of a state as it stands: first grown, then shifted. */
export function predictionOf({ prediction, grow, shift_x, shift_y }) {
  const mask = grown(decode(prediction), grow);
  return maskWhere((row, column) => at(mask, row - shift_y, column - shift_x));
}

/** Wider on every side by so many pixels, or where `by` is negative, narrower; corners stay out. */
function grown(mask, by) {
  if (by === 0) return mask;
  const to = by > 0 ? 1 : 0;
  const reached = maskWhere((row, column) => (
    [[0, 0], [-1, 0], [1, 0], [0, -1], [0, 1]].some(([y, x]) => at(mask, row + y, column + x) === to)
      ? to : 1 - to
  ));
  return grown(reached, by - Math.sign(by));
}

/** The bit at a place; 0 beyond the edges. */
function at(mask, row, column) {
  const outside = row < 0 || row >= SIDE || column < 0 || column >= SIDE;
  return outside ? 0 : mask[row * SIDE + column];
}

/** The edges of a mask as the path of an SVG of 32 by 32 units. */
export function outline(mask) {
  return loopsOf(mask, SIDE).map((corners) => `M${corners.join("L")}Z`).join("");
}

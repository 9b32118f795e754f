// Scales and axes: linear, and logarithmic with a place of its own for zero.

import { range } from "d3-array";
import { scaleLinear, scaleLog } from "d3-scale";

import { powerOfTen } from "../core/numbers.mjs";
import { refill, s } from "./svg.mjs";

const BELOW = 10; // pixels from an axis to its numbers, so that those of the corner stand apart
const BESIDE = 7;
const SLOT = 30; // pixels set aside for zero at the low end of a logarithmic axis

/** A linear scale with the ticks that its axis shows. */
export function linearScale([from, to], pixelRange, tickCount) {
  const scale = scaleLinear([from, to], pixelRange);
  const ticks = scale.ticks(tickCount);
  return Object.assign((value) => scale(value), { axis: scale, ticks, format: String, zero: null });
}

/**
 * A logarithmic scale from 10^low to 10^high with a slot for zero before its low end; values beyond
 * either end stand at that end. `every` is the number of decades between ticks.
 */
export function zeroLogScale([low, high], [start, end], every) {
  const direction = Math.sign(end - start);
  const log = scaleLog([10 ** low, 10 ** high], [start + direction * SLOT, end]).clamp(true);
  const zero = start + (direction * SLOT) / 3;
  const ticks = range(Math.ceil(low / every) * every, high + 1, every).map((e) => Number(`1e${e}`));
  return Object.assign((value) => (value === 0 ? zero : log(value)), {
    axis: log, ticks, zero, slotEnd: start + direction * SLOT,
    format: (tick) => (tick === 1 ? "1" : powerOfTen(Math.round(Math.log10(tick)))),
  });
}

/**
 * Draw the axis, in a group of its own, with grid lines of the given length and, if it has
 * one, its name {text, x, y, ...}; with a zero slot, its tick and the break. An axis that is the
 * same stays as it is: text is slow to lay out.
 */
export function drawAxis(group, scale, side, length, name = null) {
  const flat = side === "bottom";
  const { axis, ticks, format, zero } = scale;
  const half = devicePixelRatio > 1 ? 0 : 0.5; // a line lies on the pixels, not between them
  const placed = ticks.map((value) => [axis(value), format(value)]);
  const key = JSON.stringify([placed, zero, side, length, half, name]);
  refill(group, key, () => [
    ...placed.map(([at, text]) => tick(at + half, text, flat, length)),
    ...(zero === null ? [] : [
      tick(zero, "0", flat, length), s("path.sg-break", { d: breakPath(scale, flat) }),
    ]),
    ...(name ? [s("text.sg-axis-label", name)] : []),
  ]);
}

function tick(at, text, flat, length) {
  return s(
    "g.tick", { transform: flat ? `translate(${at},0)` : `translate(0,${at})` },
    s("line", flat ? { y2: -length } : { x2: length }),
    s("text", flat
      ? { text, y: BELOW, dy: "0.71em", "text-anchor": "middle" }
      : { text, x: -BESIDE, dy: "0.32em", "text-anchor": "end" }),
  );
}

/** Two slanted strokes across the axis, between zero and the first decade. */
function breakPath({ zero, slotEnd }, flat) {
  const middle = (zero + slotEnd) / 2;
  return [middle - 2, middle + 2].map((at) => (
    flat ? `M${at - 2},4L${at + 2},-4` : `M-4,${at + 2}L4,${at - 2}`
  )).join("");
}

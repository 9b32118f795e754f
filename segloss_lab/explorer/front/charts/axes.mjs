// Scales and axes for d3: linear, and logarithmic with a place of its own for zero.

import { range } from "d3-array";
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear, scaleLog } from "d3-scale";

import { powerOfTen } from "../core/numbers.mjs";

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

/** Draw the axis with grid lines of the given length; with a zero slot, its tick and the break. */
export function drawAxis(group, scale, side, length) {
  const horizontal = side === "bottom";
  const axis = (horizontal ? axisBottom : axisLeft)(scale.axis)
    .tickValues(scale.ticks).tickFormat(scale.format).tickSize(-length)
    .tickPadding(horizontal ? BELOW : BESIDE);
  group.call(axis).call((g) => g.select(".domain").remove());
  const zero = scale.zero === null ? [] : [scale.zero];
  group.selectAll(".sg-zero").data(zero).join((enter) => zeroTick(enter, horizontal, length))
    .attr("transform", (at) => (horizontal ? `translate(${at},0)` : `translate(0,${at})`));
  group.selectAll(".sg-break").data(zero).join("path").attr("class", "sg-break")
    .attr("d", breakPath(scale, horizontal));
}

function zeroTick(enter, horizontal, length) {
  const tick = enter.append("g").attr("class", "tick sg-zero");
  tick.append("line").attr(horizontal ? "y2" : "x2", horizontal ? -length : length);
  tick.append("text").text("0").attr(horizontal ? "y" : "x", horizontal ? BELOW : -BESIDE)
    .attr("dy", horizontal ? "0.71em" : "0.32em")
    .attr("text-anchor", horizontal ? "middle" : "end");
  return tick;
}

/** Two slanted strokes across the axis, between zero and the first decade. */
function breakPath(scale, horizontal) {
  const middle = (scale.zero + scale.slotEnd) / 2;
  return [middle - 2, middle + 2].map((at) => (
    horizontal ? `M${at - 2},4L${at + 2},-4` : `M-4,${at + 2}L4,${at - 2}`
  )).join("");
}

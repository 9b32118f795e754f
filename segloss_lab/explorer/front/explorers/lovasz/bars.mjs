// The errors by rank as bars: as high as the error, as wide as its weight, so that the area is the
// loss. Where a bar ends, the sum of the weights is the Jaccard loss of the pixels so far.

import { sum } from "d3-array";
import { create, select } from "d3-selection";

import { drawAxis, linearScale } from "../../charts/axes.mjs";
import { freshId, h } from "../../core/dom.mjs";
import { ranksOf } from "./math.mjs";

const MARGIN = { top: 14, right: 12, bottom: 44, left: 44 };
const TALL = 200; // pixels from which the axis of the errors has a tick at every fifth
const HATCHES = { miss: "M0,7L7,0", alarm: "M0,0L7,7" };

/**
 * The bars of {truth, errors, weights} as a chart titled `title`, so many pixels high: {element,
 * update(now, before), stop}, where `before` is the same of the state before, or null.
 */
export function rankBars(title, height) {
  const svg = create("svg:svg")
    .attr("role", "img").attr("height", height);
  const hatchIds = addHatches(svg);
  const layers = Object.fromEntries(["x", "y", "ghosts", "bars"].map(
    (name) => [name, svg.append("g").attr("class", `sg-${name}`)],
  ));
  const frame = h("div.sg-frame.sg-ranks", svg.node());
  let model = null;
  let old = null;
  let width = 0; // until the frame first has a place on the page

  function draw() {
    if (model === null || width === 0) return;
    const plot = layOut(width, height);
    svg.attr("width", width).attr("aria-label", labelOf(model));
    drawAxes(layers, plot);
    drawBars(layers.bars, barsOf(model), plot, hatchIds);
    drawGhosts(layers.ghosts, old === null ? [] : barsOf(old), plot);
  }
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);

  const heading = h("div.sg-chart-title", title);
  return {
    element: h("div.sg-chart", heading, frame),
    update(next, before) {
      model = next;
      old = labelOf(before ?? next) === labelOf(next) ? null : before; // nothing has moved
      draw();
    },
    stop: () => observer.disconnect(),
  };
}

function addHatches(svg) {
  return Object.fromEntries(Object.entries(HATCHES).map(([kind, path]) => {
    const id = freshId(kind);
    const pattern = svg.append("pattern").attr("id", id).attr("class", `sg-hatch ${kind}`)
      .attr("patternUnits", "userSpaceOnUse").attr("width", 7).attr("height", 7);
    pattern.append("rect").attr("width", 7).attr("height", 7);
    pattern.append("path").attr("d", path);
    return [kind, id];
  }));
}

function layOut(width, height) {
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  return {
    left, right, top, bottom,
    x: linearScale([0, 1], [left, right], 5),
    y: linearScale([0, 1], [bottom, top], height < TALL ? 2 : 5),
  };
}

function drawAxes({ x, y }, plot) {
  x.attr("transform", `translate(0,${plot.bottom})`);
  drawAxis(x, plot.x, "bottom", 0);
  addLabel(x, "Jaccard loss of the pixels so far")
    .attr("x", (plot.left + plot.right) / 2).attr("y", 38);
  y.attr("transform", `translate(${plot.left},0)`);
  drawAxis(y, plot.y, "left", plot.right - plot.left);
  const middle = (plot.top + plot.bottom) / 2;
  addLabel(y, "error").attr("transform", `translate(-34,${middle}) rotate(-90)`);
}

function addLabel(axis, text) {
  return axis.selectAll(".sg-axis-label").data([text]).join("text")
    .attr("class", "sg-axis-label").text(String);
}

function barsOf({ truth, errors, weights }) {
  const ranked = ranksOf(errors);
  return ranked.map((i, rank) => ({
    name: `pixel ${i + 1}`, kind: truth[i] === 1 ? "miss" : "alarm",
    error: errors[i], weight: weights[i], from: sum(ranked.slice(0, rank), (j) => weights[j]),
  }));
}

function drawBars(layer, bars, { x, y, bottom }, hatchIds) {
  const groups = layer.selectAll("g").data(bars).join((enter) => {
    const g = enter.append("g");
    g.append("rect");
    g.append("text");
    return g;
  });
  groups.attr("class", ({ kind }) => kind);
  // A weight of 0 still has a rank: a line as high as the error.
  groups.select("rect").attr("fill", ({ kind }) => `url(#${hatchIds[kind]})`)
    .attr("x", ({ from }) => x(from)).attr("width", ({ weight }) => x(weight) - x(0))
    .attr("y", ({ error }) => y(error)).attr("height", ({ error }) => bottom - y(error));
  groups.select("text").text(({ name, weight }) => (x(weight) - x(0) > 46 ? name : ""))
    .attr("x", ({ from, weight }) => x(from + weight / 2))
    .attr("y", ({ error }) => {
      const hasRoom = y(error) < bottom - 24;
      return hasRoom ? (y(error) + bottom) / 2 + 4 : y(error) - 6;
    });
}

function drawGhosts(layer, bars, { x, y, bottom }) {
  layer.selectAll("rect").data(bars).join("rect")
    .attr("x", ({ from }) => x(from)).attr("width", ({ weight }) => x(weight) - x(0))
    .attr("y", ({ error }) => y(error)).attr("height", ({ error }) => bottom - y(error));
}

function labelOf({ errors, weights }) {
  const words = ranksOf(errors).map((i) => (
    `pixel ${i + 1}: error ${errors[i]}, weight ${weights[i].toPrecision(3)}`
  ));
  return `Bars from the largest error to the smallest: ${words.join("; ")}.`;
}

// A line chart of several curves over one setting, with a vertical rule at its present value that
// can be dragged, and numbers under the pointer.

import { bisectCenter, least } from "d3-array";
import { select } from "d3-selection";
import * as shapes from "d3-shape";

import { drawAxis } from "./axes.mjs";
import { h } from "../core/dom.mjs";
import { followPointer } from "../core/pointer.mjs";

const MARGIN = { top: 26, right: 16, bottom: 46, left: 50 };
const MARKER_EVERY = 24; // positions between two markers of a curve
const MARKERS = {
  circle: shapes.symbolCircle, cross: shapes.symbolCross, diamond: shapes.symbolDiamond,
  plus: shapes.symbolPlus, square: shapes.symbolSquare, star: shapes.symbolStar,
  times: shapes.symbolTimes, triangle: shapes.symbolTriangle, wye: shapes.symbolWye,
};
const STROKED = ["plus", "times"]; // markers without an inside

/**
 * A chart titled `title`, calling `onMove(value)` as its rule is dragged: {element, update(model),
 * stop}. The model: `key`, a text that changes whenever anything but the present values does (while
 * it stays, only rule and dots move); `positions` (the values along x, zero first if it has a slot);
 * `xScale` and `yScale`, functions from a pixel range to a scale; `xName`, `xLabel`; `now` (the
 * present x); `describe(y)` for the numbers under the pointer; `label` for those who do not see it;
 * `curves`, each {key, name, values (one for each position, NaN where it leaves the picture), now
 * (null where that is outside), color, dash, marker, chosen, labelAt (an index; its name stands
 * above and right of there, or where `labelBelow` and `labelLeft` say; null leaves it out)}; and
 * `mark`, a point {x, y, text} worth naming (its words stand above the plot, or with `beside` on its
 * left), several such, or null.
 */
export function lineChart(title, onMove) {
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("role", "img");
  const tooltip = h("div", { class: "segloss-tooltip", hidden: "", "aria-hidden": "true" });
  const frame = h("div", { class: "segloss-frame" }, svg.node(), tooltip);
  const heading = h("div", { class: "segloss-chart-title" }, title);
  const layers = Object.fromEntries(["x", "y", "rule", "curves", "labels", "mark"].map(
    (name) => [name, svg.append("g").attr("class", `segloss-${name}`)],
  ));
  let model = null;
  let plot = null;
  let width = 0; // until the frame first has a place on the page
  let drawn = "";
  let drawnAxes = "";

  function draw() {
    if (model === null || width === 0) return;
    if (drawn !== `${width} ${model.key}`) drawAll();
    drawn = `${width} ${model.key}`;
    drawRule(layers.rule, model, plot);
    drawDots(layers.curves, model, plot);
    drawMark(layers.mark, model, plot);
  }

  function drawAll() {
    plot = layOut(model, width);
    svg.attr("width", width).attr("height", plot.height).attr("aria-label", model.label);
    const axes = axesKey(model, plot);
    if (drawnAxes !== axes) drawAxes(layers, model, plot);
    drawnAxes = axes;
    drawCurves(layers.curves, model, plot);
    drawLabels(layers.labels, model, plot);
  }

  followPointer(svg.node(), {
    move: (x) => onMove(model.positions[bisectCenter(plot.stops, x)]),
    point: (x, y) => showTooltip(tooltip, model, plot, x, y),
    leave: () => { tooltip.hidden = true; },
  });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);

  return {
    element: h("div", { class: "segloss-chart" }, heading, frame),
    update(next) { model = next; draw(); },
    stop: () => observer.disconnect(),
  };
}

/** The legend's swatch of a curve: its dash and its marker, as in the chart. */
export function swatch({ color, dash, marker, chosen }) {
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("width", 44).attr("height", 14).attr("aria-hidden", "true");
  const curve = svg.append("g").attr("class", "segloss-curve").classed("chosen", chosen)
    .style("--curve", color);
  curve.append("path").attr("class", "segloss-line").attr("d", "M1,7H43")
    .attr("stroke-dasharray", dashes(dash));
  curve.append("path").attr("class", "segloss-dot").attr("transform", "translate(22,7)")
    .attr("d", symbol(marker, 46)).classed("stroked", STROKED.includes(marker));
  return svg.node();
}

function layOut(model, width) {
  const height = Math.round(Math.min(Math.max(width * 0.78, 300), 380));
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const x = model.xScale([left, right]);
  const y = model.yScale([bottom, top]);
  return { left, right, top, bottom, height, x, y, stops: model.positions.map(x) };
}

/** What the axes depend on: most moves change curves alone, and text is slow to lay out. */
function axesKey({ xLabel }, { left, right, top, bottom, x, y }) {
  const scales = [x, y].map(({ axis, ticks }) => [axis.domain(), ticks]);
  return JSON.stringify([xLabel, left, right, top, bottom, scales]);
}

function drawAxes({ x, y }, model, plot) {
  x.attr("transform", `translate(0,${plot.bottom})`);
  drawAxis(x, plot.x, "bottom", plot.bottom - plot.top);
  x.selectAll(".segloss-axis-label").data([model.xLabel]).join("text")
    .attr("class", "segloss-axis-label")
    .attr("x", (plot.left + plot.right) / 2).attr("y", 38).text(String);
  y.attr("transform", `translate(${plot.left},0)`);
  drawAxis(y, plot.y, "left", plot.right - plot.left);
}

function drawCurves(layer, model, plot) {
  const curves = layer.selectAll(".segloss-curve").data(model.curves, ({ key }) => key)
    .join(appendCurve).classed("chosen", ({ chosen }) => chosen)
    .style("--curve", ({ color }) => color)
    .order();
  curves.select(".segloss-line").attr("d", ({ values }) => linePath(values, plot))
    .attr("stroke-dasharray", ({ dash }) => dashes(dash));
  curves.select(".segloss-dot").attr("d", ({ marker, chosen }) => symbol(marker, chosen ? 110 : 56))
    .classed("stroked", ({ marker }) => STROKED.includes(marker));
  curves.selectAll(".segloss-marker").data((curve, j) => markersOf(curve, j, plot)).join("path")
    .attr("class", "segloss-marker").attr("d", ({ marker }) => symbol(marker, 26))
    .attr("transform", ({ x, y }) => `translate(${x},${y})`);
}

function drawDots(layer, model, plot) {
  layer.selectAll(".segloss-curve").data(model.curves, ({ key }) => key).select(".segloss-dot")
    .attr("display", ({ now }) => (now === null ? "none" : null))
    .attr("transform", ({ now }) => (
      now === null ? null : `translate(${plot.x(model.now)},${plot.y(now)})`
    ));
}

function appendCurve(enter) {
  const curve = enter.append("g").attr("class", "segloss-curve");
  curve.append("path").attr("class", "segloss-line");
  curve.append("path").attr("class", "segloss-dot");
  return curve;
}

/** The curve; where zero has a slot of its own, a short stroke there, then the decades. */
function linePath(values, { stops, x, y }) {
  if (x.zero === null) return shapes.line((_, i) => stops[i], y).defined(Number.isFinite)(values);
  const [atZero, ...rest] = values;
  const path = shapes.line().x((_, i) => stops[i + 1]).y((value) => y(value))(rest);
  return `M${stops[0] - 7},${y(atZero)}h14${path}`;
}

function markersOf({ values, marker }, j, { stops, y }) {
  const first = 6 + ((j * 7) % MARKER_EVERY);
  return values.flatMap((value, i) => (
    i >= first && (i - first) % MARKER_EVERY === 0 && Number.isFinite(value)
      ? [{ x: stops[i], y: y(value), marker }] : []
  ));
}

/** The curves' names beside them, the chosen one's first; one without room is left to the table. */
function drawLabels(layer, model, plot) {
  const placed = [];
  const named = model.curves.filter(({ labelAt }) => labelAt !== null);
  const inTurn = named.toSorted((a, b) => b.chosen - a.chosen);
  for (const curve of inTurn) {
    const label = placeLabel(curve, plot);
    if (placed.every((other) => apart(label, other))) placed.push(label);
  }
  layer.selectAll("text").data(placed, ({ curve }) => curve.key).join("text")
    .attr("x", ({ left }) => left).attr("y", ({ base }) => base)
    .style("--curve", ({ curve }) => curve.color)
    .classed("chosen", ({ curve }) => curve.chosen)
    .text(({ curve }) => curve.name);
}

/**
 * Right of the curve, or left of it where the plot ends, or on the side that is told; measuring the
 * true width is slow.
 */
function placeLabel(curve, { stops, y, right }) {
  const width = curve.name.length * (curve.chosen ? 8.5 : 7);
  const at = stops[curve.labelAt];
  const before = curve.labelLeft ?? at + 5 + width > right;
  const left = before ? at - 5 - width : at + 5;
  const base = y(curve.values[curve.labelAt]) + (curve.labelBelow ? 11 : -6);
  return { curve, left, right: left + width, base };
}

function apart(a, b) {
  return a.right + 4 < b.left || b.right + 4 < a.left || Math.abs(a.base - b.base) > 14;
}

function drawRule(layer, model, plot) {
  const at = plot.x(model.now);
  const rule = layer.selectAll("g").data([model.now]).join((enter) => {
    const g = enter.append("g");
    g.append("line");
    g.append("path").attr("d", "M-6,-9h12v5l-6,6l-6,-6z");
    return g;
  });
  rule.attr("transform", `translate(${at},${plot.top})`);
  rule.select("line").attr("y2", plot.bottom - plot.top);
}

function drawMark(layer, model, plot) {
  const marks = layer.selectAll("g").data([model.mark ?? []].flat()).join((enter) => {
    const g = enter.append("g");
    g.append("line");
    g.append("circle").attr("r", 7);
    g.append("text");
    return g;
  });
  marks.attr("transform", ({ x }) => `translate(${plot.x(x)},0)`);
  marks.select("circle").attr("cy", ({ y }) => plot.y(y));
  marks.each(function place(mark) {
    (mark.beside ? placeBeside : placeAbove)(select(this), mark, model, plot);
  });
}

function placeBeside(group, { y, text }, model, plot) {
  group.select("line").attr("display", "none");
  group.select("text").text(text)
    .attr("text-anchor", "end").attr("x", -12).attr("y", plot.y(y) + 4);
}

/** The words stand above the curves and the rule's head, on a line that leads down to the point. */
function placeAbove(group, { x, y, text }, model, plot) {
  group.select("line").attr("display", null).attr("y1", plot.top - 22).attr("y2", plot.y(y) - 7);
  const words = group.select("text").text(text).attr("y", plot.top - 13);
  const room = plot.right + MARGIN.right - plot.x(x);
  const before = x < model.now || words.node().getComputedTextLength() + 5 > room;
  words.attr("x", before ? -5 : 5).attr("text-anchor", before ? "end" : "start");
}

function showTooltip(tooltip, model, plot, x, y) {
  const i = bisectCenter(plot.stops, x);
  const curve = least(model.curves, ({ values }) => Math.abs(plot.y(values[i]) - y));
  tooltip.replaceChildren(
    h("strong", {}, curve.name),
    h("span", {}, `${model.xName} ${model.positions[i]}`),
    h("span", {}, model.describe(curve.values[i])),
  );
  tooltip.hidden = false;
  const flip = x > (plot.left + plot.right) / 2;
  tooltip.style.left = flip ? "" : `${x + 14}px`;
  tooltip.style.right = flip ? `${plot.right + MARGIN.right - x + 14}px` : "";
  tooltip.style.top = `${Math.max(y - 20, 0)}px`;
}

function symbol(marker, size) {
  return shapes.symbol(MARKERS[marker], size)();
}

function dashes(dash) {
  return dash.length === 0 ? null : dash.join(" ");
}

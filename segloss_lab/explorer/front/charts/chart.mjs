// A line chart of several curves over one setting, with a vertical rule at its present value that
// can be dragged, and numbers under the pointer.

import { bisectCenter, least } from "d3-array";
import { create, select } from "d3-selection";
import * as shapes from "d3-shape";

import { drawAxis } from "./axes.mjs";
import { h } from "../core/dom.mjs";
import { followPointer } from "../core/pointer.mjs";

const MARGIN = { top: 26, right: 16, bottom: 50, left: 58 };
const NAMES_FROM = 400; // pixels of width from which names stand beside the plot, not above it
const NAME_LINE = 17; // pixels from one name to the next
const LEADER = 14; // pixels from a curve's end to its name
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
 * present x); `describe(y)` for the numbers under the pointer (none without it); `label` for those
 * who do not see it;
 * `curves`, each {key, name, values (one for each position, NaN where it leaves the picture), now
 * (null where that is outside), color, dash, marker, chosen, ghost (drawn as what was before: thin,
 * without name, markers and dot)}; `markEvery`, positions between two markers; `before`, the x
 * before the last move, or nothing; `named` (false leaves out the names, "above" has them there
 * however wide the plot); `namesAt`, "start" where the curves are further apart there than at their
 * ends; `mark`, a point {x, y, text} worth naming (its words, if any, stand above the plot), several
 * such, or null; and `over(layer, plot)`, which draws over all that, at each update, where there is
 * such a thing. `heightOf(width)` gives the height, `margin` the room about the plot where that is
 * less than usual.
 */
export function lineChart(title, onMove, heightOf = usualHeight, margin = {}) {
  const svg = create("svg:svg")
    .attr("role", "img");
  const tooltip = h("div.sg-tooltip", { hidden: "", "aria-hidden": "true" });
  const frame = h("div.sg-frame", svg.node(), tooltip);
  const heading = h("div.sg-chart-title", title);
  const legend = h("div.sg-legend", { "aria-hidden": "true" });
  const layers = Object.fromEntries(["x", "y", "before", "rule", "curves", "labels", "mark", "over"].map(
    (name) => [name, svg.append("g").attr("class", `sg-${name}`)],
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
    drawBefore(layers.before, model, plot);
    drawDots(layers.curves, model, plot);
    drawMark(layers.mark, model, plot);
    model.over?.(layers.over, plot);
  }

  function drawAll() {
    plot = layOut(model, width, heightOf(width), { ...MARGIN, ...margin });
    svg.attr("width", width).attr("height", plot.height).attr("aria-label", model.label);
    const axes = axesKey(model, plot);
    if (drawnAxes !== axes) drawAxes(layers, model, plot);
    drawnAxes = axes;
    drawCurves(layers.curves, model, plot);
    drawNames(layers.labels, legend, model, plot);
  }

  followPointer(svg.node(), {
    move: (x) => onMove(model.positions[bisectCenter(plot.stops, x)]),
    point: (x, y) => showTooltip(tooltip, model, plot, x, y),
    leave: () => { tooltip.hidden = true; },
  });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);

  return {
    element: h("div.sg-chart", heading, legend, frame),
    update(next) { model = next; draw(); },
    stop: () => observer.disconnect(),
  };
}

/** The legend's swatch of a curve: its dash and its marker, as in the chart. */
export function swatch({ color, dash, marker, chosen }) {
  const svg = create("svg:svg")
    .attr("width", 44).attr("height", 14).attr("aria-hidden", "true");
  const curve = svg.append("g").attr("class", "sg-curve").classed("chosen", chosen)
    .style("--curve", color);
  curve.append("path").attr("class", "sg-line").attr("d", "M1,7H43")
    .attr("stroke-dasharray", dashes(dash));
  curve.append("path").attr("class", "sg-dot").attr("transform", "translate(22,7)")
    .attr("d", symbol(marker, 46)).classed("stroked", STROKED.includes(marker));
  return svg.node();
}

function usualHeight(width) {
  return Math.round(Math.min(Math.max(width * 0.62, 250), 380));
}

function layOut(model, width, height, margin) {
  const names = namedCurves(model).map(({ name }) => name);
  const beside = names.length > 0 && model.named !== "above" && width >= NAMES_FROM;
  const side = model.namesAt === "start" ? "left" : "right";
  const room = { left: 0, right: margin.right };
  if (beside) {
    room[side] = LEADER + Math.max(...names.map((name) => widthOf(name))) + (side === "left" ? 10 : 4);
  }
  const axis = margin.left; // names at the start stand between the axis and the plot
  const [left, right] = [axis + room.left, width - room.right];
  const [top, bottom] = [margin.top, height - margin.bottom];
  const x = model.xScale([left, right]);
  const y = model.yScale([bottom, top]);
  const stops = model.positions.map(x);
  return { axis, left, right, top, bottom, width, height, x, y, beside, side, stops };
}

/** Curves that have a name to be shown; a single curve is what the title says. */
function namedCurves({ curves, named = true }) {
  const own = curves.filter(({ ghost = false }) => !ghost);
  return named && own.length > 1 ? own : [];
}

/** What the axes depend on: most moves change curves alone, and text is slow to lay out. */
function axesKey({ xLabel }, { left, right, top, bottom, x, y }) {
  const scales = [x, y].map(({ axis, ticks }) => [axis.domain(), ticks]);
  return JSON.stringify([xLabel, left, right, top, bottom, scales]);
}

function drawAxes({ x, y }, model, plot) {
  x.attr("transform", `translate(0,${plot.bottom})`);
  drawAxis(x, plot.x, "bottom", plot.bottom - plot.top);
  x.selectAll(".sg-axis-label").data([model.xLabel]).join("text")
    .attr("class", "sg-axis-label")
    .attr("x", (plot.left + plot.right) / 2).attr("y", 42).text(String);
  y.attr("transform", `translate(${plot.axis},0)`);
  drawAxis(y, plot.y, "left", plot.right - plot.axis);
}

function drawCurves(layer, model, plot) {
  const curves = layer.selectAll(".sg-curve").data(model.curves, ({ key }) => key)
    .join(appendCurve).classed("chosen", ({ chosen }) => chosen)
    .classed("ghost", ({ ghost = false }) => ghost)
    .style("--curve", ({ color }) => color)
    .order();
  curves.select(".sg-line").attr("d", ({ values }) => linePath(values, plot))
    .attr("stroke-dasharray", ({ dash }) => dashes(dash));
  curves.select(".sg-dot").attr("d", ({ marker, chosen }) => symbol(marker, chosen ? 110 : 56))
    .classed("stroked", ({ marker }) => STROKED.includes(marker));
  curves.selectAll(".sg-marker")
    .data((curve, j) => markersOf(curve, j, model, plot)).join("path")
    .attr("class", "sg-marker").attr("d", ({ marker }) => symbol(marker, 26))
    .attr("transform", ({ x, y }) => `translate(${x},${y})`);
}

function drawDots(layer, model, plot) {
  layer.selectAll(".sg-curve").data(model.curves, ({ key }) => key).select(".sg-dot")
    .attr("display", ({ now, ghost = false }) => (now === null || ghost ? "none" : null))
    .attr("transform", ({ now }) => (
      now === null ? null : `translate(${plot.x(model.now)},${plot.y(now)})`
    ));
}

function appendCurve(enter) {
  const curve = enter.append("g").attr("class", "sg-curve");
  curve.append("path").attr("class", "sg-line");
  curve.append("path").attr("class", "sg-dot");
  return curve;
}

/** The curve; where zero has a slot of its own, a short stroke there, then the decades. */
function linePath(values, { stops, x, y }) {
  if (x.zero === null) return shapes.line((_, i) => stops[i], y).defined(Number.isFinite)(values);
  const [atZero, ...rest] = values;
  const path = shapes.line().x((_, i) => stops[i + 1]).y((value) => y(value))(rest);
  return `M${stops[0] - 7},${y(atZero)}h14${path}`;
}

function markersOf({ values, marker, ghost = false }, j, model, { stops, y }) {
  const { markEvery = MARKER_EVERY } = model;
  if (ghost) return [];
  const first = Math.round((markEvery / MARKER_EVERY) * (6 + ((j * 7) % MARKER_EVERY)));
  return values.flatMap((value, i) => (
    i >= first && (i - first) % markEvery === 0 && Number.isFinite(value)
      ? [{ x: stops[i], y: y(value), marker }] : []
  ));
}

/** The names of the curves: beside the plot, where no curve goes, or above it if that is narrow. */
function drawNames(layer, legend, model, plot) {
  const curves = namedCurves(model);
  const placed = plot.beside ? spread(curves.map((curve) => endOf(curve, plot)), plot) : [];
  const groups = layer.selectAll("g").data(placed, ({ curve }) => curve.key).join((enter) => {
    const g = enter.append("g");
    g.append("path");
    g.append("text");
    return g;
  });
  groups.style("--curve", ({ curve }) => curve.color).classed("chosen", ({ curve }) => curve.chosen);
  const [edge, way] = plot.side === "left" ? [plot.left, -1] : [plot.right, 1];
  groups.select("path").attr("d", ({ from, at }) => (
    `M${edge + 2 * way},${from}L${edge + (LEADER - 3) * way},${at}`
  ));
  groups.select("text").attr("x", edge + LEADER * way).attr("y", ({ at }) => at + 4.5)
    .attr("text-anchor", way < 0 ? "end" : null).text(({ curve }) => curve.name);
  const entries = plot.beside ? [] : curves.map((curve) => (
    h("span", { style: `--curve:${curve.color}` }, swatch(curve), curve.name)
  ));
  legend.replaceChildren(...entries);
}

/** Where a curve ends, or starts: its last, or first, value that is a number. */
function endOf(curve, { y, side }) {
  const last = curve.values[side === "left" ? "find" : "findLast"](Number.isFinite);
  const from = last === undefined ? y.range?.()[1] ?? 0 : y(last);
  return { curve, from, at: from };
}

/** Names in the order of their curves' ends, each a line from the next, within the plot. */
function spread(ends, { top, bottom }) {
  const sorted = ends.toSorted((a, b) => a.from - b.from);
  const lowest = (i) => bottom - (sorted.length - 1 - i) * NAME_LINE;
  let next = top;
  for (const [i, end] of sorted.entries()) {
    end.at = Math.min(Math.max(end.from, next), lowest(i));
    next = end.at + NAME_LINE;
  }
  // What was pushed down by names above it lets those go up again, half of the way.
  for (let i = sorted.length - 2; i >= 0; i -= 1) {
    const room = sorted[i + 1].at - NAME_LINE;
    if (sorted[i].at > room) sorted[i].at = room;
  }
  return sorted;
}

const pen = document.createElement("canvas").getContext("2d");

/** The width of bold words in pixels; asking the page for it is slow. */
export function widthOf(text, size = 13) {
  pen.font = `600 ${size}px system-ui, sans-serif`;
  return Math.ceil(pen.measureText(text).width);
}

/** Where the rule stood before the last move. */
function drawBefore(layer, { before = null }, plot) {
  layer.selectAll("line").data(before === null ? [] : [plot.x(before)]).join("line")
    .attr("x1", Number).attr("x2", Number).attr("y1", plot.top).attr("y2", plot.bottom);
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
  marks.each(function place(mark) { placeWords(select(this), mark, model, plot); });
}

/** The words stand above the curves and the rule's head, on a line that leads down to the point. */
function placeWords(group, { x, y, text = null }, model, plot) {
  group.selectAll("line, text").attr("display", text === null ? "none" : null);
  if (text === null) return;
  group.select("line").attr("y1", plot.top - 22).attr("y2", plot.y(y) - 7);
  const words = group.select("text").text(text).attr("y", plot.top - 13);
  const room = plot.width - plot.x(x);
  const before = x < model.now || words.node().getComputedTextLength() + 5 > room;
  words.attr("x", before ? -5 : 5).attr("text-anchor", before ? "end" : "start");
}

function showTooltip(tooltip, model, plot, x, y) {
  if (!model.describe) return;
  const i = bisectCenter(plot.stops, x);
  const own = model.curves.filter(({ ghost = false }) => !ghost);
  const curve = least(own, ({ values }) => Math.abs(plot.y(values[i]) - y));
  tooltip.replaceChildren(
    h("strong", curve.name),
    h("span", `${model.xName} ${model.positions[i]}`),
    h("span", model.describe(curve.values[i])),
  );
  tooltip.hidden = false;
  const flip = x > (plot.left + plot.right) / 2;
  tooltip.style.left = flip ? "" : `${x + 14}px`;
  tooltip.style.right = flip ? `${plot.width - x + 14}px` : "";
  tooltip.style.top = `${Math.max(y - 20, 0)}px`;
}

function symbol(marker, size) {
  return shapes.symbol(MARKERS[marker], size)();
}

function dashes(dash) {
  return dash.length === 0 ? null : dash.join(" ");
}

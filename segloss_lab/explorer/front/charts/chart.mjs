// A line chart of several curves over one setting, with a vertical rule at its present value that
// can be dragged, and numbers under the pointer.

import { bisectCenter, least, range } from "d3-array";
import * as shapes from "d3-shape";

import { drawAxis } from "./axes.mjs";
import { h } from "../core/dom.mjs";
import { createStage } from "./stage.mjs";
import { pathThrough, refill, s, set, sync } from "./svg.mjs";

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
const LAYERS = ["x", "y", "before", "rule", "curves", "labels", "mark", "over"];

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
 * such, or nothing; and `over(layer, plot)`, which draws over all that, at each update, where there
 * is such a thing. `heightOf(width)` gives the height, `margin` the room about the plot where that
 * is less than usual.
 */
export function lineChart(title, onMove, heightOf, margin = {}) {
  const legend = h("div.sg-legend", { "aria-hidden": "true" });
  let model = null;
  let plot = null;
  let drawn = "";

  function draw(next, width) {
    model = next;
    const key = `${width} ${model.key}`;
    if (drawn !== key) drawAll(width);
    drawn = key;
    const { x, top, bottom } = plot;
    const { now, before = null } = model;
    set(rule, { transform: `translate(${x(now)},${top})` });
    sync(layers.before, before === null ? [] : [x(before)], () => s("line"), (line, at) => (
      set(line, { x1: at, x2: at, y1: top, y2: bottom })
    ));
    drawDots(layers.curves, model, plot);
    drawMarks(layers.mark, model, plot);
    model.over?.(layers.over, plot);
  }

  function drawAll(width) {
    plot = layOut(model, width, heightOf(width), { ...MARGIN, ...margin });
    set(stage.svg, { width, height: plot.height, "aria-label": model.label });
    set(rule.firstChild, { y2: plot.bottom - plot.top });
    drawAxes(layers, model, plot);
    drawCurves(layers.curves, model, plot);
    drawNames(layers.labels, legend, model, plot);
  }

  const stage = createStage(LAYERS, {
    draw,
    drag: (x) => onMove(model.positions[bisectCenter(plot.stops, x)]),
    describe: (x, y) => (model.describe ? linesAt(model, plot, x, y) : null),
  });
  const { layers } = stage;
  const rule = s("g", {}, s("line"), s("path", { d: "M-6,-9h12v5l-6,6l-6,-6z" }));
  layers.rule.append(rule);
  return {
    ...stage, element: h("div.sg-chart", h("div.sg-chart-title", title), legend, stage.frame),
  };
}

/** The legend's swatch of a curve: its dash and its marker, as in the chart. */
export function swatch({ color, dash, marker, chosen }) {
  return s(
    "svg", { width: 44, height: 14, "aria-hidden": "true" },
    s(
      "g", { class: chosen ? "chosen" : "", style: `--curve:${color}` },
      s("path.sg-line", { d: "M1,7H43", "stroke-dasharray": dashes(dash) }),
      s("path", { ...look("sg-dot", marker, 46), transform: "translate(22,7)" }),
    ),
  );
}

function layOut(model, width, height, margin) {
  const names = namedCurves(model).map(({ name }) => name);
  const beside = names.length > 0 && model.named !== "above" && width >= NAMES_FROM;
  const side = model.namesAt === "start" ? "left" : "right";
  const room = { left: 0, right: margin.right };
  if (beside) {
    const widest = Math.max(...names.map((name) => widthOf(name)));
    room[side] = LEADER + widest + (side === "left" ? 10 : 4);
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
  const own = curves.filter(({ ghost }) => !ghost);
  return named && own.length > 1 ? own : [];
}

function drawAxes({ x, y }, { xLabel }, { axis, left, right, top, bottom, ...plot }) {
  set(x, { transform: `translate(0,${bottom})` });
  drawAxis(x, plot.x, "bottom", bottom - top, {
    text: xLabel, x: (left + right) / 2, y: 42,
  });
  set(y, { transform: `translate(${axis},0)` });
  drawAxis(y, plot.y, "left", right - axis);
}

function drawCurves(layer, model, plot) {
  const alone = model.curves.filter(({ ghost }) => !ghost).length === 1; // it needs no markers
  const make = () => s("g", {}, s("path.sg-line"), s("path"), s("g"));
  sync(layer, model.curves, make, (group, curve, j) => {
    const { name, color, values, dash, marker, chosen, ghost } = curve;
    const [line, dot, markers] = group.children;
    set(group, {
      class: `sg-curve ${chosen ? "chosen" : ""} ${ghost ? "ghost" : ""}`,
      style: `--curve:${color}`, "data-name": name,
    });
    set(line, { d: linePath(values, plot), "stroke-dasharray": dashes(dash) });
    set(dot, look("sg-dot", marker, chosen ? 110 : 56));
    const places = ghost || alone ? [] : markersAt(values, j, model, plot);
    const shape = look("sg-marker", marker, 26);
    sync(markers, places, () => s("path"), (path, i) => set(path, {
      ...shape, transform: `translate(${plot.stops[i]},${plot.y(values[i])})`,
    }));
  });
}

/** Class and path of a marker with an area of so many square pixels. */
export function look(name, marker, size) {
  const inside = STROKED.includes(marker) ? "stroked" : "";
  return { class: `${name} ${inside}`, d: shapes.symbol(MARKERS[marker], size)() };
}

function dashes(dash) {
  return dash.join(" ") || null;
}

/** The curve; where zero has a slot of its own, a short stroke there, then the decades. */
function linePath(values, { stops, x, y }) {
  const points = values.map((value, i) => [stops[i], y(value)]);
  const path = (from) => pathThrough(points.slice(from));
  return x.zero === null ? path(0) : `M${stops[0] - 7},${y(values[0])}h14${path(1)}`;
}

/** The positions at which a curve has a marker: each curve begins elsewhere. */
function markersAt(values, j, { markEvery = MARKER_EVERY }, { stops }) {
  const first = Math.round((markEvery / MARKER_EVERY) * (6 + ((j * 7) % MARKER_EVERY)));
  return range(first, stops.length, markEvery).filter((i) => Number.isFinite(values[i]));
}

function drawDots(layer, { curves, now: at }, plot) {
  for (const [i, { now, ghost }] of curves.entries()) {
    const hidden = now === null || ghost;
    set(layer.children[i].children[1], hidden ? { display: "none" } : {
      display: null, transform: `translate(${plot.x(at)},${plot.y(now)})`,
    });
  }
}

/** The names of the curves: beside the plot, where no curve goes, or above it if that is narrow. */
function drawNames(layer, legend, model, plot) {
  const curves = namedCurves(model);
  const placed = plot.beside ? spread(curves.map((curve) => endOf(curve, plot)), plot) : [];
  const [edge, way] = plot.side === "left" ? [plot.left, -1] : [plot.right, 1];
  sync(layer, placed, () => s("g", {}, s("path"), s("text")), (group, { curve, from, at }) => {
    const [line, text] = set(group, { style: `--curve:${curve.color}` }).children;
    set(line, { d: `M${edge + 2 * way},${from}L${edge + (LEADER - 3) * way},${at}` });
    set(text, {
      text: curve.name, x: edge + LEADER * way, y: at + 4.5, "text-anchor": way < 0 ? "end" : null,
    });
  });
  const above = plot.beside ? [] : curves;
  const looks = above.map((curve) => ({ ...curve, values: null, now: null }));
  refill(legend, JSON.stringify(looks), () => above.map((curve) => (
    h("span", { style: `--curve:${curve.color}` }, swatch(curve), curve.name)
  )));
}

/** Where a curve ends, or starts: its last, or first, value that is a number. */
function endOf(curve, { y, side, top }) {
  const last = curve.values[side === "left" ? "find" : "findLast"](Number.isFinite);
  const from = last === undefined ? top : y(last);
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
  return sorted;
}

const pen = document.createElement("canvas").getContext("2d");

/** The width of bold words in pixels; asking the page for it is slow. */
export function widthOf(text, size = 13) {
  pen.font = `600 ${size}px system-ui, sans-serif`;
  return Math.ceil(pen.measureText(text).width);
}

/** The words stand above the curves and the rule's head, on a line that leads down to the point. */
function drawMarks(layer, { mark, now }, plot) {
  const { top, width } = plot;
  sync(layer, [mark ?? []].flat(), () => s("g"), (group, { x, y, text = "" }) => {
    const [left, down] = [plot.x(x), plot.y(y)];
    const before = x < now || widthOf(text) + 5 > width - left;
    refill(group, JSON.stringify([left, down, top, text, before]), () => [
      s("line", { y1: top - 22, y2: text ? down - 7 : top - 22 }),
      s("circle", { r: 7, cy: down }),
      s("text", { text, x: before ? -5 : 5, y: top - 13, "text-anchor": before ? "end" : "start" }),
    ]);
    set(group, { transform: `translate(${left},0)` });
  });
}

/** The curve that is nearest to the pointer, with its numbers there. */
function linesAt({ curves, positions, xName, describe }, plot, x, y) {
  const i = bisectCenter(plot.stops, x);
  const own = curves.filter(({ ghost }) => !ghost);
  const { name, values } = least(own, (curve) => Math.abs(plot.y(curve.values[i]) - y));
  return [h("strong", name), `${xName} ${positions[i]}`, describe(values[i])];
}

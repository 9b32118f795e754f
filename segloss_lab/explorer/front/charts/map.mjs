// A heat map over a square plane of side 1, with contours, arrows, and a point that can be dragged.

import { pairs } from "d3-array";
import { contours } from "d3-contour";

import { drawAxis, linearScale } from "./axes.mjs";
import { widthOf } from "./chart.mjs";
import { colorMap, gradientOf } from "../core/colors.mjs";
import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";
import { createStage } from "./stage.mjs";
import { pathThrough, refill, s, set, sync } from "./svg.mjs";

const MARGIN = { left: 48, right: 12, top: 8, bottom: 46 };
const NUMBERED = { ...MARGIN, right: 40, top: 24 }; // with the contours' numbers outside the plane
const TALLEST = 480; // pixels, of the plane
const APART = { top: 34, right: 18 }; // pixels from one of those numbers to the next
const SLOPE = 0.12; // of the plane's width: the arrow at the point for a slope of 1
const KNOB = 12; // pixels from the point to the arrow's foot
const LONGEST_ARROW = 17; // pixels
const LAYERS = [
  "x", "y", "contours", "numbers", "edges", "arrows", "marks", "ghost", "descent", "handle",
];
const HANDLE = [["reach", 22], ["halo", 8], ["knob", 8], ["core", 2.5]]; // with room for a finger
const COLORS = "sequential";

/**
 * A map titled `title`, or as the model has it, its plane at most `tallest` pixels high, calling
 * `onMove({x, y})` as its point is dragged or its plane is pressed: {element, update(model), stop}.
 * The model: `key`, a text that changes whenever anything but the point does; `x` and `y`, each
 * {label, short (said where the label has no room)}; `columns` and `rows`, how many nodes `values`
 * has along them, row by row from the lowest y, the first and the last on the plane's edges;
 * `domain`, the values at the colours' ends; `levels`, where the contours run; `arrows`, each {x, y,
 * u, v}, a direction in the plane's units (their lengths are drawn as square roots: one twice as
 * long stands for four times as much), and `strongest`, the length that is drawn longest; `point`
 * {x, y}, and if it has an arrow of its own its direction {u, v}, as long as the slope is steep;
 * `before`, the point before the last move, or nothing; `describe(x, y)`, the lines under the
 * pointer; `name` of what is mapped (null leaves out the bar of colours); `label` for those who do
 * not see it; `numbered`, whether the contours have their numbers where they meet the upper and the
 * right edge; and if there are any `edges`, lines {from: [x, y], to: [x, y]} drawn on it, and
 * `marks`, points {x, y, text} to be named.
 */
export function heatMap(title, onMove, { tallest = TALLEST } = {}) {
  const heading = h("div.sg-chart-title", title);
  const canvas = h("canvas.sg-heat", { "aria-hidden": "true" });
  const bar = h("div.sg-bar", { "aria-hidden": "true" });
  const small = h("canvas"); // the nodes, one pixel each
  let model = null;
  let plot = null;
  let drawn = ""; // what all but the point was drawn for: drawing it costs milliseconds

  function draw(next, width) {
    model = next;
    const { key, strongest, numbered, point, before, label } = model;
    const now = [width, key, strongest, numbered].join();
    if (drawn !== now) drawAll(width);
    drawn = now;
    set(layers.handle, { transform: `translate(${plot.x(point.x)},${plot.y(point.y)})` });
    drawTwice(layers.descent, descentPath(point, plot));
    drawPast(layers.ghost, before, plot);
    set(stage.svg, { "aria-label": label });
  }

  function drawAll(width) {
    plot = layOut(model, width, tallest);
    const { title: text = title, name } = model;
    set(stage.svg, { width, height: plot.height });
    set(heading, { text });
    placeCanvas(canvas, plot);
    drawHeat(canvas, small, model);
    drawAxes(layers, model, plot);
    drawContours(layers.contours, model, plot);
    drawNumbers(layers.numbers, model, plot);
    drawArrows(layers.arrows, model, plot);
    drawEdges(layers.edges, model, plot);
    drawMarks(layers.marks, model, plot);
    bar.hidden = name === null;
    bar.style.marginRight = `${width - plot.right}px`;
    drawBar(bar, model);
  }

  function describe(x, y) {
    const inside = x >= plot.left && x <= plot.right && y >= plot.top && y <= plot.bottom;
    if (!inside) return null;
    const at = placeOf(plot, x, y);
    return model.describe(at.x, at.y);
  }

  const stage = createStage(LAYERS, {
    draw, describe, drag: (x, y) => onMove(placeOf(plot, x, y)),
  });
  const { frame, layers } = stage;
  frame.classList.add("sg-map");
  frame.prepend(canvas);
  layers.handle.append(...HANDLE.map(([name, r]) => s(`circle.sg-${name}`, { r })));
  return { ...stage, element: h("div.sg-chart", heading, frame, bar) };
}

function layOut({ numbered }, width, tallest) {
  const margin = numbered ? NUMBERED : MARGIN;
  const [left, right, top] = [margin.left, width - margin.right, margin.top];
  const across = right - left;
  const up = Math.min(across * 0.86, tallest);
  const bottom = top + up;
  return {
    left, right, top, bottom, across, up, height: bottom + margin.bottom,
    x: linearScale([0, 1], [left, right], 5), y: linearScale([0, 1], [bottom, top], 5),
  };
}

function drawAxes({ x, y }, model, plot) {
  const { left, bottom, top, across, up } = plot;
  const nameOf = ({ label, short = label }, room) => (widthOf(label) > room ? short : label);
  set(x, { transform: `translate(0,${bottom})` });
  drawAxis(x, plot.x, "bottom", 0, {
    text: nameOf(model.x, across), x: left + across / 2, y: 41,
  });
  set(y, { transform: `translate(${left},0)` });
  drawAxis(y, plot.y, "left", 0, {
    text: nameOf(model.y, up), transform: `translate(-38,${top + up / 2}) rotate(-90)`,
  });
}

/** Lay a canvas over the plot, in the pixels of the screen. */
export function placeCanvas(canvas, { left, top, right, bottom }) {
  const [across, up] = [right - left, bottom - top];
  Object.assign(canvas.style, {
    left: `${left}px`, top: `${top}px`, width: `${across}px`, height: `${up}px`,
  });
  canvas.width = Math.round(across * devicePixelRatio);
  canvas.height = Math.round(up * devicePixelRatio);
}

/** The nodes as one small image, stretched over the plane: an outer node lies on its edge. */
function drawHeat(canvas, small, { columns, rows, values, domain: [low, high] }) {
  const color = colorMap(COLORS);
  Object.assign(small, { width: columns, height: rows });
  const nodes = small.getContext("2d");
  const image = nodes.createImageData(columns, rows);
  image.data.fill(255);
  for (const [i, value] of values.entries()) {
    const row = rows - 1 - Math.floor(i / columns);
    image.data.set(color((value - low) / (high - low)), 4 * (row * columns + (i % columns)));
  }
  nodes.putImageData(image, 0, 0);
  const [cellX, cellY] = [canvas.width / (columns - 1), canvas.height / (rows - 1)];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(small, -cellX / 2, -cellY / 2, columns * cellX, rows * cellY);
}

function drawContours(layer, { columns, rows, values, levels }, plot) {
  const lines = contours().size([columns, rows]).thresholds(levels)(values);
  // d3 puts node i at i + 1/2, and closes its rings beyond the plane's edge: there the line breaks.
  const line = (points) => pathThrough(points.map(([column, row]) => {
    const [x, y] = [(column - 0.5) / (columns - 1), (row - 0.5) / (rows - 1)];
    return Math.min(x, y) < 0 || Math.max(x, y) > 1 ? [] : [plot.x(x), plot.y(y)];
  }));
  sync(layer, lines, () => s("path"), (path, { coordinates }) => (
    set(path, { d: coordinates.flat().map(line).join("") })
  ));
}

/** The numbers of the contours where they leave the plane, outside of it: no line is there. */
function drawNumbers(layer, { columns, rows, values, levels, numbered }, plot) {
  const { left, right, top, bottom, across, up } = plot;
  const above = crossings(values.slice((rows - 1) * columns), levels, across);
  const beside = crossings(values.filter((_, i) => i % columns === columns - 1), levels, up);
  const numbers = numbered ? [
    ...apart(above, APART.top, across - 8).map(({ level, at }) => (
      { text: rounded(level), x: left + at, y: top - 7, "text-anchor": "middle" }
    )),
    ...apart(beside, APART.right, up - 10).map(({ level, at }) => (
      { text: rounded(level), x: right + 6, y: bottom - at + 4.5, "text-anchor": "start" }
    )),
  ] : [];
  sync(layer, numbers, () => s("text"), set);
}

/** Where along an edge, so many pixels long, its values pass each level. */
function crossings(values, levels, length) {
  return levels.flatMap((level) => pairs(values).flatMap(([a, b], i) => (
    (a < level) !== (b < level)
      ? [{ level, at: ((i + (level - a) / (b - a)) / (values.length - 1)) * length }] : []
  )));
}

/** Those of the places along an edge, in their order, that are `gap` from one another. */
function apart(places, gap, end) {
  const kept = [];
  for (const place of places.toSorted((a, b) => a.at - b.at)) {
    if (place.at <= end && place.at - (kept.at(-1)?.at ?? -gap) >= gap) kept.push(place);
  }
  return kept;
}

function drawEdges(layer, { edges = [] }, plot) {
  const place = ([x, y]) => [plot.x(x), plot.y(y)];
  sync(layer, edges, () => s("path"), (path, { from, to }) => (
    set(path, { d: pathThrough([place(from), place(to)]) })
  ));
}

/** The words of a mark stand on the side of it that is towards the middle of the plane. */
function drawMarks(layer, { marks = [] }, plot) {
  const make = () => s("g", {}, s("circle", { r: 3.5 }), s("text"));
  sync(layer, marks, make, (group, { x, y, text }) => {
    set(group, { transform: `translate(${plot.x(x)},${plot.y(y)})` });
    set(group.lastChild, {
      text, y: y > 0.5 ? 17 : -9, ...(x > 0.5
        ? { x: -9, "text-anchor": "end" } : { x: 9, "text-anchor": "start" }),
    });
  });
}

/** A path twice: a dark edge makes it visible on light colours too. */
function drawTwice(layer, d) {
  sync(layer, ["sg-edge", ""], () => s("path"), (path, name) => set(path, { class: name, d }));
}

function drawArrows(layer, { arrows, strongest }, plot) {
  const paths = arrows.map(({ x, y, u, v }) => {
    const length = LONGEST_ARROW * Math.sqrt(Math.hypot(u, v) / (strongest || 1));
    return arrowPath(plot.x(x), plot.y(y), length, angleOf(u, v, plot));
  });
  drawTwice(layer, paths.join(""));
}

function angleOf(u, v, { across, up }) {
  return Math.atan2(-v * up, u * across);
}

/** Where descent moves the point: an arrow as long as the slope is steep, within the plane. */
function descentPath({ x, y, u = 0, v = 0 }, plot) {
  const angle = angleOf(u, v, plot);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [left, top] = [plot.x(x), plot.y(y)];
  const room = Math.min(
    roomAlong(left, cos, plot.left, plot.right), roomAlong(top, sin, plot.top, plot.bottom),
  );
  const length = Math.min(SLOPE * plot.across * Math.hypot(u, v), room - KNOB - 2);
  const middle = KNOB + length / 2;
  return arrowPath(left + middle * cos, top + middle * sin, length, angle, 9);
}

/** How many steps there are from a place to the end towards which they go. */
export function roomAlong(from, step, low, high) {
  return Math.abs(step) < 1e-9 ? Infinity : ((step > 0 ? high : low) - from) / step;
}

/** Dashed: the point and its arrow before the last move. */
function drawPast(layer, before, plot) {
  layer.replaceChildren(...(before ? [
    s("circle", { r: 8, cx: plot.x(before.x), cy: plot.y(before.y) }),
    s("path", { d: descentPath(before, plot) }),
  ] : []));
}

/** An arrow with its middle at a point; one of less than a pixel is none. */
function arrowPath(x, y, length, angle, size = 4.5) {
  if (length < 1) return "";
  const from = (a, b, distance, turn) => (
    [a + distance * Math.cos(angle + turn), b + distance * Math.sin(angle + turn)]
  );
  const tip = from(x, y, length / 2, 0);
  const barb = (turn) => from(...tip, Math.min(size, length * 0.6), turn);
  return pathThrough([from(x, y, -length / 2, 0), tip, barb(2.6), tip, barb(-2.6)]);
}

function placeOf({ left, top, across, up }, atX, atY) {
  const share = (at) => Math.min(Math.max(at, 0), 1);
  return { x: share((atX - left) / across), y: 1 - share((atY - top) / up) };
}

/** The colours from low to high with the numbers they stand for, and a tick at each contour. */
function drawBar(bar, { name, domain: [low, high], levels }) {
  const place = (value) => ({ style: `left:${(100 * (value - low)) / (high - low)}%` });
  refill(bar, [name, low, high, levels].join(), () => [
    h("span.sg-bar-name", name ?? ""),
    h(
      "div.sg-bar-strip", { style: `background:${gradientOf(COLORS)}` },
      ...levels.map((value) => h("i", place(value))),
    ),
    h("div.sg-bar-numbers", ...[low, (low + high) / 2, high].map((value) => (
      h("span", place(value), rounded(value))
    ))),
  ]);
}

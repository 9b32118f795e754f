// A heat map over a plane, with contours, arrows, and a point that can be dragged.

import { max, pairs } from "d3-array";
import { contours } from "d3-contour";
import { create, select } from "d3-selection";

import { drawAxis, linearScale } from "./axes.mjs";
import { widthOf } from "./chart.mjs";
import { colorMap, gradientOf } from "../core/colors.mjs";
import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";
import { followPointer } from "../core/pointer.mjs";

const MARGIN = { top: 8, right: 12, bottom: 46, left: 48 };
const NUMBERED = { top: 24, right: 40 }; // with the numbers of the contours outside the plane
const TALLEST = 480; // pixels, of the plane
const APART = { top: 34, right: 18 }; // pixels from one of those numbers to the next
const SLOPE = 0.12; // of the plane's width: the arrow at the point for a slope of 1
const KNOB = 12; // pixels from the point to the arrow's foot
const LONGEST_ARROW = 17; // pixels
const HEAD = 4.5; // pixels, of an arrow

/**
 * A map titled `title`, its plane at most `tallest` pixels high, calling `onMove({x, y})` as its
 * point is dragged or its plane is pressed: {element, update(model), stop}. The model: `key`, a text
 * that changes whenever anything but the point does; `x` and `y`, each {from, to, label, short (said
 * where the label has no room)}; `columns` and `rows`, how many nodes `values`
 * has along them, row by row from the lowest y, the first and the last on the plane's edges;
 * `domain`, the values at the colours' ends; `colors`, "sequential" or "diverging"; `levels`, where
 * the contours run; `arrows`, each {x, y, u, v}, a direction in the plane's units (their lengths
 * are drawn as square roots: one twice as long stands for four times as much), and `strongest`, the
 * length that is drawn longest (that of the longest of them, unless told); `point` {x, y}, and if
 * it has an arrow of its own its direction {u, v}, as long as the slope is steep; `before`, the
 * point before the last move, or nothing; `describe(x, y)`, the lines under the pointer; `name` of
 * what is mapped (null leaves out the bar of colours); `label` for those who do not see it;
 * `numbered`, whether the contours have their numbers where they meet the upper and the right edge;
 * and if there are any `edges`, lines {from: [x, y], to: [x, y]} drawn on it, and `marks`,
 * points {x, y, text} to be named.
 */
export function heatMap(title, onMove, { tallest = TALLEST } = {}) {
  const heading = h("div.sg-chart-title", title);
  const canvas = h("canvas.sg-heat", { "aria-hidden": "true" });
  const svg = create("svg:svg")
    .attr("role", "img");
  const layers = Object.fromEntries(["x", "y", "contours", "numbers", "edges", "arrows", "marks", "point"].map(
    (name) => [name, svg.append("g").attr("class", `sg-${name}`)],
  ));
  const past = layers.point.append("g").attr("class", "sg-ghost");
  const descent = layers.point.append("g").attr("class", "sg-descent");
  const handle = appendHandle(layers.point);
  const tooltip = h("div.sg-tooltip", { hidden: "", "aria-hidden": "true" });
  const frame = h("div.sg-frame.sg-map", canvas, svg.node(), tooltip);
  const bar = colorBar();
  const small = h("canvas"); // the nodes, one pixel each
  let model = null;
  let plot = null;
  let width = 0; // until the frame first has a place on the page
  let drawn = {}; // what each part was drawn for: redrawing an unchanged one costs milliseconds

  function draw() {
    if (model === null || width === 0) return;
    const { x, y, key } = model;
    changed("frame", [width, x.from, x.to, x.label, y.from, y.to, y.label, model.numbered], drawFrame);
    changed("values", [width, key], drawValues);
    changed("arrows", [width, key, model.strongest], () => drawArrows(layers.arrows, model, plot));
    handle.attr("transform", `translate(${plot.x(model.point.x)},${plot.y(model.point.y)})`);
    drawDescent(descent, model.point, plot);
    drawPast(past, model.before ?? null, plot);
    svg.attr("aria-label", model.label);
  }

  function changed(part, reasons, redraw) {
    const now = reasons.join();
    if (drawn[part] !== now) redraw();
    drawn[part] = now;
  }

  function drawFrame() {
    plot = layOut(model, width, tallest);
    svg.attr("width", width).attr("height", plot.height);
    placeCanvas(canvas, plot);
    bar.element.style.marginRight = `${width - plot.right}px`;
    drawAxes(layers, model, plot);
    drawn = {};
  }

  function drawValues() {
    heading.textContent = model.title ?? title;
    drawHeat(canvas, small, model);
    drawContours(layers.contours, model, plot);
    if (model.numbered) drawNumbers(layers.numbers, model, plot);
    bar.element.hidden = model.name === null;
    drawEdges(layers.edges, model, plot);
    drawMarks(layers.marks, model, plot);
    bar.update(model);
  }

  followPointer(svg.node(), {
    move: (x, y) => onMove(placeOf(model, plot, x, y)),
    point: (x, y) => showTooltip(tooltip, model, plot, x, y),
    leave: () => { tooltip.hidden = true; },
  });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);

  return {
    element: h("div.sg-chart", heading, frame, bar.element),
    update(next) { model = next; draw(); },
    stop: () => observer.disconnect(),
  };
}

function layOut({ x, y, numbered = false }, width, tallest) {
  const margin = { ...MARGIN, ...(numbered ? NUMBERED : {}) };
  const [left, right, top] = [margin.left, width - margin.right, margin.top];
  const bottom = top + Math.min((right - left) * 0.86, tallest);
  return {
    left, right, top, bottom, height: bottom + MARGIN.bottom,
    x: linearScale([x.from, x.to], [left, right], 5),
    y: linearScale([y.from, y.to], [bottom, top], 5),
  };
}

function drawAxes({ x, y }, model, plot) {
  const [across, up] = [plot.right - plot.left, plot.bottom - plot.top];
  x.attr("transform", `translate(0,${plot.bottom})`);
  drawAxis(x, plot.x, "bottom", 0);
  addLabel(x, model.x, across).attr("x", plot.left + across / 2).attr("y", 41);
  y.attr("transform", `translate(${plot.left},0)`);
  drawAxis(y, plot.y, "left", 0);
  addLabel(y, model.y, up).attr("transform", `translate(-38,${plot.top + up / 2}) rotate(-90)`);
}

function addLabel(axis, { label, short = label }, room) {
  const text = widthOf(label) > room ? short : label;
  return axis.selectAll(".sg-axis-label").data([text]).join("text")
    .attr("class", "sg-axis-label").text(String);
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
function drawHeat(canvas, small, model) {
  const { columns, rows } = model;
  drawNodes(small, model);
  const [cellX, cellY] = [canvas.width / (columns - 1), canvas.height / (rows - 1)];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(small, -cellX / 2, -cellY / 2, columns * cellX, rows * cellY);
}

function drawNodes(small, { columns, rows, values, domain: [low, high], colors }) {
  const color = colorMap(colors);
  if (small.width !== columns || small.height !== rows) {
    Object.assign(small, { width: columns, height: rows });
  }
  const context = small.getContext("2d");
  const image = context.createImageData(columns, rows);
  image.data.fill(255);
  for (let i = 0; i < values.length; i += 1) {
    const row = rows - 1 - Math.floor(i / columns);
    image.data.set(color((values[i] - low) / (high - low)), 4 * (row * columns + (i % columns)));
  }
  context.putImageData(image, 0, 0);
}

function drawContours(layer, model, plot) {
  const { columns, rows, values, levels } = model;
  const [across, up] = [plot.right - plot.left, plot.bottom - plot.top];
  const lines = contours().size([columns, rows]).thresholds(levels)(values);
  const place = ([column, row]) => [ // d3 puts node i at i + 1/2
    ((column - 0.5) / (columns - 1)) * across, up - ((row - 0.5) / (rows - 1)) * up,
  ].map((at) => at.toFixed(1)).join();
  const inside = ([column, row]) => (
    column >= 0.5 && column <= columns - 0.5 && row >= 0.5 && row <= rows - 0.5
  );
  // d3 closes its rings beyond the plane's edge: there the line breaks off.
  const line = (points) => points.map((point, i) => {
    if (!inside(point)) return "";
    return `${i > 0 && inside(points[i - 1]) ? "L" : "M"}${place(point)}`;
  }).join("");
  layer.attr("transform", `translate(${plot.left},${plot.top})`);
  layer.selectAll("path").data(lines).join("path")
    .attr("d", ({ coordinates }) => coordinates.flat().map(line).join(""));
}

/** The numbers of the contours where they leave the plane, outside of it: no line is there. */
function drawNumbers(layer, { columns, rows, values, levels }, plot) {
  const top = values.slice((rows - 1) * columns);
  const right = Array.from({ length: rows }, (_, row) => values[(row + 1) * columns - 1]);
  const [across, up] = [plot.right - plot.left, plot.bottom - plot.top];
  const above = crossings(top, levels).map(({ level, at }) => ({ level, at: at * across }));
  const beside = crossings(right, levels).map(({ level, at }) => ({ level, at: at * up }));
  const numbers = [
    ...apart(above, APART.top, across - 8).map(({ level, at }) => (
      { level, x: plot.left + at, y: plot.top - 7, anchor: "middle" }
    )),
    ...apart(beside, APART.right, up - 10).map(({ level, at }) => (
      { level, x: plot.right + 6, y: plot.bottom - at + 4.5, anchor: "start" }
    )),
  ];
  layer.selectAll("text").data(numbers).join("text")
    .attr("x", ({ x }) => x).attr("y", ({ y }) => y).attr("text-anchor", ({ anchor }) => anchor)
    .text(({ level }) => rounded(level));
}

/** Where along an edge, as a share of it, its values pass each level. */
function crossings(values, levels) {
  return levels.flatMap((level) => pairs(values).flatMap(([a, b], i) => (
    (a < level) !== (b < level)
      ? [{ level, at: (i + (level - a) / (b - a)) / (values.length - 1) }] : []
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
  const place = ([x, y]) => `${plot.x(x).toFixed(1)},${plot.y(y).toFixed(1)}`;
  layer.selectAll("path").data(edges).join("path")
    .attr("d", ({ from, to }) => `M${place(from)}L${place(to)}`);
}

/** The words of a mark stand on the side of it that is towards the middle of the plane. */
function drawMarks(layer, { marks = [] }, plot) {
  const isRight = ({ x }) => plot.x(x) > (plot.left + plot.right) / 2;
  const isHigh = ({ y }) => plot.y(y) < (plot.top + plot.bottom) / 2;
  const groups = layer.selectAll("g").data(marks).join((enter) => {
    const g = enter.append("g");
    g.append("circle").attr("r", 3.5);
    g.append("text");
    return g;
  });
  groups.attr("transform", ({ x, y }) => `translate(${plot.x(x)},${plot.y(y)})`);
  groups.select("text").text(({ text }) => text)
    .attr("text-anchor", (mark) => (isRight(mark) ? "end" : "start"))
    .attr("x", (mark) => (isRight(mark) ? -9 : 9))
    .attr("y", (mark) => (isHigh(mark) ? 17 : -9));
}

/** All arrows as one path, twice: a dark edge makes them visible on light colours too. */
function drawArrows(layer, { arrows, strongest, x, y }, plot) {
  const [stretchX, stretchY] = [
    (plot.right - plot.left) / (x.to - x.from), (plot.bottom - plot.top) / (y.to - y.from),
  ];
  const longest = (strongest ?? max(arrows, ({ u, v }) => Math.hypot(u, v))) || 1;
  const paths = arrows.map((arrow) => {
    const length = LONGEST_ARROW * Math.sqrt(Math.hypot(arrow.u, arrow.v) / longest);
    if (length < 1) return "";
    const angle = Math.atan2(-arrow.v * stretchY, arrow.u * stretchX);
    return arrowPath(plot.x(arrow.x), plot.y(arrow.y), length, angle);
  });
  layer.selectAll("path").data(["sg-edge", ""]).join("path").attr("class", String)
    .attr("d", paths.join(""));
}

/** Where descent moves the point: an arrow as long as the slope is steep, as far as the plane goes. */
function drawDescent(layer, point, plot) {
  layer.selectAll("path").data(["sg-edge", ""]).join("path").attr("class", String)
    .attr("d", descentPath(point, plot));
}

function descentPath({ x, y, u = 0, v = 0 }, plot) {
  const [width, height] = [plot.right - plot.left, plot.bottom - plot.top];
  const angle = Math.atan2(-v * height, u * width);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [left, top] = [plot.x(x), plot.y(y)];
  const room = Math.min(
    roomAlong(left, cos, plot.left, plot.right), roomAlong(top, sin, plot.top, plot.bottom),
  );
  const length = Math.min(SLOPE * width * Math.hypot(u, v), room - KNOB - 2);
  if (length < 1) return "";
  const middle = KNOB + length / 2;
  return arrowPath(left + middle * cos, top + middle * sin, length, angle, 9);
}

/** How many steps there are from a place to the end towards which they go. */
export function roomAlong(from, step, low, high) {
  return Math.abs(step) < 1e-9 ? Infinity : ((step > 0 ? high : low) - from) / step;
}

/** Dashed: the point and its arrow before the last move. */
function drawPast(layer, point, plot) {
  layer.selectAll("circle").data(point === null ? [] : [point]).join("circle").attr("r", 8)
    .attr("cx", ({ x }) => plot.x(x)).attr("cy", ({ y }) => plot.y(y));
  layer.selectAll("path").data(point === null ? [] : [point]).join("path")
    .attr("d", (past) => descentPath(past, plot));
}

/** An arrow with its middle at a point. */
function arrowPath(x, y, length, angle, size = HEAD) {
  const along = (distance, turn) => [Math.cos, Math.sin].map((f) => distance * f(angle + turn));
  const text = (...numbers) => numbers.map((number) => number.toFixed(1)).join();
  const [dx, dy] = along(length / 2, 0);
  const [tipX, tipY] = [x + dx, y + dy];
  const head = [2.6, -2.6].map((turn) => {
    const [hx, hy] = along(Math.min(size, length * 0.6), turn);
    return `M${text(tipX, tipY)}l${text(hx, hy)}`;
  });
  return `M${text(x - dx, y - dy)}L${text(tipX, tipY)}${head.join("")}`;
}

/** The point, and around it room for a finger. */
function appendHandle(layer) {
  const handle = layer.append("g").attr("class", "sg-handle");
  handle.append("circle").attr("class", "sg-reach").attr("r", 22);
  handle.append("circle").attr("class", "sg-halo").attr("r", 8);
  handle.append("circle").attr("class", "sg-knob").attr("r", 8);
  handle.append("circle").attr("class", "sg-core").attr("r", 2.5);
  return handle;
}

function placeOf({ x, y }, plot, atX, atY) {
  const share = (at, from, to) => Math.min(Math.max((at - from) / (to - from), 0), 1);
  return {
    x: x.from + (x.to - x.from) * share(atX, plot.left, plot.right),
    y: y.from + (y.to - y.from) * share(atY, plot.bottom, plot.top),
  };
}

function showTooltip(tooltip, model, plot, x, y) {
  const inside = x >= plot.left && x <= plot.right && y >= plot.top && y <= plot.bottom;
  tooltip.hidden = !inside;
  if (!inside) return;
  const at = placeOf(model, plot, x, y);
  tooltip.replaceChildren(...model.describe(at.x, at.y).map((line) => h("span", line)));
  const flip = x > (plot.left + plot.right) / 2;
  tooltip.style.left = flip ? "" : `${x + 14}px`;
  tooltip.style.right = flip ? `${plot.right + MARGIN.right - x + 14}px` : "";
  tooltip.style.top = `${Math.max(y - 20, 0)}px`;
}

/** The colours from low to high with the numbers they stand for, and a tick at each contour. */
function colorBar() {
  const name = h("span.sg-bar-name");
  const strip = h("div.sg-bar-strip");
  const numbers = h("div.sg-bar-numbers");
  const element = h("div.sg-bar", { "aria-hidden": "true" }, name, strip, numbers);
  return {
    element,
    update({ name: text, colors, domain: [low, high], levels }) {
      name.textContent = text;
      strip.style.background = gradientOf(colors);
      const place = (value) => `left:${(100 * (value - low)) / (high - low)}%`;
      strip.replaceChildren(...levels.map((value) => h("i", { style: place(value) })));
      const shown = [low, (low + high) / 2, high];
      numbers.replaceChildren(...shown.map((value) => (
        h("span", { style: place(value) }, rounded(value))
      )));
    },
  };
}

// The landscape of the chosen loss over the two knobs, with the paths of all losses that race and a
// marker where each stands. The start can be dragged.

import { contours } from "d3-contour";
import { create } from "d3-selection";
import * as shapes from "d3-shape";

import { drawAxis, linearScale } from "../../charts/axes.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { BOUNDS, STEPS } from "./descent.mjs";
import { createGround, heightOf, knobOf, levelsOf } from "./ground.mjs";
import { NAMES, SHORT } from "./losses.mjs";

const MARGIN = { top: 8, right: 10, bottom: 46, left: 46 };
const COARSE = [31, 21]; // nodes of the grid while something moves
const FINE = [97, 65]; // and once it rests
const LAG = 30; // milliseconds that the ground may lag a move
const REST = 60; // and then without another before the fine grid is begun
const TICKS = [0, 1, 2, 5, 10, 20]; // of a
const SYMBOLS = {
  circle: shapes.symbolCircle, diamond: shapes.symbolDiamond, plus: shapes.symbolPlus,
  square: shapes.symbolSquare, star: shapes.symbolStar, times: shapes.symbolTimes,
  wye: shapes.symbolWye,
};
const STROKED = ["plus", "times", "wye"]; // markers without an inside
const [DEEP, HIGH] = [62, 5]; // percent of the quiet colour on a valley and on a height

/** The landscape, calling `onStart({a, c})`: {element, update(races, ghosts, state), stop}. */
export function landscape(onStart, heightFor) {
  const depth = h("span");
  const title = h("div.sg-chart-title.training-title", " ", depth);
  const svg = create("svg:svg").attr("role", "img");
  const frame = h("div.sg-frame.training-map", svg.node());
  const ground = svg.append("svg").attr("preserveAspectRatio", "none");
  const [axisX, axisY, lines, marks] = Array.from({ length: 4 }, () => svg.append("g"));
  const handle = svg.append("g").attr("class", "sg-handle");
  handle.append("circle").attr("class", "sg-reach").attr("r", 22); // room for a finger
  handle.append("circle").attr("class", "training-start").attr("r", 7.5);
  let shown = null; // {races, ghosts, state}
  let plot = null;
  let width = 0; // until the frame first has a place on the page
  let drawn = ""; // the paths that are drawn
  let painted = ""; // the loss whose ground is
  let waiting = null;
  let lagging = false; // whether the ground waits to follow the last moves

  function draw() {
    if (shown === null || width === 0) return;
    const { races, ghosts, state } = shown;
    if (plot?.width !== width) drawFrame();
    if (painted === "") drawGround();
    else if (painted !== races[0].ground) drawGroundSoon();
    const curves = [...ghosts.map((race) => ({ ...race, ghost: true })), ...races.toReversed()];
    const now = curves.map(({ lane, key, ghost }) => [lane, key, ghost]).join();
    if (drawn !== now) drawPaths(lines, marks, curves, plot);
    drawn = now;
    drawSteps(lines, marks, state.step);
    handle.attr("transform", `translate(${plot.x(state.start_c)},${plot.y(state.start_a)})`);
    svg.attr("aria-label", labelOf(shown));
  }

  function drawFrame() {
    plot = layOut(width, heightFor(width));
    const { left, right, top, bottom } = plot;
    svg.attr("width", width).attr("height", plot.height);
    ground.attr("x", left).attr("y", top).attr("width", right - left).attr("height", bottom - top);
    drawAxes(axisX, axisY, plot);
    drawn = "";
  }

  /** First on a coarse grid; on a fine one, slice by slice, when the hand rests. */
  function drawGround() {
    const { ground: key, loss, evaluate } = shown.races[0];
    painted = key;
    const paint = (grid) => {
      depth.textContent = `lowest ${rounded(paintGround(ground, grid))}`;
      title.firstChild.textContent = `Landscape of ${SHORT[loss]} `;
    };
    const coarse = createGround(evaluate, ...COARSE);
    coarse.fill(true);
    paint(coarse);
    const fine = createGround(evaluate, ...FINE);
    const goOn = () => {
      if (fine.fill()) paint(fine);
      else later(goOn, 0);
    };
    later(goOn, REST);
  }

  function later(action, delay) {
    clearTimeout(waiting);
    lagging = false;
    waiting = setTimeout(action, delay);
  }

  /** What is under the hand comes first: the ground follows it, for all moves up to then. */
  function drawGroundSoon() {
    if (lagging) return;
    later(drawGround, LAG);
    lagging = true;
  }

  const startAt = (x, y) => onStart({ a: plot.a(y), c: plot.c(x) });
  followPointer(svg.node(), { move: startAt, point() {}, leave() {} });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);

  return {
    element: h("div.sg-chart", title, frame),
    update(races, ghosts, state) { shown = { races, ghosts, state }; draw(); },
    stop() { clearTimeout(waiting); observer.disconnect(); },
  };
}

function layOut(width, height) {
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const x = linearScale(BOUNDS.c, [left, right], 9);
  const up = linearScale([0, 1], [bottom, top], 5);
  // Where a pointer is, within the bounds, and to two digits.
  const invert = (scale, at) => scale.axis.copy().clamp(true).invert(at);
  const tidy = (value) => Number(value.toFixed(2));
  return {
    width, height, left, right, top, bottom, x, up,
    y: (a) => up(heightOf(a)),
    a: (at) => tidy(knobOf(invert(up, at))),
    c: (at) => tidy(invert(x, at)),
  };
}

function drawAxes(axisX, axisY, { left, right, top, bottom, x, up }) {
  const scale = Object.assign((height) => up(height), {
    axis: up.axis, zero: null, ticks: TICKS.map(heightOf),
    format: (height) => Math.round(knobOf(height)),
  });
  drawAxis(axisX.attr("transform", `translate(0,${bottom})`), x, "bottom", 0);
  drawAxis(axisY.attr("transform", `translate(${left},0)`), scale, "left", 0);
  for (const [axis, text, place] of [
    [axisX, "c: called from this brightness on", `translate(${(left + right) / 2},38)`],
    [axisY, "a: how sure", `translate(-32,${(top + bottom) / 2}) rotate(-90)`],
  ]) {
    axis.selectAll(".sg-axis-label").data([text]).join("text").attr("class", "sg-axis-label")
      .attr("transform", place).text(String);
  }
}

/** Bands of one colour between contours, each over the deeper ones; gives the lowest value. */
function paintGround(ground, { columns, rows, values }) {
  const levels = levelsOf(values);
  const shade = (i) => DEEP + (HIGH - DEEP) * (i / Math.max(levels.length - 1, 1)) ** 0.7;
  ground.attr("viewBox", [0.5, 0.5, columns - 1, rows - 1].join(" ")); // d3 puts node i at i + 1/2
  ground.selectAll("path").data(contours().size([columns, rows]).thresholds(levels)(values))
    .join("path")
    .attr("d", ({ coordinates }) => (
      coordinates.flat().map((ring) => `M${ring.map(placed).join("L")}Z`).join("")
    ))
    .style("--deep", (_, i) => `${shade(i)}%`);
  return levels[0];
}

const placed = ([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`;

/** What was before, thin; then each path, faint where it will go and strong where it has gone. */
function drawPaths(lines, marks, curves, { x, y }) {
  const data = curves.map((curve) => ({
    ...curve,
    places: Array.from(curve.knobs.a, (a, step) => placed([x(curve.knobs.c[step]), y(a)])),
  }));
  const pathsIn = (layer, parts) => (
    layer.selectAll("g").data(data).join("g").style("--curve", ({ look }) => look.color)
      .classed("ghost", ({ ghost }) => ghost).classed("chosen", ({ lane }) => lane === "loss")
      .selectAll("path").data((curve) => parts.map((part) => ({ ...curve, part }))).join("path")
      .attr("class", ({ part }) => part)
  );
  pathsIn(lines, ["training-ahead", "training-case", "sg-line"])
    .attr("d", ({ places }) => `M${places.join("L")}`)
    .attr("stroke-dasharray", ({ part, look }) => (part === "sg-line" ? look.dash.join(" ") : null));
  pathsIn(marks, ["training-case", "sg-dot"])
    .attr("d", ({ look, ghost }) => shapes.symbol(SYMBOLS[look.marker], ghost ? 50 : 110)())
    .classed("stroked", ({ look }) => STROKED.includes(look.marker));
}

function drawSteps(lines, marks, step) {
  lines.selectAll(":not(.ghost) > :not(.training-ahead)")
    .attr("d", ({ places }) => `M${places.slice(0, step + 1).join("L")}`);
  marks.selectAll("g")
    .attr("transform", ({ places, ghost }) => `translate(${places[ghost ? STEPS : step]})`);
}

function labelOf({ races, state: { step, start_a, start_c } }) {
  const words = races.map(({ loss, knobs }) => (
    `${NAMES[loss]} to a ${rounded(knobs.a[step])}, c ${rounded(knobs.c[step])}`
  ));
  return `The two knobs, from a ${rounded(start_a)}, c ${rounded(start_c)}: ${words.join("; ")}.`;
}

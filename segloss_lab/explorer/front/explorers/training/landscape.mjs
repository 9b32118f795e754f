// The landscape of the chosen loss over the two knobs, with the paths of all losses that race and a
// marker where each stands. The start can be dragged.

import { contours } from "d3-contour";
import { create } from "d3-selection";
import * as shapes from "d3-shape";

import { drawAxis, linearScale } from "../../charts/axes.mjs";
import { placeCanvas } from "../../charts/map.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { followTheme } from "../../core/theme.mjs";
import { BOUNDS, STEPS } from "./descent.mjs";
import { bandsOf, createGround, heightOf, knobOf } from "./ground.mjs";
import { colorsOf, setDash } from "./look.mjs";
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
const [DEEP, HIGH] = [0.62, 0.05]; // how much of the quiet colour lies on a valley and on a height

/** The landscape, calling `onStart({a, c})`: {element, update(races, ghosts, state), stop}. */
export function landscape(onStart, heightFor) {
  const title = h("div.sg-chart-title.training-title");
  const svg = create("svg:svg").attr("role", "img");
  const [ground, paths] = [h("canvas"), h("canvas")];
  for (const canvas of [ground, paths]) canvas.setAttribute("aria-hidden", "true");
  const frame = h("div.sg-frame.training-map", ground, paths, svg.node());
  const [axisX, axisY] = [svg.append("g"), svg.append("g")];
  const handle = appendHandle(svg);
  let shown = null; // {races, ghosts, state}
  let plot = null;
  let width = 0; // until the frame first has a place on the page
  let painted = ""; // the loss whose ground is on the canvas
  let waiting = null;
  let lagging = false; // whether the ground waits to follow the last moves
  let colors = null; // of the theme: asking for them is slow

  function draw() {
    if (shown === null || width === 0) return;
    colors ??= colorsOf(svg.node());
    const { races: [chosen], state } = shown;
    if (plot === null || plot.width !== width) drawFrame();
    if (painted === "") drawGround();
    else if (painted !== chosen.ground) drawGroundSoon();
    drawPaths(paths, plot, shown, colors);
    handle.attr("transform", `translate(${plot.x(state.start_c)},${plot.y(state.start_a)})`);
    svg.attr("aria-label", labelOf(shown));
  }

  function drawFrame() {
    plot = layOut(width, heightFor(width));
    svg.attr("width", width).attr("height", plot.height);
    for (const canvas of [ground, paths]) placeCanvas(canvas, plot);
    drawAxes(axisX, axisY, plot);
    painted = "";
  }

  /** First on a coarse grid; on a fine one, slice by slice, when the hand rests. */
  function drawGround() {
    const { ground: key, loss, evaluate } = shown.races[0];
    painted = key;
    const paint = (grid) => {
      const lowest = paintGround(ground, plot, grid, colors);
      const depth = h("span", `lowest ${rounded(lowest)}`);
      title.replaceChildren(`Landscape of ${SHORT[loss]} `, depth);
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
  const unfollow = followTheme(() => { painted = ""; colors = null; draw(); });

  return {
    element: h("div.sg-chart", title, frame),
    update(races, ghosts, state) { shown = { races, ghosts, state }; draw(); },
    stop() { clearTimeout(waiting); observer.disconnect(); unfollow(); },
  };
}

function layOut(width, height) {
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const x = linearScale(BOUNDS.c, [left, right], 9);
  const up = linearScale([0, 1], [bottom, top], 5);
  const [least, most] = BOUNDS.c;
  const limit = (value, [low, high]) => Math.min(Math.max(value, low), high);
  const share = (at, from, to) => (at - from) / (to - from);
  const tidy = (value) => Number(value.toFixed(2));
  return {
    width, height, left, right, top, bottom, x, up,
    y: (a) => up(heightOf(a)),
    a: (y) => tidy(knobOf(limit(share(y, bottom, top), [0, 1]))),
    c: (place) => tidy(limit(least + (most - least) * share(place, left, right), BOUNDS.c)),
  };
}

function drawAxes(axisX, axisY, plot) {
  const { left, right, top, bottom, x, up } = plot;
  axisX.attr("transform", `translate(0,${bottom})`);
  drawAxis(axisX, x, "bottom", 0);
  name(axisX, "c: called from this brightness on").attr("x", (left + right) / 2).attr("y", 38);
  axisY.attr("transform", `translate(${left},0)`);
  const scale = Object.assign((value) => up(value), {
    axis: up.axis, zero: null, ticks: TICKS.map(heightOf),
    format: (height) => String(Math.round(knobOf(height))),
  });
  drawAxis(axisY, scale, "left", 0);
  name(axisY, "a: how sure").attr("transform", `translate(-32,${(top + bottom) / 2}) rotate(-90)`);
}

function name(axis, text) {
  return axis.selectAll(".sg-axis-label").data([text]).join("text")
    .attr("class", "sg-axis-label").text(String);
}

/** A canvas of the plane, cleared, whose unit is a pixel of the page. */
function clear(canvas, { right, left, bottom, top }) {
  const context = canvas.getContext("2d");
  context.setTransform(canvas.width / (right - left), 0, 0, canvas.height / (bottom - top), 0, 0);
  context.clearRect(0, 0, right - left, bottom - top);
  return context;
}

/** Bands of one colour between contours, the deepest first; gives the lowest value. */
function paintGround(canvas, plot, { columns, rows, values }, colors) {
  const context = clear(canvas, plot);
  const [across, up] = [plot.right - plot.left, plot.bottom - plot.top];
  const { lowest, levels } = bandsOf(values);
  const shade = (i) => (
    mix(colors.paper, colors.quiet, DEEP + (HIGH - DEEP) * (i / levels.length) ** 0.7)
  );
  context.fillStyle = shade(0);
  context.fillRect(0, 0, across, up);
  context.strokeStyle = mix(colors.paper, colors.quiet, 0.75);
  context.lineWidth = 0.6;
  const place = ([column, row]) => [ // d3 puts node i at i + 1/2
    ((column - 0.5) / (columns - 1)) * across, up - ((row - 0.5) / (rows - 1)) * up,
  ];
  const shapesOf = contours().size([columns, rows]).thresholds(levels)(values);
  for (const [i, { coordinates }] of shapesOf.entries()) {
    context.beginPath();
    for (const ring of coordinates.flat()) {
      for (const corner of ring.slice(0, 1)) context.moveTo(...place(corner));
      for (const corner of ring.slice(1)) context.lineTo(...place(corner));
      context.closePath();
    }
    context.fillStyle = shade(i + 1);
    context.fill();
    context.stroke();
  }
  return lowest;
}

/** What was before, thin; then each path, faint where it will go and strong where it has gone. */
function drawPaths(canvas, plot, { races, ghosts, state }, colors) {
  const context = clear(canvas, plot);
  context.translate(-plot.left, -plot.top);
  context.lineJoin = "round";
  const { step } = state;
  for (const { knobs, look } of ghosts) {
    context.globalAlpha = 0.8;
    line(context, plot, knobs, [0, STEPS], { ...look, dash: [1.5, 3.5], wide: 1.4 }, colors);
    dot(context, plot, knobs, STEPS, { ...look, hollow: true }, colors);
  }
  for (const { lane, knobs, look } of races.toReversed()) {
    context.globalAlpha = 0.55;
    line(context, plot, knobs, [step, STEPS], { ...look, dash: [], wide: 1 }, colors);
    context.globalAlpha = 1;
    const wide = lane === "loss" ? 3.2 : 2;
    line(context, plot, knobs, [0, step], { ...look, wide, cased: true }, colors);
  }
  context.globalAlpha = 1;
  for (const { knobs, look } of races.toReversed()) dot(context, plot, knobs, step, look, colors);
}

function line(context, plot, { a, c }, [from, to], look, colors) {
  const { color, dash, wide, cased = false } = look;
  if (from >= to) return;
  context.beginPath();
  for (let step = from; step <= to; step += 1) context.lineTo(plot.x(c[step]), plot.y(a[step]));
  if (cased) {
    context.setLineDash([]);
    context.lineWidth = wide + 2;
    context.strokeStyle = colors.paper;
    context.stroke();
  }
  context.lineWidth = wide;
  setDash(context, dash);
  context.strokeStyle = colors.of(color);
  context.stroke();
  context.setLineDash([]);
}

function dot(context, plot, { a, c }, step, { color, marker, hollow = false }, colors) {
  const mark = new Path2D(shapes.symbol(SYMBOLS[marker], hollow ? 50 : 110)());
  const stroked = hollow || ["plus", "times", "wye"].includes(marker);
  context.save();
  context.translate(plot.x(c[step]), plot.y(a[step]));
  context.strokeStyle = colors.paper;
  context.lineWidth = stroked ? 5.5 : 3;
  context.stroke(mark);
  context.strokeStyle = colors.of(color);
  context.fillStyle = colors.of(color);
  context.lineWidth = 2.4;
  context[stroked ? "stroke" : "fill"](mark);
  context.restore();
}

/** The start, and around it room for a finger. */
function appendHandle(svg) {
  const handle = svg.append("g").attr("class", "sg-handle");
  handle.append("circle").attr("class", "sg-reach").attr("r", 22);
  handle.append("circle").attr("class", "training-start").attr("r", 7.5);
  return handle;
}

function mix(one, other, share) {
  const [from, to] = [one, other].map((hex) => (
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
  ));
  return `rgb(${from.map((part, i) => Math.round(part + (to[i] - part) * share)).join()})`;
}

function labelOf({ races, state: { step, start_a, start_c } }) {
  const words = races.map(({ loss, knobs }) => (
    `${NAMES[loss]} to a ${rounded(knobs.a[step])}, c ${rounded(knobs.c[step])}`
  ));
  return `The two knobs, from a ${rounded(start_a)}, c ${rounded(start_c)}, after ${step} steps: `
    + `${words.join("; ")}.`;
}

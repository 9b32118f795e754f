// The landscape of the chosen loss over the two knobs, with the paths of all losses that race and a
// marker where each stands. The start can be dragged.

import { contours } from "d3-contour";

import { drawAxis, linearScale } from "../../charts/axes.mjs";
import { look } from "../../charts/chart.mjs";
import { s, set, sync } from "../../charts/svg.mjs";
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
const [DEEP, HIGH] = [62, 5]; // percent of the quiet colour on a valley and on a height

/** The landscape, calling `onStart({a, c})`: {element, update(races, ghosts, state), stop}. */
export function landscape(onStart, heightFor) {
  const depth = h("span");
  const title = h("div.sg-chart-title.training-title", " ", depth);
  const ground = s("svg", { preserveAspectRatio: "none" });
  const [axisX, axisY, lines, marks] = Array.from({ length: 4 }, () => s("g"));
  const handle = s(
    "g.sg-handle", {},
    s("circle.sg-reach", { r: 22 }), // room for a finger
    s("circle.training-start", { r: 7.5 }),
  );
  const svg = s("svg", { role: "img" }, ground, axisX, axisY, lines, marks, handle);
  const frame = h("div.sg-frame.training-map", svg);
  let shown = null; // {races, ghosts, state}
  let plot = null;
  let width = 0; // until the frame first has a place on the page
  let paths = [];
  let drawn = ""; // which they are
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
    if (drawn !== now) paths = drawPaths(lines, marks, curves, plot);
    drawn = now;
    for (const path of paths) path.go(state.step);
    set(handle, { transform: `translate(${plot.x(state.start_c)},${plot.y(state.start_a)})` });
    set(svg, { "aria-label": labelOf(shown) });
  }

  function drawFrame() {
    plot = layOut(width, heightFor(width));
    const { left, right, top, bottom } = plot;
    set(svg, { width, height: plot.height });
    set(ground, { x: left, y: top, width: right - left, height: bottom - top });
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
  followPointer(svg, { move: startAt, point() {}, leave() {} });
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
  drawAxis(set(axisX, { transform: `translate(0,${bottom})` }), x, "bottom", 0, {
    text: "c: called from this brightness on", x: (left + right) / 2, y: 38,
  });
  drawAxis(set(axisY, { transform: `translate(${left},0)` }), scale, "left", 0, {
    text: "a: how sure", transform: `translate(-32,${(top + bottom) / 2}) rotate(-90)`,
  });
}

/** Bands of one colour between contours, each over the deeper ones; gives the lowest value. */
function paintGround(ground, { columns, rows, values }) {
  const levels = levelsOf(values);
  const shade = (i) => DEEP + (HIGH - DEEP) * (i / Math.max(levels.length - 1, 1)) ** 0.7;
  const bands = contours().size([columns, rows]).thresholds(levels)(values);
  set(ground, { viewBox: `0.5 0.5 ${columns - 1} ${rows - 1}` }); // d3 puts node i at i + 1/2
  sync(ground, bands, () => s("path"), (path, { coordinates }, i) => set(path, {
    d: coordinates.flat().map((ring) => `M${ring.map(placed).join("L")}Z`).join(""),
    style: `--deep:${shade(i)}%`,
  }));
  return levels[0];
}

const placed = ([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`;

/**
 * What was before, thin; then each path, faint where it will go and strong where it has gone. Gives
 * them as {go(step)}, which moves them there.
 */
function drawPaths(lines, marks, curves, { x, y }) {
  const drawn = curves.map((curve) => ({ ...curve, places: placesOf(curve.knobs, x, y) }));
  sync(lines, drawn, createLine, (line, curve) => {
    for (const path of inStyle(line, curve).children) {
      set(path, { d: `M${curve.places.join("L")}` });
    }
    set(line.lastChild, { "stroke-dasharray": curve.look.dash.join(" ") || null });
  });
  sync(marks, drawn, createMark, (mark, curve) => {
    for (const [i, name] of DOTS.entries()) {
      set(inStyle(mark, curve).children[i], look(name, curve.look.marker, curve.ghost ? 50 : 110));
    }
  });
  return drawn.map(({ places, ghost = false }, i) => ({
    go(step) {
      set(marks.children[i], { transform: `translate(${places[ghost ? STEPS : step]})` });
      if (ghost) return;
      const gone = `M${places.slice(0, step + 1).join("L")}`;
      for (const path of [...lines.children[i].children].slice(1)) set(path, { d: gone });
    },
  }));
}

const DOTS = ["training-case", "sg-dot"];

const createLine = () => s(
  "g", {}, ...["training-ahead", "training-case", "sg-line"].map((name) => s(`path.${name}`)),
);
const createMark = () => s("g", {}, ...DOTS.map(() => s("path")));

function inStyle(group, { lane, look: { color }, ghost = false }) {
  return set(group, {
    class: `${ghost ? "ghost" : ""} ${lane === "loss" ? "chosen" : ""}`,
    style: `--curve:${color}`,
  });
}

function placesOf({ a, c }, x, y) {
  return Array.from(a, (height, step) => placed([x(c[step]), y(height)]));
}

function labelOf({ races, state: { step, start_a, start_c } }) {
  const words = races.map(({ loss, knobs }) => (
    `${NAMES[loss]} to a ${rounded(knobs.a[step])}, c ${rounded(knobs.c[step])}`
  ));
  return `The two knobs, from a ${rounded(start_a)}, c ${rounded(start_c)}: ${words.join("; ")}.`;
}

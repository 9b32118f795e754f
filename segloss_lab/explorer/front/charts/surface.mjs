// A surface over a plane, in perspective, painted from back to front; dragging it turns it.

import { cross, least, mean, range } from "d3-array";

import { widthOf } from "./chart.mjs";
import { colorMap } from "../core/colors.mjs";
import { h } from "../core/dom.mjs";
import { placeCanvas } from "./map.mjs";
import { rounded } from "../core/numbers.mjs";
import { followPointer } from "../core/pointer.mjs";
import { s, set, sync } from "./svg.mjs";
import { followTheme } from "../core/theme.mjs";

const TILT = 0.6; // how far the eye stands above the plane: 0 level with it, 1 above it
const DISTANCE = 3.4; // of the eye from the middle of the box
const TALL = 0.68; // the box's height; its floor is 1 by 1
const ROOM = { top: 28, bottom: 40 }; // pixels above and below the box, for names
const WIDE = 430; // pixels from which there is room for words beside the marks
const SMALL = 250; // pixels below which the numbers at the axes' ends have none
const MESH = 8; // lines of the mesh along each axis
const DEGREES_A_PIXEL = 0.5; // that a drag turns
const REACH = 26; // pixels around the point in which it is taken hold of

/**
 * A surface titled `title`, `shape` times as high as wide, at most `tallest` pixels, calling
 * `onTurn(degrees)` as it is dragged, or, where its point is and there is an `onMove(pointer,
 * view)`, that: {element, update(model), stop}. The model is that of `heatMap` (without arrows and
 * contours), and `turn`, degrees about the upright axis, which `key` need not tell; `height`, {from,
 * to, label}, of the upright axis; the `before` has a z, too; `path`, places [x, y, z] on the
 * surface along which descent moves the point, if it does; `marks`, points {x, y, z, text, words} to
 * be named, instead of the numbers at the axes' ends; `edges`, lines {from: [x, y, z], to} to be
 * drawn over it, dashed if they are `imagined`; and, instead of nodes and colours, `patches()` of
 * any shape: {corners, each [x, y, z], fill(color) (color(name) is one of the palette's), lines},
 * whose lines have the colour `ruled`.
 */
export function surface(title, onTurn, { tallest = 480, shape = 0.84, onMove = null } = {}) {
  const heading = h("div.sg-chart-title", title);
  const canvas = h("canvas", { role: "img" });
  const ground = h("canvas"); // all but the point, which moves more often than what it stands on
  const names = s("g");
  const reach = s("circle.sg-reach", {
    r: REACH, style: onMove ? "cursor:move;pointer-events:auto;touch-action:none" : null,
  });
  const svg = s("svg", {
    "aria-hidden": "true",
    style: "position:absolute;inset:0;width:100%;height:100%;pointer-events:none",
  }, names, reach);
  const frame = h("div.sg-frame.sg-surface", canvas, svg);
  let model = null;
  let width = 0; // until the frame first has a place on the page
  let drawn = ""; // what the ground was painted for
  let scene = null; // how it was seen
  let cells = { key: null, patches: [] };
  let from = null; // where a turn began

  function draw() {
    if (model === null || width === 0) return;
    const now = [model.key, model.turn, width, devicePixelRatio].join();
    if (now !== drawn) drawGround();
    drawn = now;
    canvas.setAttribute("aria-label", model.label);
    paintTop(canvas, ground, model, scene);
    const [cx, cy] = placeOfPoint();
    set(reach, { cx, cy });
  }

  function placeOfPoint() {
    const { x, y, z } = model.point;
    return scene.view([x, y, z]);
  }

  function drawGround() {
    const height = Math.round(Math.min(width * shape, tallest));
    const style = getComputedStyle(canvas);
    const color = (name) => style.getPropertyValue(`--sg-${name}`);
    const view = createView(model, width, height);
    scene = { view, width, height, ink: color("ink"), paper: color("paper") };
    heading.textContent = model.title ?? title;
    for (const each of [ground, canvas]) {
      placeCanvas(each, { left: 0, top: 0, right: width, bottom: height });
    }
    if (cells.key !== model.key) {
      cells = { key: model.key, patches: model.patches?.() ?? cellsOf(model) };
    }
    paintGround(ground.getContext("2d"), model, cells.patches, view, color);
    drawNames(names, model, view, width);
  }

  followPointer(frame, {
    start(x, y) {
      const [left, top] = placeOfPoint();
      const holds = onMove && Math.hypot(left - x, top - y) < REACH;
      from = holds ? null : { x, turn: model.turn };
    },
    move(x, y) {
      if (from === null) onMove([x, y], scene.view);
      else onTurn(from.turn + (x - from.x) * DEGREES_A_PIXEL);
    },
    point() {},
    leave() {},
  });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);
  const unfollow = followTheme(() => { drawn = ""; draw(); });

  return {
    element: h("div.sg-chart", heading, frame),
    update(next) { model = next; draw(); },
    stop() { observer.disconnect(); unfollow(); },
  };
}

/** From the model's units to the canvas: view([x, y, z]) gives [left, top, depth]. */
function createView({ x, y, height: z, turn, marks = [] }, width, height) {
  const unit = (value, { from, to }) => (value - from) / (to - from) - 0.5;
  const forMarks = width < WIDE ? 46 : 112; // pixels
  const { scale, middle } = fit(width / 2 - (marks.length > 0 ? forMarks : 66), height);
  const angle = (turn * Math.PI) / 180;
  return (at) => {
    const [right, up, depth] = project(
      unit(at[0], x), unit(at[1], y), unit(at[2], z) * TALL, angle,
    );
    return [width / 2 + scale * right, middle - scale * up, depth];
  };
}

/** A point of the box as the eye sees it: how far right and up, and how far away. */
function project(a, b, c, angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [rise, level] = [Math.sin(TILT), Math.cos(TILT)];
  const [right, back] = [a * cos - b * sin, a * sin + b * cos];
  const depth = DISTANCE + back * level - c * rise;
  return [right / depth, (back * rise + c * level) / depth, depth];
}

/** The scale at which the box has room however it is turned, and where its middle then lies. */
function fit(aside, height) {
  const [far, near] = [Math.PI / 4, (5 * Math.PI) / 4]; // a corner at the back, one in front
  const top = project(0.5, 0.5, TALL / 2, far)[1];
  const bottom = project(0.5, 0.5, -TALL / 2, near)[1];
  const side = project(0.5, 0.5, TALL / 2, -far)[0];
  const room = height - ROOM.top - ROOM.bottom;
  const scale = Math.min(aside / side, room / (top - bottom));
  return { scale, middle: ROOM.top + (room + scale * (top + bottom)) / 2 };
}

function cornersOf({ x, y, height: { from: floor } }) {
  return [[x.from, y.from], [x.to, y.from], [x.to, y.to], [x.from, y.to]]
    .map((corner) => [...corner, floor]);
}

/** Where the upright axis stands: at the corner that is furthest to the left, free of the surface. */
function footOf(model, view) {
  return least(cornersOf(model), (corner) => view(corner)[0]);
}

function paintGround(context, model, patches, view, color) {
  const { height: z, marks = [], edges = [], imagined, ruled = "#0005" } = model;
  const line = (...places) => trace(context, places.map(view)).stroke();
  context.scale(devicePixelRatio, devicePixelRatio);
  context.lineJoin = "round";
  context.strokeStyle = color("rule");
  context.fillStyle = color("panel");
  const floor = cornersOf(model).map(view);
  trace(context, [...floor, floor[0]]).fill();
  context.stroke();
  const [x, y] = footOf(model, view);
  const posts = marks.length > 0 ? marks : [{ x, y, z: z.to }];
  for (const post of posts) line([post.x, post.y, z.from], [post.x, post.y, post.z]);
  context.lineWidth = 0.8;
  for (const { corners, fill, lines } of furthestFirst(patches, view)) {
    context.fillStyle = context.strokeStyle = fill(color);
    trace(context, [...corners, corners[0]]).fill();
    context.stroke(); // closes the seam to the next patch
    context.strokeStyle = ruled;
    for (const ends of lines) line(...ends);
  }
  context.strokeStyle = context.fillStyle = color("ink");
  context.lineWidth = imagined ? 1.25 : 2;
  if (imagined) context.setLineDash([5, 4]);
  for (const { from, to } of edges) line(from, to);
  for (const mark of marks) circle(context, view([mark.x, mark.y, mark.z]), 4).fill();
}

function furthestFirst(patches, view) {
  return patches.map((patch) => {
    const corners = patch.corners.map(view);
    return { ...patch, corners, depth: mean(corners, (corner) => corner[2]) };
  }).sort((a, b) => b.depth - a.depth);
}

/** The cells between nodes, with a mesh of a few lines on them. */
function cellsOf({ columns, rows, values, domain: [low, high], colors, x, y }) {
  const color = colorMap(colors);
  const every = Math.max(Math.round((columns - 1) / MESH), 1);
  const node = (i, j) => [
    x.from + ((x.to - x.from) * i) / (columns - 1),
    y.from + ((y.to - y.from) * j) / (rows - 1),
    values[j * columns + i],
  ];
  return cross(range(columns - 1), range(rows - 1), (i, j) => {
    const corners = [node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)];
    const [a, b, c, d] = corners;
    const shade = (mean(corners, (corner) => corner[2]) - low) / (high - low);
    // Both cells beside a line draw it: the seam of the later one would cover the earlier's.
    const lines = [[i, columns, a, d], [i + 1, columns, b, c], [j, rows, a, b], [j + 1, rows, d, c]]
      .filter(([at, nodes]) => at % every === 0 || at === nodes - 1)
      .map(([, , ...ends]) => ends);
    return { corners, lines, fill: () => `rgb(${color(shade).join()})` };
  });
}

/** The names of the axes, and either those of the marks or the numbers at the axes' ends. */
function drawNames(layer, model, view, width) {
  const { marks = [] } = model;
  const upright = width < SMALL ? [] : uprightOf(model, view);
  const ends = marks.length > 0 ? marksOf(marks, view, width) : upright;
  const texts = [true, false].flatMap((isX) => axisOf(model, isX, view, width)).concat(ends);
  sync(layer, texts, () => s("text"), (node, { kind, left, top, anchor, text }) => set(node, {
    class: `sg-${kind}`, x: left, y: top, style: `text-anchor:${anchor}`, text,
  }));
}

/** The name of a floor's axis, and its ends, along whichever of its two edges is nearer. */
function axisOf({ x, y, height, marks = [] }, isX, view, width) {
  const [axis, other] = isX ? [x, y] : [y, x];
  const at = (along, across) => view([...(isX ? [along, across] : [across, along]), height.from]);
  const middle = (axis.from + axis.to) / 2;
  const [near, far] = [other.from, other.to].sort((a, b) => at(middle, a)[2] - at(middle, b)[2]);
  const beyond = (along, share) => at(along, near + (near - far) * share);
  const [left, top] = beyond(middle, 0.12);
  const text = width < WIDE ? axis.short ?? axis.label : axis.label;
  // The name leans outward, as far as its edge lies to a side: it must not reach into the picture.
  const aside = left - at(middle, (near + far) / 2)[0];
  const lean = (Math.min(Math.max(aside / 60, -1), 1) * widthOf(text)) / 2;
  const name = { kind: "axis-label", text, left: left + lean, top: top + 10, anchor: "middle" };
  const isBare = marks.length > 0 || width < SMALL;
  return [name, ...(isBare ? [] : [axis.from, axis.to]).map((end) => {
    const [endLeft, endTop] = beyond(end, 0.07);
    return { kind: "end", text: rounded(end), left: endLeft, top: endTop + 9, anchor: "middle" };
  })];
}

function uprightOf(model, view) {
  const { from, to, label } = model.height;
  const [x, y] = footOf(model, view);
  // The lower number is clear of that at the floor's corner.
  return [
    [from, "end", rounded(from), -5], [to, "end", rounded(to), 4],
    [(from + to) / 2, "axis-label", label, 4],
  ].map(([z, kind, text, down]) => {
    const [left, top] = view([x, y, z]);
    return { kind, text, left: left - 7, top: top + down, anchor: "end" };
  });
}

/** Each mark's text; its words, if they have room, stand outside, on the side where the mark is. */
function marksOf(marks, view, width) {
  const places = marks.map(({ x, y, z }) => view([x, y, z]));
  const lefts = places.map(([left]) => left);
  const middle = mean(places, (place) => place[2]);
  return marks.flatMap(({ text, words }, k) => {
    const [left, top, depth] = places[k];
    const side = { [Math.min(...lefts)]: -1, [Math.max(...lefts)]: 1 }[left] ?? 0;
    const anchor = ["end", "middle", "start"][side + 1];
    const down = side === 0 ? (depth < middle ? 24 : -11) : 5;
    const number = { kind: "number", text, left: left + side * 11, top: top + down, anchor };
    const beside = left + widthOf(text, 17) / 2 + 6;
    if (width < WIDE) return [number];
    return [number, side === 0
      ? { kind: "name", text: words, left: beside, top: top + down, anchor: "start" }
      : { ...number, kind: "name", text: words, top: top + 22 }];
  });
}

/** The point with a stalk to the floor, the way on of descent, and, dashed, the point before. */
function paintTop(canvas, ground, model, { view, width, height, ink, paper }) {
  const { point: { x, y, z }, before, path = [], height: { from: floor } } = model;
  const context = canvas.getContext("2d");
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.drawImage(ground, 0, 0, width, height);
  context.strokeStyle = ink;
  context.fillStyle = paper;
  context.lineWidth = 1.5;
  context.setLineDash([3, 3]);
  if (before) circle(context, view([before.x, before.y, before.z]), 6).stroke();
  trace(context, [[x, y, floor], [x, y, z]].map(view)).stroke();
  context.setLineDash([]);
  if (path.length > 0) paintPath(context, path.map(view));
  context.strokeStyle = ink;
  context.lineWidth = 2;
  circle(context, view([x, y, z]), 6.5).fill();
  context.stroke();
}

/** An arrow over the surface, white with a dark edge, as on the map. */
function paintPath(context, places) {
  const [[x0, y0], [x1, y1]] = places.slice(-2);
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const barbs = [2.6, -2.6].map((turn) => (
    [x1 + 9 * Math.cos(angle + turn), y1 + 9 * Math.sin(angle + turn)]
  ));
  context.lineCap = "round";
  for (const [width, style] of [[6, "#0008"], [3, "#fff"]]) {
    context.lineWidth = width;
    context.strokeStyle = style;
    trace(context, [...places, barbs[0], [x1, y1], barbs[1]]).stroke();
  }
}

/** Begin a path along places [left, top]. */
function trace(context, places) {
  context.beginPath();
  for (const [left, top] of places) context.lineTo(left, top); // the first of them only moves
  return context;
}

function circle(context, [left, top], radius) {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  return context;
}

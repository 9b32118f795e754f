// A surface over a plane, in perspective, painted from back to front; dragging it turns it.

import { least, range } from "d3-array";

import { colorMap } from "../core/colors.mjs";
import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";
import { followPointer } from "../core/pointer.mjs";
import { followTheme } from "../core/theme.mjs";

const TILT = 0.6; // how far the eye stands above the plane: 0 level with it, 1 above it
const DISTANCE = 3.4; // of the eye from the middle of the box
const TALL = 0.8; // the box's height; its floor is 1 by 1
const ROOM = { side: 66, top: 14, bottom: 40 }; // pixels about the box for the names of its axes
const TALLEST = 480; // pixels, of the picture
const MESH = 8; // lines of the mesh along each axis
const DEGREES_A_PIXEL = 0.5; // that a drag turns
const FONT = "13px system-ui, sans-serif";

/**
 * A surface titled `title`, at most `tallest` pixels high, calling `onTurn(degrees)` as it is
 * dragged: {element, update(model), stop}. The model is that of `heatMap` (without arrows and contours), and `turn`, degrees about
 * the upright axis, which `key` need not tell; `height`, {from, to, label}, of the upright axis;
 * `path`, places [x, y, z] on the surface along which descent moves the point, if it does;
 * `marks`, points {x, y, z, text} to be named; `edges`, lines {from: [x, y, z], to: [x, y, z]} to
 * be drawn over it.
 */
export function surface(title, onTurn, { tallest = TALLEST } = {}) {
  const heading = h("div.sg-chart-title", title);
  const canvas = h("canvas", { role: "img" });
  const frame = h("div.sg-frame.sg-surface", canvas);
  const ground = h("canvas"); // all but the point, which moves more often than what it stands on
  let model = null;
  let width = 0; // until the frame first has a place on the page
  let from = { x: 0, turn: 0 }; // where the drag began
  let painted = "";

  function draw() {
    if (model === null || width === 0) return;
    heading.textContent = model.title ?? title;
    canvas.setAttribute("aria-label", model.label);
    const height = Math.round(Math.min(width * 0.84, tallest));
    const scene = createScene(canvas, model, width, height);
    const now = [model.key, model.turn, width, devicePixelRatio, scene.color("ink")].join();
    if (now !== painted) paintGround(ground, canvas, scene);
    painted = now;
    paintTop(canvas, ground, scene);
  }

  followPointer(canvas, {
    start(x) { from = { x, turn: model.turn }; },
    move(x) { onTurn(from.turn + (x - from.x) * DEGREES_A_PIXEL); },
    point() {},
    leave() {},
  });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);
  const unfollow = followTheme(draw);

  return {
    element: h("div.sg-chart", heading, frame),
    update(next) { model = next; draw(); },
    stop() { observer.disconnect(); unfollow(); },
  };
}

function createScene(canvas, model, width, height) {
  const style = getComputedStyle(canvas);
  return {
    model, width, height,
    view: createView(model, width, height),
    color: (name) => style.getPropertyValue(`--sg-${name}`),
  };
}

function paintGround(ground, canvas, { model, width, height, view, color }) {
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  for (const each of [ground, canvas]) {
    each.width = Math.round(width * devicePixelRatio);
    each.height = Math.round(height * devicePixelRatio);
  }
  const context = ground.getContext("2d");
  context.scale(devicePixelRatio, devicePixelRatio);
  paintFloor(context, model, view, color);
  paintPatches(context, model, view);
  paintEdges(context, model, view, color);
}

function paintTop(canvas, ground, { model, width, height, view, color }) {
  const context = canvas.getContext("2d");
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.drawImage(ground, 0, 0, width, height);
  if (model.before) paintPast(context, model.before, view, color);
  paintPoint(context, model, view, color);
  paintMarks(context, model, view, color);
}

/** From the model's units to the canvas: project(x, y, z) gives [left, top, depth]. */
function createView({ x, y, height: z, turn }, width, height) {
  const unit = (value, { from, to }) => (value - from) / (to - from) - 0.5;
  const { scale, middle } = fit(width, height);
  const angle = (turn * Math.PI) / 180;
  return (atX, atY, atZ) => {
    const [right, up, depth] = project(unit(atX, x), unit(atY, y), unit(atZ, z) * TALL, angle);
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
function fit(width, height) {
  const [far, near] = [Math.PI / 4, (5 * Math.PI) / 4]; // a corner at the back, one in front
  const top = project(0.5, 0.5, TALL / 2, far)[1];
  const bottom = project(0.5, 0.5, -TALL / 2, near)[1];
  const side = project(0.5, 0.5, TALL / 2, -far)[0];
  const scale = Math.min(
    (width / 2 - ROOM.side) / side, (height - ROOM.top - ROOM.bottom) / (top - bottom),
  );
  const spare = height - ROOM.top - ROOM.bottom - scale * (top - bottom);
  return { scale, middle: ROOM.top + spare / 2 + scale * top };
}

function paintFloor(context, { x, y, height: z }, view, color) {
  const corners = [[x.from, y.from], [x.to, y.from], [x.to, y.to], [x.from, y.to]];
  const onFloor = (corner) => view(...corner, z.from);
  context.strokeStyle = color("rule");
  context.fillStyle = color("ink");
  context.font = FONT;
  context.lineWidth = 1;
  polygon(context, corners.map(onFloor));
  context.stroke();
  // The upright axis stands at the corner that is furthest to the left, free of the surface.
  paintUpright(context, view, least(corners, (corner) => onFloor(corner)[0]), z);
  for (const [axis, other, isX] of [[x, y, true], [y, x, false]]) {
    paintAxis(context, view, { axis, other, isX, floor: z.from });
  }
}

function paintUpright(context, view, foot, z) {
  strokeLine(context, view(...foot, z.from), view(...foot, z.to));
  context.textAlign = "right";
  const beside = (text, value, down) => {
    const [left, top] = view(...foot, value);
    context.fillText(text, left - 7, top + down);
  };
  beside(rounded(z.from), z.from, -5); // clear of the number at the floor's corner
  beside(rounded(z.to), z.to, 0);
  beside(z.label, (z.from + z.to) / 2, 4);
}

/** The name and the ends of a floor's axis, along whichever of its two edges is nearer. */
function paintAxis(context, view, { axis, other, isX, floor }) {
  const at = (along, across) => (isX ? view(along, across, floor) : view(across, along, floor));
  const middle = (axis.from + axis.to) / 2;
  const depth = (across) => at(middle, across)[2];
  const [near, far] = [other.from, other.to].toSorted((a, b) => depth(a) - depth(b));
  const beyond = (share) => near + (near - far) * share;
  context.textAlign = "center";
  for (const end of [axis.from, axis.to]) {
    const [left, top] = at(end, beyond(0.07));
    context.fillText(rounded(end), left, top + 9);
  }
  // The name leans outward, as far as its edge lies to a side: it must not reach into the picture.
  const [left, top] = at(middle, beyond(0.12));
  const aside = left - at(middle, (near + far) / 2)[0];
  const lean = Math.min(Math.max(aside / 60, -1), 1);
  context.fillText(axis.label, left + (lean * context.measureText(axis.label).width) / 2, top + 10);
}

/** The cells between nodes, the furthest first, with a mesh of a few lines drawn on them. */
function paintPatches(context, model, view) {
  const { columns, rows, domain: [low, high] } = model;
  const color = colorMap(model.colors);
  const every = Math.max(Math.round((columns - 1) / MESH), 1);
  context.lineWidth = 0.8;
  for (const { i, j, corners, mean } of patchesOf(model, view)) {
    const fill = `rgb(${color((mean - low) / (high - low)).join()})`;
    polygon(context, corners);
    context.fillStyle = fill;
    context.strokeStyle = fill; // closes the seam to the next cell
    context.fill();
    context.stroke();
    // Both cells beside a line draw it: the seam of the later one would cover the earlier's.
    context.strokeStyle = "#0005";
    if (i % every === 0) strokeLine(context, corners[0], corners[3]);
    if (j % every === 0) strokeLine(context, corners[0], corners[1]);
    if ((i + 1) % every === 0 || i === columns - 2) strokeLine(context, corners[1], corners[2]);
    if ((j + 1) % every === 0 || j === rows - 2) strokeLine(context, corners[3], corners[2]);
  }
}

function patchesOf({ columns, rows, values, x, y }, view) {
  const nodes = values.map((value, k) => view(
    x.from + ((x.to - x.from) * (k % columns)) / (columns - 1),
    y.from + ((y.to - y.from) * Math.floor(k / columns)) / (rows - 1),
    value,
  ));
  const patches = range((columns - 1) * (rows - 1)).map((k) => {
    const [i, j] = [k % (columns - 1), Math.floor(k / (columns - 1))];
    const at = j * columns + i;
    const around = [at, at + 1, at + columns + 1, at + columns];
    const corners = around.map((node) => nodes[node]);
    const depth = corners.reduce((total, corner) => total + corner[2], 0);
    const mean = around.reduce((total, node) => total + values[node], 0) / 4;
    return { i, j, corners, depth, mean };
  });
  return patches.sort((a, b) => b.depth - a.depth);
}

function paintEdges(context, { edges = [] }, view, color) {
  context.strokeStyle = color("ink");
  context.lineWidth = 1.5;
  for (const { from, to } of edges) strokeLine(context, view(...from), view(...to));
}

/** The point on the surface, with a stalk to the floor. */
function paintPoint(context, { point, height: z, path = [] }, view, color) {
  const [left, top] = view(point.x, point.y, point.z);
  context.strokeStyle = color("ink");
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  strokeLine(context, view(point.x, point.y, z.from), [left, top]);
  context.setLineDash([]);
  if (path.length > 0) paintPath(context, path.map((place) => view(...place)));
  context.beginPath();
  context.arc(left, top, 6, 0, 2 * Math.PI);
  context.strokeStyle = color("ink");
  context.fillStyle = color("paper");
  context.fill();
  context.lineWidth = 2;
  context.stroke();
}

/** An arrow over the surface, white with a dark edge, as on the map. */
function paintPath(context, places) {
  const [[x0, y0], [x1, y1]] = [places.at(-2), places.at(-1)];
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const barb = (turn) => [x1 + 9 * Math.cos(angle + turn), y1 + 9 * Math.sin(angle + turn)];
  context.lineCap = "round";
  for (const [width, style] of [[6, "#0008"], [3, "#fff"]]) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.beginPath();
    for (const [left, top] of places) context.lineTo(left, top);
    for (const turn of [2.6, -2.6]) {
      context.moveTo(...barb(turn));
      context.lineTo(x1, y1);
    }
    context.stroke();
  }
}

/** Dashed: the point before the last move. */
function paintPast(context, { x, y, z }, view, color) {
  const [left, top] = view(x, y, z);
  context.beginPath();
  context.arc(left, top, 6, 0, 2 * Math.PI);
  context.strokeStyle = color("ink");
  context.lineWidth = 1.5;
  context.setLineDash([3, 3]);
  context.stroke();
  context.setLineDash([]);
}

function paintMarks(context, { marks = [] }, view, color) {
  context.font = `600 ${FONT}`;
  context.textAlign = "center";
  context.lineJoin = "round";
  for (const { x, y, z, text } of marks) {
    const [left, top] = view(x, y, z);
    context.beginPath();
    context.arc(left, top, 3.5, 0, 2 * Math.PI);
    context.fillStyle = color("ink");
    context.fill();
    context.strokeStyle = color("paper");
    context.lineWidth = 3.5;
    context.strokeText(text, left, top - 9);
    context.fillText(text, left, top - 9);
  }
}

function polygon(context, corners) {
  context.beginPath();
  for (const [left, top] of corners) context.lineTo(left, top); // the first of them only moves
  context.closePath();
}

function strokeLine(context, [left, top], [right, bottom]) {
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(right, bottom);
  context.stroke();
}

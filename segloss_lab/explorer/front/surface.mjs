// A surface over a plane, in perspective, painted from back to front; dragging it turns it.

import { range } from "d3-array";

import { colorMap } from "./colors.mjs";
import { h } from "./dom.mjs";
import { followPointer } from "./pointer.mjs";

const TILT = 0.5; // how far the eye stands above the plane: 0 level with it, 1 above it
const DISTANCE = 3.4; // of the eye from the middle of the unit cube
const DEGREES_A_PIXEL = 0.5; // that a drag turns
const FONT = "12px system-ui, sans-serif";

/**
 * A surface titled `title`, calling `onTurn(degrees)` as it is dragged: {element, update(model),
 * stop}. The model is that of `heatMap` (without arrows and contours), and `turn`, degrees about
 * the upright axis; `height`, {from, to, label}, of the upright axis; `marks`, points {x, y, z,
 * text} to be named; `edges`, lines {from: [x, y, z], to: [x, y, z]} to be drawn over it.
 */
export function surface(title, onTurn) {
  const heading = h("div", { class: "segloss-chart-title" }, title);
  const canvas = h("canvas", { role: "img" });
  const frame = h("div", { class: "segloss-frame segloss-surface" }, canvas);
  let model = null;
  let width = 0; // until the frame first has a place on the page
  let from = 0; // where the last turn ended

  function draw() {
    if (model === null || width === 0) return;
    heading.textContent = model.title ?? title;
    canvas.setAttribute("aria-label", model.label);
    paint(canvas, model, width);
  }

  followPointer(canvas, {
    start(x) { from = x; },
    move(x) {
      onTurn(model.turn + (x - from) * DEGREES_A_PIXEL);
      from = x;
    },
    point() {},
    leave() {},
  });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);
  const themes = new MutationObserver(draw); // a canvas does not follow a change of theme by itself
  themes.observe(document.documentElement, { attributes: true });

  return {
    element: h("div", { class: "segloss-chart" }, heading, frame),
    update(next) { model = next; draw(); },
    stop() { observer.disconnect(); themes.disconnect(); },
  };
}

function paint(canvas, model, width) {
  const height = Math.round(Math.min(width * 0.86, 400));
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const view = createView(model, width, height);
  const style = getComputedStyle(canvas);
  const color = (name) => style.getPropertyValue(`--segloss-${name}`);
  paintFloor(context, model, view, color);
  paintPatches(context, model, view);
  paintEdges(context, model, view, color);
  paintPoint(context, model, view, color);
  paintMarks(context, model, view, color);
}

/** From the model's units to the canvas: project(x, y, z) gives [left, top, depth]. */
function createView({ x, y, height: z, turn }, width, height) {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [rise, level] = [Math.sin(TILT), Math.cos(TILT)];
  const unit = (value, { from, to }) => (value - from) / (to - from) - 0.5;
  const scale = Math.min(width, height * 1.15) * DISTANCE * 0.62;
  return (atX, atY, atZ) => {
    const [a, b, c] = [unit(atX, x), unit(atY, y), unit(atZ, z) * 0.8];
    const [right, back] = [a * cos - b * sin, a * sin + b * cos];
    const depth = DISTANCE + back * level - c * rise;
    const up = back * rise + c * level;
    return [width / 2 + (scale * right) / depth, height * 0.5 - (scale * up) / depth, depth];
  };
}

function paintFloor(context, { x, y, height: z }, view, color) {
  const corner = (i, j) => view([x.from, x.to][i], [y.from, y.to][j], z.from);
  const corners = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)];
  context.strokeStyle = color("rule");
  context.lineWidth = 1;
  polygon(context, corners);
  context.stroke();
  // The upright axis stands at the corner that is furthest to the left, free of the surface.
  const [i, j] = [[0, 0], [1, 0], [1, 1], [0, 1]].reduce((best, at) => (
    corner(...at)[0] < corner(...best)[0] ? at : best
  ));
  const foot = [[x.from, x.to][i], [y.from, y.to][j]];
  context.font = FONT;
  context.fillStyle = color("ink");
  strokeLine(context, view(...foot, z.from), view(...foot, z.to));
  context.textAlign = "right";
  for (const value of [z.from, z.to]) {
    const [left, top] = view(...foot, value);
    context.fillText(String(value), left - 6, top + 4);
  }
  const middle = view(...foot, (z.from + z.to) / 2);
  context.fillText(z.label, middle[0] - 8, middle[1] + 4);
  context.textAlign = "center";
  for (const [axis, other, isX] of [[x, y, true], [y, x, false]]) {
    paintAxisName(context, view, { axis, other, isX, floor: z.from });
  }
}

/** The name of a floor's axis, along whichever of its two edges is nearer. */
function paintAxisName(context, view, { axis, other, isX, floor }) {
  const at = (along, across) => (isX ? view(along, across, floor) : view(across, along, floor));
  const middle = (axis.from + axis.to) / 2;
  const [near, far] = [other.from, other.to].toSorted((a, b) => at(middle, a)[2] - at(middle, b)[2]);
  const out = near + (near - far) * 0.16;
  context.fillText(axis.label, at(middle, out)[0], at(middle, out)[1] + 8);
  for (const end of [axis.from, axis.to]) {
    const [left, top] = at(end, near + (near - far) * 0.06);
    context.fillText(String(end), left, top + 8);
  }
}

/** The cells between nodes, the furthest first. */
function paintPatches(context, model, view) {
  const { columns, rows, values, x, y, domain: [low, high] } = model;
  const color = colorMap(model.colors);
  const node = (i, j) => view(
    x.from + ((x.to - x.from) * i) / (columns - 1),
    y.from + ((y.to - y.from) * j) / (rows - 1),
    values[j * columns + i],
  );
  const nodes = range(rows).map((j) => range(columns).map((i) => node(i, j)));
  const patches = range((columns - 1) * (rows - 1)).map((k) => {
    const [i, j] = [k % (columns - 1), Math.floor(k / (columns - 1))];
    const corners = [nodes[j][i], nodes[j][i + 1], nodes[j + 1][i + 1], nodes[j + 1][i]];
    const at = j * columns + i;
    const mean = (values[at] + values[at + 1] + values[at + columns] + values[at + columns + 1]) / 4;
    const depth = corners.reduce((total, corner) => total + corner[2], 0);
    return { corners, depth, mean };
  });
  patches.sort((a, b) => b.depth - a.depth);
  context.lineWidth = 0.6;
  for (const { corners, mean } of patches) {
    const fill = `rgb(${color((mean - low) / (high - low)).join()})`;
    polygon(context, corners);
    context.fillStyle = fill;
    context.fill();
    context.strokeStyle = `color-mix(in srgb, ${fill} 80%, black)`;
    context.stroke();
  }
}

function paintEdges(context, { edges = [] }, view, color) {
  context.strokeStyle = color("ink");
  context.lineWidth = 1.5;
  for (const { from, to } of edges) strokeLine(context, view(...from), view(...to));
}

/** The point on the surface, with a stalk to the floor. */
function paintPoint(context, { point, height: z }, view, color) {
  const [left, top] = view(point.x, point.y, point.z);
  context.strokeStyle = color("ink");
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  strokeLine(context, view(point.x, point.y, z.from), [left, top]);
  context.setLineDash([]);
  context.beginPath();
  context.arc(left, top, 6, 0, 2 * Math.PI);
  context.fillStyle = color("paper");
  context.fill();
  context.lineWidth = 2;
  context.stroke();
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
  corners.forEach(([left, top], i) => (i === 0 ? context.moveTo(left, top) : context.lineTo(left, top)));
  context.closePath();
}

function strokeLine(context, [left, top], [right, bottom]) {
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(right, bottom);
  context.stroke();
}

// A sheet over the square of two errors, seen askew: its corners as posts with their losses, the
// sheet laid over them, shaded by how steep it is, so that what is flat has one shade and what is
// curved has many. Its point can be dragged; dragging elsewhere turns it.

import { ticks } from "d3-array";
import { create, select } from "d3-selection";

import { h } from "../../core/dom.mjs";
import { followPointer } from "../../core/pointer.mjs";
import { contourOf, placeUnder, triangles } from "./mesh.mjs";

const TILT = 0.5; // radians by which the eye looks down
const TALL = 0.62; // the height of loss 1; the square is 1 by 1
const LIGHT = [-0.72, 0.42, 0.55]; // towards the lamp
const LEVELS = ticks(0, 1, 10).slice(1, -1);
const WIDE = 430; // pixels from which the corners have words beside their numbers
const STEP = 1e-4; // over which a slope is taken
const REACH = 26; // pixels around the point in which it is taken hold of
const DEGREES_A_PIXEL = 0.5; // that a drag turns
const LAYERS = ["floor", "posts", "sheet", "folds", "corners", "ghost", "now"];
const SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]];

/**
 * The picture, `shape` times as high as wide, calling `onMove({x, y})` and `onTurn(degrees)`:
 * {element, update(model), stop}. The model: `key`, a text that changes whenever the sheet does; `title`; `at(x, y)`, the loss; `stops`
 * of its mesh; `color`; `folds`, lines [[x, y, z], [x, y, z]] of the sheet, or, where it
 * `isCurved`, of flat facets that are not there; `marks`, corners {x, y, z, text,
 * words}; `point` {x, y}, and `before`, where it was and on which loss, {x, y, z}, or null; `turn`
 * in degrees; `label` for those who do not see it.
 */
export function facets(shape, onMove, onTurn) {
  const svg = create("svg:svg")
    .attr("role", "img");
  const layers = Object.fromEntries(LAYERS.map(
    (name) => [name, svg.append("g").attr("class", `sg-${name}`)],
  ));
  const heading = h("div.sg-chart-title");
  const frame = h("div.sg-frame.sg-facets", svg.node());
  let model = null;
  let width = 0; // until the frame first has a place on the page
  let view = null;
  let sheet = { key: "", parts: [] };
  let drawn = "";
  let from = null; // where a turn began

  function draw() {
    if (model === null || width === 0) return;
    const now = [model.key, model.turn, width].join();
    if (now !== drawn) drawGround();
    drawn = now;
    svg.attr("aria-label", model.label);
    drawStake(layers.ghost, model.before === null ? [] : [onSheet(model.before)], view);
    drawStake(layers.now, [onSheet(model.point)], view);
  }

  function onSheet({ x, y, z = model.at(x, y) }) {
    return [x, y, z];
  }

  function drawGround() {
    const height = Math.round(Math.min(Math.max(width * shape, 200), 360));
    view = createView(model.turn, width, height);
    svg.attr("width", width).attr("height", height).style("--curve", model.color);
    heading.textContent = model.title;
    if (sheet.key !== model.key) sheet = { key: model.key, parts: partsOf(model) };
    sheet.parts.sort((a, b) => depthOf(b, view) - depthOf(a, view));
    drawFloor(layers.floor, view, width);
    drawLines(layers.posts, model.marks.map(({ x, y, z }) => [[x, y, 0], [x, y, z]]), view);
    drawSheet(layers.sheet, sheet.parts, view);
    drawLines(layers.folds, model.folds, view);
    layers.folds.classed("sg-imagined", model.isCurved);
    drawCorners(layers.corners, model.marks, view, width);
  }

  const isNear = (x, y) => {
    const [left, top] = view(onSheet(model.point));
    return Math.hypot(left - x, top - y) < REACH;
  };
  followPointer(svg.node(), {
    start(x, y) { from = isNear(x, y) ? null : { x, turn: model.turn }; },
    move(x, y) {
      if (from !== null) return onTurn(from.turn + (x - from.x) * DEGREES_A_PIXEL);
      const place = placeUnder(sheet.parts.map(({ corners }) => corners), view, [x, y]);
      return onMove({ x: place[0], y: place[1] });
    },
    point() {},
    leave() {},
  });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; draw(); });
  observer.observe(frame);

  return {
    element: h("div.sg-chart", heading, frame),
    update(next) { model = next; draw(); },
    stop: () => observer.disconnect(),
  };
}

/** From [x, y, z] to [left, top, depth], with room for the box however it is turned. */
function createView(turn, width, height) {
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const [down, level] = [Math.sin(TILT), Math.cos(TILT)];
  const beside = width < WIDE ? 46 : 112; // pixels for the corners' words
  const [above, below] = [24, 34];
  const scale = Math.min(
    (width - 2 * beside) / Math.SQRT2,
    (height - above - below) / (Math.SQRT2 * down + TALL * level),
  );
  const floor = height - below - (scale * down * Math.SQRT2) / 2;
  return ([x, y, z]) => {
    const [a, b, c] = [x - 0.5, y - 0.5, z * TALL];
    const back = a * sin + b * cos;
    return [
      width / 2 + scale * (a * cos - b * sin),
      floor - scale * (back * down + c * level),
      back * level - c * down,
    ];
  };
}

function depthOf({ corners }, view) {
  return corners.reduce((total, corner) => total + view(corner)[2], 0);
}

function pathOf(places, view) {
  return `M${places.map((place) => view(place).slice(0, 2).map((at) => at.toFixed(1))).join("L")}`;
}

/** The square of no loss, the names of its axes along the two edges in front, and their ends. */
function drawFloor(layer, view, width) {
  const onFloor = ([x, y]) => [x, y, 0];
  drawLines(layer, [[...SQUARE, SQUARE[0]].map(onFloor)], view);
  const inFront = ([, , one], [, , other]) => one - other;
  const [alongX, alongY] = [[[0.5, 0], [0.5, 1]], [[0, 0.5], [1, 0.5]]].map((middles) => (
    middles.map((middle) => view(onFloor(middle))).sort(inFront)[0]
  ));
  const names = [alongX, alongY].map(([left, top], i) => (
    { left, top, text: width < WIDE ? `error ${i + 1}` : `error of pixel ${i + 1}` }
  ));
  layer.selectAll("text").data(names).join("text").attr("class", "sg-axis-label")
    .style("text-anchor", ({ left }) => (left < width / 2 ? "end" : "start"))
    .attr("x", ({ left }) => left + (left < width / 2 ? -10 : 10))
    .attr("y", ({ top }) => top + 20).text(({ text }) => text);
}

/** The triangles of a sheet, each with its shade and its lines of equal loss. */
function partsOf({ stops, at }) {
  return triangles(stops, at).map((corners) => ({
    corners, shade: shadeOf(corners, at), lines: contourOf(corners, LEVELS),
  }));
}

function drawSheet(layer, parts, view) {
  const paths = parts.flatMap(({ corners, shade, lines }) => {
    const fill = `color-mix(in srgb, var(--curve) ${shade}%, var(--sg-paper))`;
    const levels = lines.map((line) => pathOf(line, view)).join("");
    const patch = { d: `${pathOf(corners, view)}Z`, style: `fill:${fill};stroke:${fill}` };
    return levels === "" ? [patch] : [patch, { d: levels, style: null }];
  });
  layer.selectAll("path").data(paths).join("path").attr("d", ({ d }) => d)
    .attr("class", ({ style }) => (style === null ? "sg-level" : null))
    .attr("style", ({ style }) => style);
}

/** How much of its colour a triangle has: the more, the more it faces away from the lamp. */
function shadeOf(corners, at) {
  const [x, y] = [0, 1].map((axis) => (corners[0][axis] + corners[1][axis] + corners[2][axis]) / 3);
  const [slopeX, slopeY] = [at(x + STEP, y), at(x, y + STEP)].map(
    (next) => (TALL * (next - at(x, y))) / STEP,
  );
  const facing = (LIGHT[2] - slopeX * LIGHT[0] - slopeY * LIGHT[1]) / Math.hypot(slopeX, slopeY, 1);
  return Math.round(Math.min(Math.max(150 - 124 * facing, 20), 95));
}

function drawLines(layer, lines, view) {
  layer.selectAll("path").data(lines).join("path").attr("d", (line) => pathOf(line, view));
}

/** Each corner's loss; the words stand outside, on the side where the corner is. */
function drawCorners(layer, marks, view, width) {
  const groups = layer.selectAll("g").data(marks).join((enter) => {
    const g = enter.append("g");
    g.append("circle").attr("r", 4);
    const text = g.append("text");
    for (const name of ["number", "name"]) text.append("tspan").attr("class", `sg-${name}`);
    return g;
  });
  const sides = marks.map(({ x, y, z }) => view([x, y, z])[0]);
  groups.attr("transform", ({ x, y, z }) => `translate(${view([x, y, z]).slice(0, 2)})`);
  groups.each(function place({ x, y, text, words }, k) {
    const side = { [Math.min(...sides)]: -1, [Math.max(...sides)]: 1 }[sides[k]] ?? 0;
    const isFront = view([x, y, 0])[2] < view([0.5, 0.5, 0])[2];
    const label = select(this).select("text").attr("x", side * 11)
      .attr("y", [isFront ? 24 : -11, 5][Math.abs(side)])
      .style("text-anchor", ["end", "middle", "start"][side + 1]);
    label.select(".sg-number").text(text);
    label.select(".sg-name").text(width < WIDE ? "" : words)
      .attr("x", side === 0 ? null : side * 11).attr("dy", side === 0 ? null : 17)
      .attr("dx", side === 0 ? 7 : null);
  });
}

/** A point on the sheet, with a stalk to the floor. */
function drawStake(layer, points, view) {
  const groups = layer.selectAll("g").data(points).join((enter) => {
    const g = enter.append("g");
    g.append("path");
    g.append("circle").attr("class", "sg-reach").attr("r", REACH);
    g.append("circle").attr("class", "sg-stake").attr("r", 7.5);
    return g;
  });
  groups.select("path").attr("d", ([x, y, z]) => pathOf([[x, y, 0], [x, y, z]], view));
  groups.selectAll("circle").attr("cx", (_, k, nodes) => view(nodes[k].parentNode.__data__)[0])
    .attr("cy", (_, k, nodes) => view(nodes[k].parentNode.__data__)[1]);
}

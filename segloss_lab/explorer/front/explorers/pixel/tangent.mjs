// The figure of one pixel: the curve of its loss, on it the point that is dragged, and the tangent
// there with its slope as a number. Dashed are point, tangent and curve before the last move.

import { least, pairs, range } from "d3-array";

import { lineChart, widthOf } from "../../charts/chart.mjs";
import { roomAlong } from "../../charts/map.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import {
  AXES, LOSS, curveKey, curves, logitAt, placed, pointsAlong, present,
} from "./curves.mjs";
import { termsOf } from "./losses.mjs";

const REACH = 130; // pixels of a tangent, either way
const SIZE = 15; // pixels of the letters of its slope
const GAP = 14; // pixels from the point to the words

/** The picture of the figure: see `shell.mjs`. */
export function drawFigure(store) {
  const move = (value) => store.set({ logit: logitAt(store.get(), value) }, "chart");
  const title = h("span");
  const chart = lineChart(title, move, heightOf);
  const element = h("div.sg-tangent", chart.element);
  const curvesOf = remember(curves);
  return {
    charts: [element],
    aside: null,
    bottom: null,
    update(state, before) {
      const { key, loss, terms } = curvesOf(curveKey(state), state);
      const past = sameAxis(state, before) ? before : null;
      const now = present(state);
      const model = placed(loss, state, now, LOSS);
      const ghost = ghostCurve(model, state, past);
      title.textContent = `Loss of the pixel, and its slope ${AXES[state.axis].slopeName}`;
      element.classList.toggle("pair", terms.length > 1);
      chart.update({
        ...model,
        key: `${key} ${ghost.map((curve) => curve.key).join()}`,
        // The point and its tangent stand for the dot of the first curve.
        curves: [...ghost, ...model.curves.map((curve, j) => (
          j === 0 ? { ...curve, now: null } : curve
        ))],
        describe: null,
        over: (layer, plot) => drawTangents(layer, plot, [...model.curves, ...ghost], [
          ...(past === null ? [] : [touching(past, "ghost")]), touching(state, "now"),
        ]),
      });
    },
    stop: chart.stop,
  };
}

/** So high that, without names beside it, a slope of 1 by the logit rises as far as it runs. */
function heightOf(width) {
  return Math.min(Math.max(Math.round((width - 74) / 2) + 76, 250), 400);
}

/** What stood on another axis cannot be drawn on this one. */
function sameAxis(state, before) {
  return before !== null && before.axis === state.axis;
}

/** Where the first loss of a state touches its tangent: {name, x, y, slope}. */
function touching(state, name) {
  const { loss, slope } = present(state)[0];
  return { name, x: AXES[state.axis].place(state), y: loss, slope };
}

/** The first curve as it was, where the move changed it. */
function ghostCurve(model, state, before) {
  if (before === null) return [];
  const [term] = termsOf(before);
  const of = ({ target }, { loss, options }) => JSON.stringify([target, loss, options]);
  if (of(before, term) === of(state, termsOf(state)[0])) return [];
  const { axis } = model.yScale([0, 1]);
  const most = axis.domain()[1];
  return [{
    ...model.curves[0], key: `ghost ${of(before, term)}`, ghost: true, chosen: false, now: null,
    values: pointsAlong(term, before, model.positions)
      .map(({ loss }) => (loss > most ? NaN : loss)),
  }];
}

/** The points with their tangents, the last of them the present one, whose slope is told. */
function drawTangents(layer, plot, drawn, points) {
  const marks = points.map((point) => ({ ...point, ...inPixels(point, plot) }));
  const groups = layer.selectAll("g").data(marks, ({ name }) => name).join(appendMark)
    .attr("class", ({ name }) => name).style("--curve", drawn[0].color).order();
  groups.select("line")
    .attr("x1", ({ from }) => from[0]).attr("y1", ({ from }) => from[1])
    .attr("x2", ({ to }) => to[0]).attr("y2", ({ to }) => to[1]);
  groups.select("circle").attr("cx", ({ at }) => at[0]).attr("cy", ({ at }) => at[1]);
  const lines = [
    ...drawn.map(({ values }) => values.map((value, i) => [plot.stops[i], plot.y(value)])),
    ...marks.flatMap(({ at, from, to }) => [[from, to], ringAbout(at)]),
  ];
  const now = marks.at(-1);
  const words = `slope ${rounded(now.slope)}`;
  const [left, top] = freePlace(widthOf(words, SIZE), now.at, plot, lines);
  groups.select("text").attr("x", left).attr("y", top + 0.8 * SIZE)
    .text(({ name }) => (name === "now" ? words : ""));
}

function appendMark(enter) {
  const group = enter.append("g");
  group.append("line");
  group.append("circle").attr("r", 8);
  group.append("text");
  return group;
}

/** A point and the ends of its tangent, within the plot, on the page. */
function inPixels({ x, y, slope }, plot) {
  const at = [plot.x(x), plot.y(y)];
  const run = [plot.x(x + 1) - at[0], plot.y(y + slope) - at[1]];
  const scale = REACH / Math.hypot(...run);
  const [across, down] = run.map((length) => length * scale);
  const share = (sign) => Math.max(0, Math.min(
    1, roomAlong(at[0], sign * across, plot.left, plot.right),
    roomAlong(at[1], sign * down, plot.top, plot.bottom),
  ));
  const [back, ahead] = [-share(-1), share(1)];
  const end = (part) => [at[0] + part * across, at[1] + part * down];
  return { at, from: end(back), to: end(ahead) };
}

/** Left and top of words beside the point, where they lie on no line, or on the fewest. */
function freePlace(width, [x, y], { left, right, top, bottom }, lines) {
  const sides = [GAP, 4 * GAP].flatMap((gap) => [x + gap, x - gap - width]).concat(x - width / 2);
  const heights = [-1.4, 0.6, -2.6, 1.8, -3.8, 3, -5.4, 4.6].map((line) => y + line * SIZE);
  const places = heights.flatMap((height) => sides.map((side) => [side, height]))
    .filter(([side, height]) => (
      side >= left + 2 && side + width <= right - 2 && height >= top - SIZE && height + SIZE <= bottom
    ));
  return least(places, (place) => crossings(place, width, lines)) ?? [x + GAP, y - GAP - SIZE];
}

/** How many stretches of the lines pass through the words' box, and a little about it. */
function crossings([left, top], width, lines) {
  const [right, bottom] = [left + width + 4, top + SIZE + 3];
  const passes = ([[x0, y0], [x1, y1]]) => (
    Math.max(x0, x1) > left - 4 && Math.min(x0, x1) < right
    && Math.max(y0, y1) > top - 3 && Math.min(y0, y1) < bottom
  );
  return lines.reduce((total, line) => total + shortStretches(line).filter(passes).length, 0);
}

function ringAbout([x, y]) {
  const angles = range(9).map((step) => (step * Math.PI) / 4);
  return angles.map((angle) => [x + 9 * Math.cos(angle), y + 9 * Math.sin(angle)]);
}

/** Neighbouring points of a line; a tangent, which has but two, in short pieces. */
function shortStretches(line) {
  if (line.length > 2) return pairs(line);
  const [from, to] = line;
  const at = (part) => [0, 1].map((i) => from[i] + (to[i] - from[i]) * part);
  return pairs(range(33).map((step) => at(step / 32)));
}

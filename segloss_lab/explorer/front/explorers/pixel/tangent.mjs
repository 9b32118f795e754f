// The figure of one pixel: the curve of its loss, on it the point that is dragged, and the tangent
// there with its slope as a number. Dashed are point, tangent and curve before the last move.

import { least, range } from "d3-array";

import { lineChart, widthOf } from "../../charts/chart.mjs";
import { roomAlong } from "../../charts/map.mjs";
import { s, set, sync } from "../../charts/svg.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { AXES, curveKey, curves, mover, placed, pointsAlong } from "./curves.mjs";
import { evaluate, termsOf } from "./losses.mjs";

const REACH = 130; // pixels of a tangent, either way
const SIZE = 15; // pixels of the letters of its slope
const GAP = 14; // pixels from the point to the words
const CLEAR = 8; // pixels about them in which nothing lies: so large is the point before the move

/** The picture of the figure: see `shell.mjs`. */
export function drawFigure(store) {
  const title = h("span");
  const chart = lineChart(title, mover(store), heightOf);
  const element = h("div.sg-tangent", chart.element);
  const curvesOf = remember(curves);
  return {
    charts: [element],
    update(state, before) {
      // What stood on another axis cannot be drawn on this one.
      const past = before?.axis === state.axis ? before : null;
      const { loss } = curvesOf(curveKey(state), state);
      const model = placed(loss, state, null);
      const ghost = ghostCurve(model, state, past);
      const points = [...(past ? [touching(past, "ghost")] : []), touching(state, "now")];
      title.textContent = `Loss of the pixel, and its slope dL/d${model.xName}`;
      element.classList.toggle("pair", model.curves.length > 1);
      chart.update({
        ...model,
        key: model.key + ghost.map(({ key }) => key),
        // The point and its tangent stand for the dot of the first curve.
        curves: [...ghost, { ...model.curves[0], now: null }, ...model.curves.slice(1)],
        describe: null,
        over: (layer, plot) => drawTangents(layer, plot, [...model.curves, ...ghost], points),
      });
    },
    stop: chart.stop,
  };
}

/** So high that, without names beside it, a slope of 1 by the logit rises as far as it runs. */
function heightOf(width) {
  return Math.min(Math.max(Math.round((width - 74) / 2) + 76, 250), 400);
}

/** Where the first loss of a state touches its tangent: {name, x, y, slope}. */
function touching(state, name) {
  const { place, slope } = AXES[state.axis];
  const values = evaluate(termsOf(state)[0], state);
  return { name, x: place(state.logit), y: values.loss, slope: values[slope] };
}

/** The first curve as it was, where the move changed it. */
function ghostCurve(model, state, before) {
  if (before === null) return [];
  const [key, now] = [before, state].map((each) => JSON.stringify([each.target, termsOf(each)[0]]));
  if (key === now) return [];
  const most = model.yScale([0, 1]).axis.domain()[1];
  return [{
    ...model.curves[0], key, ghost: true, chosen: false, now: null,
    values: pointsAlong(termsOf(before)[0], before).map(({ loss }) => (loss > most ? NaN : loss)),
  }];
}

/** The points with their tangents, the last of them the present one, whose slope is told. */
function drawTangents(layer, plot, drawn, points) {
  const marks = points.map((point) => ({ ...point, ...inPixels(point, plot) }));
  const now = marks.at(-1);
  const words = `slope ${rounded(now.slope)}`;
  const taken = [
    ...drawn.flatMap(({ values }) => values.map((value, i) => [plot.stops[i], plot.y(value)])),
    ...marks.flatMap(({ from, to }) => along(from, to)),
  ];
  const [left, top] = freePlace(widthOf(words, SIZE), now.at, plot, taken);
  const make = () => s("g", {}, s("line"), s("circle", { r: 8 }), s("text"));
  sync(layer, marks, make, (group, { name, at, from, to }) => {
    const [line, circle, text] = group.children;
    set(group, { class: name, style: `--curve:${drawn[0].color}` });
    set(line, { x1: from[0], y1: from[1], x2: to[0], y2: to[1] });
    set(circle, { cx: at[0], cy: at[1] });
    set(text, { x: left, y: top + 0.8 * SIZE, text: name === "now" ? words : "" });
  });
}

/** A point and the ends of its tangent, within the plot, on the page. */
function inPixels({ x, y, slope }, plot) {
  const at = [plot.x(x), plot.y(y)];
  const run = [plot.x(x + 1) - at[0], plot.y(y + slope) - at[1]];
  const [from, to] = [-1, 1].map((way) => {
    const [across, down] = run.map((length) => (way * length * REACH) / Math.hypot(...run));
    const share = Math.max(0, Math.min(
      1, roomAlong(at[0], across, plot.left, plot.right),
      roomAlong(at[1], down, plot.top, plot.bottom),
    ));
    return [at[0] + share * across, at[1] + share * down];
  });
  return { at, from, to };
}

/** Left and top of words beside the point, where they lie on nothing, or on the least. */
function freePlace(width, [x, y], { left, right, top, bottom }, taken) {
  const sides = [GAP, 4 * GAP].flatMap((gap) => [x + gap, x - gap - width])
    .concat(x - width / 2, left + 2, right - 2 - width, (left + right - width) / 2);
  const heights = [-1.4, 0.6, -2.6, 1.8, -3.8, 3, -5.4, 4.6, -7, 7].map((line) => y + line * SIZE)
    .concat(top + 4);
  const places = heights.flatMap((height) => sides.map((side) => [side, height]))
    .filter(([side, height]) => (
      side >= left + 2 && side + width <= right - 2 && height >= top - SIZE && height + SIZE <= bottom
    ));
  const inTheWay = ([side, height]) => taken.filter(([across, down]) => (
    across > side - CLEAR && across < side + width + CLEAR
    && down > height - CLEAR && down < height + SIZE + CLEAR
  )).length;
  return least(places, inTheWay) ?? [x + GAP, y - GAP - SIZE];
}

/** Places on a line, near to one another. */
function along(from, to) {
  return range(33).map((step) => [0, 1].map((i) => from[i] + ((to[i] - from[i]) * step) / 32));
}

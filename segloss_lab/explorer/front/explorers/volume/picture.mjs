// The slice, and beside it the loss and the push over the predicted volume.

import { range } from "d3-array";

import { linearScale, zeroLogScale } from "../../charts/axes.mjs";
import { lineChart } from "../../charts/chart.mjs";
import { lookOf } from "../../core/colors.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { evaluate } from "./math.mjs";
import { slicePicture } from "./slice.mjs";

const DECADES = [-0.95, 5]; // from below the first whole pixel, whose tick stands free of that of 0
const HEIGHTS = { figure: 205, bench: 270, narrow: 170 }; // of a chart
const NARROW = 330; // pixels of a chart's width
const LOOK = { ...lookOf("dice"), name: "Dice" };

const steps = range(DECADES[0] * 20, DECADES[1] * 20 + 1).map((step) => 10 ** (step / 20));
const POSITIONS = [0, ...steps];

const CHARTS = {
  loss: {
    title: "Dice loss", domain: [0, 1.1], ticks: 5, name: "loss",
    label: "The Dice loss of an empty slice over the predicted volume: a rise from 0 to 1.",
  },
  all: {
    // V times the slope is never more than 1/4.
    title: "Push on all V together, V · dL/dV", domain: [0, 0.275], ticks: 4, name: "V · dL/dV",
    label: "The push on all predicted pixels together over their volume: a hill.",
  },
};

export function drawVolume(store, layout) {
  const slice = slicePicture();
  const along = remember((state) => POSITIONS.map((volume) => evaluate({ ...state, volume })));
  const charts = Object.entries(CHARTS).map(([value, { title }]) => ({
    value,
    ...lineChart(
      title, (volume) => store.set({ volume: Math.round(volume) }, "chart"),
      (width) => HEIGHTS[width < NARROW ? "narrow" : layout],
    ),
  }));
  const column = h("div.sg-volume-charts", ...charts.map(({ element }) => element));
  return {
    charts: [h("div.sg-volume", slice.element, column)],
    update(state, before) {
      slice.update(state.volume);
      for (const { value, update } of charts) update(modelOf(value, state, before, along));
    },
    stop() { for (const { stop } of charts) stop(); },
  };
}

/** What the curves change with. */
function keyOf({ smooth, eps }) {
  return `${smooth} ${eps}`;
}

/** The chart of a value; the curve as it was is there where the move changed it. */
function modelOf(value, state, before, along) {
  const { domain, ticks, name, label } = CHARTS[value];
  const [key, old] = [state, before ?? state].map(keyOf);
  const valuesOf = (each) => along(keyOf(each), each).map((point) => point[value]);
  const ghost = { ...LOOK, key: "before", ghost: true, now: null };
  return {
    key: `${key}; ${old}`,
    positions: POSITIONS,
    xScale: (pixelRange) => zeroLogScale(DECADES, pixelRange, 1),
    yScale: (pixelRange) => linearScale(domain, pixelRange, ticks),
    xName: "V",
    xLabel: "predicted volume, V (pixels)",
    describe: (y) => `${name} ${rounded(y)}`,
    label,
    now: state.volume,
    before: before === null || before.volume === state.volume ? null : before.volume,
    mark: middleOf(value, state),
    curves: [
      ...(key === old ? [] : [{ ...ghost, values: valuesOf(before) }]),
      { ...LOOK, key: "now", chosen: true, now: evaluate(state)[value], values: valuesOf(state) },
    ],
  };
}

/** Where the hill has its top, and the loss its steepest place: at V = s, were there no eps. */
function middleOf(value, { smooth, eps }) {
  const [least, most] = DECADES.map((decade) => 10 ** decade);
  if (eps !== 0 || smooth < least || smooth > most) return null;
  return { x: smooth, y: evaluate({ smooth, eps, volume: smooth })[value], text: "V = s" };
}

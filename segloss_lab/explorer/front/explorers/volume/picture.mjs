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
const PEAK = 0.25; // V times the slope is never more

const steps = range(DECADES[0] * 20, DECADES[1] * 20 + 1).map((step) => 10 ** (step / 20));
const POSITIONS = [0, ...steps];

export function drawVolume(store, layout) {
  const move = (value) => store.set({ volume: Math.round(value) }, "chart");
  const slice = slicePicture();
  const heightOf = (width) => HEIGHTS[width < NARROW ? "narrow" : layout];
  const charts = {
    loss: lineChart("Dice loss", move, heightOf),
    all: lineChart("Push on all V together, V · dL/dV", move, heightOf),
  };
  const nodes = Object.values(charts).map(({ element }) => element);
  const column = h("div.volume-charts", ...nodes);
  const curvesOf = remember(curves);
  return {
    charts: [h("div.volume-scene", slice.element, column)],
    aside: null,
    bottom: null,
    update(state, before) {
      slice.update(state.volume);
      const key = keyOf(state, before);
      const along = curvesOf(key, { state, before });
      for (const [name, chart] of Object.entries(charts)) {
        chart.update(modelOf(name, state, before, along, key));
      }
    },
    stop() { for (const chart of Object.values(charts)) chart.stop(); },
  };
}

/** The curves change with smooth and eps alone; the ghost is there where they were others. */
function keyOf(state, before) {
  return [state, before ?? state].map(({ smooth, eps }) => `${smooth} ${eps}`).join("; ");
}

function curves({ state, before }) {
  const alongOf = (each) => POSITIONS.map((volume) => evaluate({ ...each, volume }));
  const moved = before !== null && (before.smooth !== state.smooth || before.eps !== state.eps);
  return { now: alongOf(state), ghost: moved ? alongOf(before) : null };
}

const CHARTS = {
  loss: {
    domain: [0, 1.1], ticks: 5, words: (value) => `loss ${rounded(value)}`,
    label: "The Dice loss of an empty slice over the predicted volume: a rise from 0 to 1.",
  },
  all: {
    domain: [0, PEAK * 1.1], ticks: 4, words: (value) => `V · dL/dV ${rounded(value)}`,
    label: "The push on all predicted pixels together over their volume: a hill.",
  },
};

function modelOf(name, state, before, { now, ghost }, key) {
  const { domain, ticks, words, label } = CHARTS[name];
  const curveOf = (along) => ({
    ...lookOf("dice"), chosen: true, name: "Dice", values: along.map((each) => each[name]),
  });
  const old = ghost === null ? [] : [{
    ...curveOf(ghost), key: "before", chosen: false, ghost: true, now: null,
  }];
  return {
    key,
    positions: POSITIONS,
    xScale: (pixelRange) => zeroLogScale(DECADES, pixelRange, 1),
    yScale: (pixelRange) => linearScale(domain, pixelRange, ticks),
    xName: "V",
    xLabel: "predicted volume, V (pixels)",
    describe: words,
    label,
    now: state.volume,
    before: before === null || before.volume === state.volume ? null : before.volume,
    mark: middleOf(name, state),
    curves: [...old, { ...curveOf(now), key: "now", now: evaluate(state)[name] }],
  };
}

/** Where the hill has its top, and the loss its steepest place: at V = s, were there no eps. */
function middleOf(name, { smooth, eps }) {
  const [least, most] = DECADES.map((decade) => 10 ** decade);
  if (eps !== 0 || smooth < least || smooth > most) return null;
  return { x: smooth, y: evaluate({ smooth, eps, volume: smooth })[name], text: "V = s" };
}

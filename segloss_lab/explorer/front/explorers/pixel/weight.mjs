// The chart of the focal weight: what it leaves of a pixel's loss, for the gammas chosen and others.

import { range } from "d3-array";
import { scaleLog } from "d3-scale";

import { linearScale } from "../../charts/axes.mjs";
import { lineChart } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { logitOf, moveTo, towardsTruth } from "./losses.mjs";

const HEIGHT = 230; // pixels
const FLOOR = 10 ** -3.5; // the chart's low end: the thousandth and a little more
const POSITIONS = [...range(500).map((k) => k / 500), 1 - FLOOR];
const MARK_EVERY = 60; // positions
const SHARES = [100, 1000]; // Lin et al. 2017, section 3.2, name where these fewer times count
const OTHERS = [
  { gamma: 0.5, dash: [1.5, 3.5], marker: "circle" },
  { gamma: 1, dash: [4, 3], marker: "diamond" },
  { gamma: 2, dash: [8, 3], marker: "star" },
  { gamma: 5, dash: [8, 3, 2, 3], marker: "plus" },
];

/**
 * {element, update(model of `curves.mjs`, state), stop}; the element is hidden where no loss is
 * focal. Under the chart stands where a pixel counts 100 and 1000 times less.
 */
export function weightChart(store) {
  const chart = lineChart("Focal weight, (1 − pₜ)^γ", (pt) => {
    moveTo(store, towardsTruth(store.get().target, logitOf(pt)));
  }, () => HEIGHT);
  const note = h("p.sg-hint");
  const element = h("div", chart.element, note);
  const weightsOf = remember(weights);
  return {
    element,
    update({ key, curves }, { target, logit }) {
      const own = curves.filter(({ loss }) => loss === "focal")
        .map((curve) => ({ ...curve, gamma: curve.options.gamma, own: true }));
      element.hidden = own.length === 0;
      if (element.hidden) return;
      const model = weightsOf(key, own);
      const truth = towardsTruth(target, logit);
      chart.update({
        ...model, key, now: sigmoid(truth),
        // The other gammas are only there to compare with.
        curves: model.curves.map((curve) => ({
          ...curve, now: (curve.own && visible(sigmoid(-truth) ** curve.gamma)) || null,
        })),
      });
      note.textContent = shareWords(model.mark);
    },
    stop: chart.stop,
  };
}

function shareWords(marks) {
  if (marks.length === 0) return "No pixel here counts 100 times less.";
  const places = marks.map(({ x, times }) => `1/${times} from pₜ = ${rounded(x)} on`);
  return `A pixel counts ${places.join(", ")}.`;
}

/** The weights of the chosen gammas beside those of the paper's figure. */
function weights(own) {
  const others = OTHERS.filter(({ gamma }) => own.every((curve) => curve.gamma !== gamma));
  const drawn = [...others, ...own].sort((a, b) => a.gamma - b.gamma);
  return {
    positions: POSITIONS, markEvery: MARK_EVERY,
    xScale: (pixelRange) => linearScale([0, 1], pixelRange, 5),
    yScale: fractionScale,
    xName: "pₜ",
    xLabel: "probability of the truth, pₜ",
    describe: (value) => `weight ${rounded(value)}`,
    label: "Focal weight over the probability of the truth, one curve for each gamma: "
      + `${drawn.map(({ gamma }) => rounded(gamma)).join(", ")}.`,
    named: "above",
    mark: SHARES
      .map((times) => ({ x: 1 - times ** (-1 / own[0].gamma), y: 1 / times, times }))
      .filter(({ x }) => x < 0.9999), // gamma 0 gets there nowhere
    curves: drawn.map((curve) => ({
      key: `gamma ${curve.gamma}`, color: "var(--sg-rule)", ...curve,
      name: `γ ${rounded(curve.gamma)}`,
      values: POSITIONS.map((pt) => visible((1 - pt) ** curve.gamma)),
    })),
  };
}

/** A weight below the floor leaves the picture. */
function visible(weight) {
  return weight >= FLOOR * 0.999 ? weight : NaN;
}

function fractionScale(pixelRange) {
  const scale = scaleLog([FLOOR, 1], pixelRange);
  return Object.assign((value) => scale(value), {
    axis: scale, ticks: [1, 0.1, 0.01, 0.001], zero: null,
    format: (tick) => (tick === 1 ? "1" : `1/${Math.round(1 / tick)}`),
  });
}

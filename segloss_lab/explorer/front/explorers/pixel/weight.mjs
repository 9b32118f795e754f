// The chart of the focal weight: what it leaves of a pixel's loss, for the gammas chosen and others.

import { range } from "d3-array";
import { scaleLog } from "d3-scale";

import { linearScale } from "../../charts/axes.mjs";
import { lineChart } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { remember } from "../../core/remember.mjs";
import { logitOf, truthOf } from "./losses.mjs";

const HEIGHT = 240; // pixels
const FLOOR = 10 ** -3.5; // the chart's low end: the thousandth and a little more
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
    const logit = logitOf(pt);
    store.set({ logit: store.get().target === 1 ? logit : -logit }, "chart");
  }, () => HEIGHT);
  const note = h("p.sg-hint");
  const element = h("div", chart.element, note);
  const weightsOf = remember(weights);
  return {
    element,
    update(model, state) {
      element.hidden = model.gammas.length === 0;
      if (element.hidden) return;
      const drawn = weightsOf(model.key, model);
      chart.update(weightNow(drawn, state));
      note.textContent = shareWords(drawn.mark);
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
function weights({ gammas, key }) {
  const own = gammas.map((term) => ({ ...term, gamma: term.options.gamma }));
  const isOwn = (gamma) => own.some((term) => term.gamma === gamma);
  const others = OTHERS.filter(({ gamma }) => !isOwn(gamma))
    .map((other) => ({ ...other, key: `gamma ${other.gamma}`, color: "var(--sg-rule)" }));
  const drawn = [...others, ...own].sort((a, b) => a.gamma - b.gamma);
  const positions = weightPositions(drawn);
  return {
    key, positions,
    xScale: (pixelRange) => linearScale([0, 1], pixelRange, 5),
    yScale: fractionScale,
    xName: "pₜ",
    xLabel: "probability of the truth, pₜ",
    describe: (value) => `weight ${rounded(value)}`,
    label: "Focal weight over the probability of the truth, one curve for each gamma: "
      + `${drawn.map(({ gamma }) => rounded(gamma)).join(", ")}.`,
    named: "above",
    mark: SHARES.map((times) => shareMark(own[0].gamma, times)).filter(({ x }) => x < 0.9999),
    curves: drawn.map((term) => weightCurve(term, positions)),
  };
}

/** A grid, and exactly where a curve reaches the floor or a named share. */
function weightPositions(drawn) {
  const grid = [...range(200).map((k) => k / 200), 0.999];
  const named = drawn.flatMap(({ gamma }) => (
    [FLOOR, ...SHARES.map((times) => 1 / times)].map((weight) => whereWeight(gamma, weight))
  ));
  return [...new Set([...grid, ...named.filter((pt) => pt < 0.9999)])].sort((a, b) => a - b);
}

/** The p_t that has this weight, to six digits; 1 for gamma 0, which never gets there. */
function whereWeight(gamma, weight) {
  return Number((1 - weight ** (1 / gamma)).toPrecision(6));
}

function shareMark(gamma, times) {
  return { x: whereWeight(gamma, 1 / times), y: 1 / times, times };
}

function weightCurve({ key, gamma, color, dash, marker, chosen = false }, positions) {
  const values = positions.map((pt) => visible((1 - pt) ** gamma));
  return { key, gamma, color, dash, marker, chosen, values, name: `γ ${rounded(gamma)}` };
}

/** A weight below the floor leaves the picture; the floor itself is met to six digits. */
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

/** The present weight of the chosen gammas alone: the others are only there to compare with. */
function weightNow(model, { target, logit }) {
  const { pt, qt } = truthOf(target, logit);
  const present = ({ chosen, key, gamma }) => {
    if (!chosen && key !== "second") return null;
    return qt ** gamma >= FLOOR ? qt ** gamma : null;
  };
  return {
    ...model, now: pt, curves: model.curves.map((curve) => ({ ...curve, now: present(curve) })),
  };
}

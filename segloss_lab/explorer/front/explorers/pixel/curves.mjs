// The curves of one pixel, of both losses and of the slope of each, over the logit or over the
// probability.

import { extent, nice, range } from "d3-array";
import { scaleSymlog } from "d3-scale";

import { linearScale } from "../../charts/axes.mjs";
import { lookOf } from "../../core/colors.mjs";
import { powerOfTen, rounded } from "../../core/numbers.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { byLogit, byProbability, logitOf, shortTitles, termsOf, titleOf } from "./losses.mjs";

const LOGITS = range(-100, 101).map((tenth) => tenth / 10);
const PROBABILITIES = [0.001, ...range(1, 200).map((k) => k / 200), 0.999];
const INNER = 0.001; // the probability axis ends at this and at 1 less this, or at the pixel
const LOSSES = [0, 10]; // at least these are on the axis: cross-entropy from logit -10 to 10

/** What the charts can run over. */
export const AXES = {
  logit: {
    slopeTitle: "Slope by the logit, dL/dz",
    evaluate: byLogit,
    slopeScale: niceScale,
    xName: "z",
    xLabel: "logit z (log-odds of the object)",
    place: ({ logit }) => logit,
    slopeName: "dL/dz",
  },
  probability: {
    slopeTitle: "Slope by the probability, dL/dp (logarithmic beyond ±1)",
    evaluate: byProbability,
    slopeScale: signedLogScale,
    xName: "p",
    xLabel: "probability p of the object",
    place: ({ logit }) => sigmoid(logit),
    slopeName: "dL/dp",
  },
};

export const LOSS = ({ loss }) => loss;
export const SLOPE = ({ slope }) => slope;

/** The logit at a place on the axis. */
export function logitAt({ axis }, place) {
  return axis === "logit" ? place : logitOf(place);
}

/** What the curves depend on: of the logit, only how far beyond the axis it is. */
export function curveKey({ logit, ...rest }) {
  return JSON.stringify([rest, rest.axis === "probability" ? beyond(logit) : []]);
}

function beyond(logit) {
  return Math.min(sigmoid(logit), sigmoid(-logit)) < INNER ? [sigmoid(logit)] : [];
}

/** {key, terms (with their looks), gammas (the focal ones), loss, slope (models of `lineChart`)}. */
export function curves(state) {
  const { axis, target } = state;
  const key = curveKey(state);
  const positions = positionsOf(state);
  const terms = withLooks(termsOf(state));
  const along = terms.map((term) => pointsAlong(term, state, positions));
  const shared = { key, positions, ...AXES[axis] };
  return {
    key,
    terms,
    gammas: terms.filter(({ loss }) => loss === "focal"),
    loss: chartOf(shared, terms, along, {
      valueOf: LOSS, scale: niceScale, least: LOSSES, what: "Loss of the pixel",
      describe: (value) => `loss ${rounded(value)}`,
    }),
    slope: chartOf(shared, terms, along, {
      valueOf: SLOPE, scale: AXES[axis].slopeScale, least: [0, target === 1 ? -1 : 1],
      what: AXES[axis].slopeTitle,
      describe: (value) => `${AXES[axis].slopeName} ${rounded(value)}`,
    }),
  };
}

function positionsOf({ axis, logit }) {
  const inner = axis === "logit" ? LOGITS : PROBABILITIES;
  const outer = axis === "logit" ? [] : beyond(logit);
  return [...inner, ...outer].sort((a, b) => a - b);
}

/** Loss and slope of a term at places on the axis. */
export function pointsAlong(term, { axis, target }, positions) {
  const logits = axis === "logit" ? positions : positions.map((p) => Math.log(p / (1 - p)));
  return logits.map((z) => AXES[axis].evaluate(term, target, z));
}

/** The first loss bold; the second thin, and where it is the same loss, with a look of its own. */
function withLooks(terms) {
  const names = shortTitles(terms);
  const same = terms.length === 2 && terms[0].loss === terms[1].loss;
  const looks = [{}, same ? { dash: [3, 3], marker: "triangle" } : {}];
  return terms.map((term, j) => ({
    ...term, ...lookOf(term.loss), ...looks[j], name: names[j], title: titleOf(term),
    chosen: term.key === "first",
  }));
}

function chartOf(shared, terms, along, { valueOf, scale, least, what, describe }) {
  const drawn = along.map((points) => points.map(valueOf));
  return {
    ...shared, describe, mark: null,
    yScale: scale(extent([...least, ...drawn.flat()])),
    xScale: (pixelRange) => typographic(linearScale(endsOf(shared.positions), pixelRange, 5)),
    label: `${what} over ${shared.xLabel}: ${terms.map(({ title }) => title).join(" and ")}.`,
    curves: terms.map((term, j) => ({ ...term, values: drawn[j] })),
  };
}

/** A probability axis shows 0 to 1 though its curves end within. */
function endsOf(positions) {
  return positions[0] < 0 ? extent(positions) : [0, 1];
}

/** The model at the present state, whose terms are `now` at {loss, slope}. */
export function placed(model, state, now, valueOf) {
  return {
    ...model,
    now: model.place(state),
    curves: model.curves.map((curve, j) => ({ ...curve, now: valueOf(now[j]) })),
  };
}

/** Loss and slope of each term at the present state, by what the axis shows. */
export function present(state) {
  return termsOf(state).map((term) => AXES[state.axis].evaluate(term, state.target, state.logit));
}

function typographic(scale) {
  return Object.assign(scale, { format: rounded });
}

function niceScale([low, high]) {
  const [from, to] = [low, high].map((end) => Number(end.toPrecision(3)));
  const ends = nice(from, to, 5);
  return (pixelRange) => typographic(linearScale(ends, pixelRange, 5));
}

/** Linear between -1 and 1 and logarithmic beyond, so that both signs and many decades show. */
function signedLogScale(ends) {
  return (pixelRange) => {
    const scale = scaleSymlog(ends, pixelRange);
    const decades = range(Math.ceil(Math.log10(Math.max(-ends[0], ends[1]))));
    const tens = [0, ...decades.map((exponent) => 10 ** exponent)];
    const ticks = [...tens.map((ten) => -ten), ...tens].filter((t) => t >= ends[0] && t <= ends[1]);
    return Object.assign((value) => scale(value), {
      axis: scale, ticks: spaced(ticks, scale), zero: null, format: decade,
    });
  };
}

/** The ticks, from zero outwards, that leave room for their numbers. */
function spaced(ticks, scale) {
  const kept = [];
  for (const tick of ticks.toSorted((a, b) => Math.abs(a) - Math.abs(b))) {
    if (kept.every((other) => Math.abs(scale(tick) - scale(other)) >= 15)) kept.push(tick);
  }
  return kept;
}

function decade(tick) {
  if (Math.abs(tick) < 1e4) return rounded(tick);
  return `${tick < 0 ? "−" : ""}${powerOfTen(Math.round(Math.log10(Math.abs(tick))))}`;
}

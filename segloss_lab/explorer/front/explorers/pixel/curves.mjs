// The curves of one pixel, of both losses and of the slope of each, over the logit or over the
// probability.

import { extent, nice, range } from "d3-array";
import { scaleSymlog } from "d3-scale";

import { linearScale } from "../../charts/axes.mjs";
import { lookOf } from "../../core/colors.mjs";
import { rounded } from "../../core/numbers.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { TITLES, evaluate, logitOf, moveTo, optionWords, termsOf, titleOf } from "./losses.mjs";

const LOSSES = [0, 10]; // at least these are on the axis: cross-entropy from logit -10 to 10
const ROOM = 15; // pixels from one number of an axis to the next

/** What the charts can run over. */
export const AXES = {
  logit: {
    slope: "gradient",
    slopeTitle: "Slope by the logit, dL/dz",
    slopeScale: niceScale,
    xName: "z",
    xLabel: "logit z (log-odds of the object)",
    positions: range(-100, 101).map((tenth) => tenth / 10),
    place: (logit) => logit,
    logitAt: (z) => z,
  },
  probability: {
    slope: "gradient_probability",
    slopeTitle: "Slope by the probability, dL/dp (logarithmic beyond ±1)",
    slopeScale: signedLogScale,
    xName: "p",
    xLabel: "probability p of the object",
    // As far as the logits go.
    positions: [sigmoid(-10), 0.001, ...range(1, 200).map((k) => k / 200), 0.999, sigmoid(10)],
    place: sigmoid,
    logitAt: logitOf,
  },
};

/** What moves the state's logit to a place on the axis. */
export function mover(store) {
  return (place) => moveTo(store, AXES[store.get().axis].logitAt(place));
}

/** What the curves depend on: all but the logit. */
export function curveKey({ logit, ...rest }) {
  return JSON.stringify(rest);
}

/** {loss, slope}: models of `lineChart`, but for what moves with the logit. */
export function curves(state) {
  const axis = AXES[state.axis];
  const terms = withLooks(termsOf(state));
  const along = terms.map((term) => pointsAlong(term, state));
  const chart = (value, what, name, least, scale) => {
    const drawn = along.map((points) => points.map((point) => point[value]));
    return {
      ...axis, key: curveKey(state), value,
      xScale: niceScale(extent(axis.positions)),
      yScale: scale(extent([...least, ...drawn.flat()])),
      describe: (y) => `${name} ${rounded(y)}`,
      label: `${what} over ${axis.xLabel}: ${terms.map((term) => titleOf(term)).join(" and ")}.`,
      curves: terms.map((term, j) => ({ ...term, values: drawn[j] })),
    };
  };
  const { slope, slopeTitle, slopeScale, xName } = axis;
  return {
    loss: chart("loss", "Loss of the pixel", "loss", LOSSES, niceScale),
    slope: chart(slope, slopeTitle, `dL/d${xName}`, [0, state.target === 1 ? -1 : 1], slopeScale),
  };
}

/** Loss and slopes of a term along the axis of a state. */
export function pointsAlong(term, { axis, target }) {
  const { positions, logitAt } = AXES[axis];
  return positions.map((place) => evaluate(term, { target, logit: logitAt(place) }));
}

/**
 * The first loss bold, the second thin; where both are the same, the second has a look of its own,
 * and their names say what tells the two apart.
 */
function withLooks(terms) {
  const same = terms[0].loss === terms[1]?.loss;
  return terms.map((term, j) => ({
    ...term, ...lookOf(term.loss), chosen: j === 0,
    name: (same && optionWords(term).join(", ")) || TITLES[term.loss],
    ...(same && j === 1 ? { dash: [3, 3], marker: "triangle" } : {}),
  }));
}

/** The model at the present state, and where the one before stood on the same axis. */
export function placed(model, state, before) {
  const moved = before?.axis === state.axis && before.logit !== state.logit;
  return {
    ...model,
    now: model.place(state.logit),
    before: moved ? model.place(before.logit) : null,
    curves: model.curves.map((curve) => ({ ...curve, now: evaluate(curve, state)[model.value] })),
  };
}

function niceScale(ends) {
  const [from, to] = ends.map((end) => Number(end.toPrecision(3)));
  return (pixelRange) => (
    Object.assign(linearScale(nice(from, to, 5), pixelRange, 5), { format: rounded })
  );
}

/** Linear between -1 and 1 and logarithmic beyond, so that both signs and many decades show. */
function signedLogScale([low, high]) {
  return (pixelRange) => {
    const scale = scaleSymlog([low, high], pixelRange);
    const ticks = [0];
    for (let ten = 1; ten <= Math.max(-low, high); ten *= 10) {
      for (const tick of [-ten, ten]) {
        // From zero outwards, those that leave room for their numbers.
        const free = ticks.every((other) => Math.abs(scale(tick) - scale(other)) >= ROOM);
        if (free && tick >= low && tick <= high) ticks.push(tick);
      }
    }
    ticks.sort((a, b) => a - b);
    return Object.assign((value) => scale(value), { axis: scale, ticks, zero: null, format: rounded });
  };
}

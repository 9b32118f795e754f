// What a state of the mask explorer amounts to: its masks, and every loss of them.

import { EMPTY, decode, predictionOf } from "./grid.mjs";
import { NAMES, agreement, evaluate, groupsOf, optionsOf, sharesOf } from "./losses.mjs";
import { descentOf } from "./descent.mjs";
import { pushOf } from "./scale.mjs";
import { remember } from "../../core/remember.mjs";

export const SLOTS = [1, 2, 3, 4]; // losses that can descend at once
const SAME = 1e-9; // relative: losses this close share a rank

const PLACES = ["truth", "prediction", "shift_x", "shift_y", "grow"];
const OPTIONS = ["confidence", "smooth", "eps", "alpha", "beta", "gamma"];

const masksAt = remember((state) => {
  const truth = decode(state.truth);
  const prediction = predictionOf(state);
  return { truth, prediction, ...agreement(truth, prediction) };
});

/** {truth, prediction, found, missed, alarms, dice, iou} of a state. */
export function masksOf(state) {
  return masksAt(keyOf(state, PLACES), state);
}

const lossesAt = remember((state) => {
  const rows = Object.keys(NAMES).map((loss) => lossOf(loss, state));
  return rows.map((row) => ({ ...row, rank: rankOf(row, rows) }));
});

/** Every loss at a state, each {loss, value, rank, pushAt(pixel), object, background, ...}. */
export function lossesOf(state) {
  return lossesAt(keyOf(state, [...PLACES, ...OPTIONS]), state);
}

/** The chosen one of them. */
export function chosenOf(state) {
  return lossesOf(state).find(({ loss }) => loss === state.loss);
}

function lossOf(loss, state) {
  const { truth, prediction } = masksOf(state);
  const groups = groupsOf(loss, truth, prediction, state.confidence);
  const { value, gradient } = evaluate(loss, optionsOf(loss, state), groups);
  return {
    loss, value, pushAt: (pixel) => pushOf(gradient[groups.groupOf[pixel]]),
    ...sharesOf(gradient, groups),
  };
}

/**
 * The chosen loss's mean pull on the object's pixels, the `missed` and the `found` ones apart, each
 * null where there are none.
 */
export function pullsOf(state) {
  const { truth, prediction, missed, found } = masksOf(state);
  const { pushAt } = chosenOf(state);
  const pulls = [0, 0];
  truth.forEach((object, i) => { if (object === 1) pulls[prediction[i]] += pushAt(i); });
  return {
    missed: missed === 0 ? null : pulls[0] / missed,
    found: found === 0 ? null : pulls[1] / found,
  };
}

/** 1 for the largest value. */
function rankOf({ value }, rows) {
  return 1 + rows.filter((other) => other.value > value * (1 + SAME)).length;
}

/** The descents of a state, each {slot, loss, at(step)}; a slot of "none" has none. */
export function descentsOf(state) {
  const used = SLOTS.filter((slot) => state[`descent_${slot}`] !== "none");
  return used.map((slot) => {
    const loss = state[`descent_${slot}`];
    return { slot, loss, key: startOf(loss, state), at: descentFor(loss, state).at };
  });
}

function startOf(loss, state) {
  const place = keyOf(state, [...PLACES, "confidence", "rule", "rate"]);
  return `${loss} ${JSON.stringify(optionsOf(loss, state))} ${place}`;
}

function descentFor(loss, state) {
  return descentOf(startOf(loss, state), () => {
    const { truth, prediction } = masksOf(state);
    const { confidence, rule, rate } = state;
    return { loss, options: optionsOf(loss, state), truth, prediction, confidence, rule, rate };
  });
}

/** Whether there is a prediction to be moved. */
export function hasPrediction({ prediction }) {
  return prediction !== EMPTY;
}

function keyOf(state, names) {
  return names.map((name) => state[name]).join();
}

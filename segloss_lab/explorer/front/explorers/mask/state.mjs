// What a state of the mask explorer amounts to: its masks, and every loss of them.

import { mean } from "d3-array";

import { EMPTY, decode, outline, predictionOf } from "./grid.mjs";
import { NAMES, agreement, evaluate, groupsOf, optionsOf, ranks, sharesOf } from "./losses.mjs";
import { createDescent } from "./descent.mjs";
import { partsOf } from "./parts.mjs";
import { remember } from "../../core/remember.mjs";

export const SLOTS = [1, 2, 3, 4]; // losses that can descend at once
const SAME = 1e-9; // relative: losses this close share a rank

const PLACES = ["truth", "prediction", "shift_x", "shift_y", "grow"];
const OPTIONS = ["confidence", "smooth", "eps", "alpha", "beta", "gamma"];

const masksAt = remember((state) => {
  const masks = [decode(state.truth), predictionOf(state)];
  const [truth, prediction] = masks;
  const parts = partsOf(...masks);
  const { found, missed, alarms } = parts;
  return {
    truth, prediction, parts, outlines: masks.map(outline),
    ...agreement(found.length, missed.length + alarms.length),
  };
});

/** {truth, prediction, parts, outlines, dice, iou} of a state. */
export function masksOf(state) {
  return masksAt(keyOf(state, PLACES), state);
}

const lossesAt = remember((state) => {
  const rows = Object.keys(NAMES).map((loss) => lossOf(loss, state));
  return rows.map((row) => ({ ...row, rank: rankOf(row, rows) }));
});

/** Every loss at a state, each {loss, value, rank, pushAt(pixel), largest, object, ...}. */
export function lossesOf(state) {
  return lossesAt(keyOf(state, [...PLACES, ...OPTIONS]), state);
}

/** The chosen one of them. */
export function chosenOf(state) {
  return lossesOf(state).find(({ loss }) => loss === state.loss);
}

function lossOf(loss, state) {
  const groups = groupsFor(loss, state);
  const { value, push, largest } = evaluate(loss, optionsOf(loss, state), groups);
  const pushAt = (pixel) => push[groups.groupOf[pixel]];
  return { loss, value, largest, pushAt, ...sharesOf(push, groups) };
}

const groupsAt = [false, true].map((each) => remember((state) => {
  const { truth, prediction } = masksOf(state);
  return groupsOf(each, truth, prediction, state.confidence);
}));

function groupsFor(loss, state) {
  const at = groupsAt[Number(ranks(loss))];
  return at(keyOf(state, [...PLACES, "confidence"]), state);
}

/**
 * The chosen loss's mean pull on the object's pixels, the `missed` and the `found` ones apart, each
 * null where there are none.
 */
export function pullsOf(state) {
  const { missed, found } = masksOf(state).parts;
  const { pushAt } = chosenOf(state);
  return { missed: mean(missed, pushAt) ?? null, found: mean(found, pushAt) ?? null };
}

/** 1 for the largest value. */
function rankOf({ value }, rows) {
  return 1 + rows.filter((other) => other.value > value * (1 + SAME)).length;
}

const descentAt = SLOTS.map(() => remember(createDescent));

/** The descents of a state, each {slot, loss, key, at(step)}; a slot of "none" has none. */
export function descentsOf(state) {
  const { rule, rate } = state;
  return SLOTS.flatMap((slot, i) => {
    const loss = state[`descent_${slot}`];
    if (loss === "none") return [];
    const options = optionsOf(loss, state);
    const place = keyOf(state, [...PLACES, "confidence", "rule", "rate"]);
    const key = `${loss} ${JSON.stringify(options)} ${place}`;
    const start = { loss, options, rule, rate, groups: groupsFor(loss, state) };
    return [{ slot, loss, key, ...descentAt[i](key, start) }];
  });
}

/** Whether there is a prediction to be moved. */
export function hasPrediction({ prediction }) {
  return prediction !== EMPTY;
}

function keyOf(state, names) {
  return names.map((name) => state[name]).join();
}

// The losses that can be raced: their names, their options, what computes them.

import { lovaszHinge } from "./ranked.mjs";
import { compound, dice, pixelLoss, tversky } from "./sums.mjs";

const REGION = ["smooth", "eps", "over"];
const LOSSES = { // name, what computes it, options, and the name where there is little room
  dice: ["Dice", dice, REGION],
  cross_entropy: ["cross-entropy", pixelLoss, []],
  weighted: ["weighted cross-entropy", pixelLoss, ["pos_weight"], "weighted CE"],
  focal: ["focal", pixelLoss, ["gamma"]],
  tversky: ["Tversky", tversky, ["alpha", "beta", ...REGION]],
  lovasz_hinge: ["Lovász hinge", lovaszHinge, ["over"]],
  compound: ["cross-entropy + Dice", compound, ["weight", ...REGION], "CE + Dice"],
};

const table = (read) => Object.fromEntries(
  Object.entries(LOSSES).map(([loss, row]) => [loss, read(...row)]),
);
export const NAMES = table((name) => name);
export const SHORT = table((name, compute, options, short = name) => short);
export const OPTIONS = table((name, compute, options) => options);

/** The options that a loss takes from a state. */
export function optionsOf(loss, state) {
  return Object.fromEntries(OPTIONS[loss].map((name) => [name, state[name]]));
}

/** evaluate(a, c) of a loss over units. */
export function evaluatorOf(loss, units, options) {
  return LOSSES[loss][1](units, options);
}

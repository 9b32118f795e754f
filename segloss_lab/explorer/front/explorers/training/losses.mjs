// The losses that can be raced: their names, their options, and what computes them.

import { lovaszHinge } from "./ranked.mjs";
import { compound, crossEntropy, dice, focal, tversky } from "./sums.mjs";

export const NAMES = {
  dice: "Dice",
  cross_entropy: "cross-entropy",
  weighted: "weighted cross-entropy",
  focal: "focal",
  tversky: "Tversky",
  lovasz_hinge: "Lovász hinge",
  compound: "cross-entropy + Dice",
};

/** The same where there is little room. */
export const SHORT = { ...NAMES, weighted: "weighted CE", compound: "CE + Dice" };

const EVALUATE = {
  dice, cross_entropy: crossEntropy, weighted: crossEntropy, focal, tversky,
  lovasz_hinge: lovaszHinge, compound,
};

export const OPTIONS = {
  dice: ["smooth", "eps", "over"],
  cross_entropy: [],
  weighted: ["pos_weight"],
  focal: ["gamma"],
  tversky: ["alpha", "beta", "smooth", "eps", "over"],
  lovasz_hinge: ["over"],
  compound: ["weight", "smooth", "eps", "over"],
};

/** The options that a loss takes from a state. */
export function optionsOf(loss, state) {
  return Object.fromEntries(OPTIONS[loss].map((name) => [name, state[name]]));
}

/** evaluate(a, c) of a loss over units. */
export function evaluatorOf(loss, units, options) {
  return EVALUATE[loss](units, options);
}

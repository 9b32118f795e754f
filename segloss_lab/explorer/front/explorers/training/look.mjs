// How the losses look, here and in every chart: a colour, a dash and a marker each.

import { lookOf } from "../../core/colors.mjs";

// A weight is an option of cross-entropy, whose colour it keeps.
const WEIGHTED = { dash: [3, 3], marker: "wye" };

/** Colour, dash and marker of a loss. */
export function lookOfLoss(loss) {
  return loss === "weighted" ? { ...lookOf("cross_entropy"), ...WEIGHTED } : lookOf(loss);
}

// How the losses look, here and in every chart.

import { lookOf } from "../../core/colors.mjs";

/** Colour, dash and marker. A weight is an option of cross-entropy, whose colour it keeps. */
export function lookOfLoss(loss) {
  return loss === "weighted"
    ? { ...lookOf("cross_entropy"), dash: [3, 3], marker: "wye" } : lookOf(loss);
}

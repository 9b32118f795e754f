// The state of the explorer of smoothing.

import { choiceField, countField, logField, shareField } from "../../core/fields.mjs";
import { CONVENTIONS } from "./conventions.mjs";

/** Whether `smooth` does anything: libraries without it leave eps alone to be moved. */
const smooths = ({ convention }) => convention !== "none";

// The first picture makes the point: a lesion of 10 pixels, all missed, at the smooth of most
// libraries, and nothing beside it that is wrong.
export const fields = {
  loss: choiceField({ initial: "dice", label: "Loss", choices: { dice: "Dice" } }),
  convention: choiceField({
    initial: "textbook", label: "smooth as in",
    choices: Object.fromEntries(Object.entries(CONVENTIONS).map(([name, { by }]) => [name, by])),
  }),
  smooth: logField({ initial: 1, label: "smooth, s", unit: "pixels", when: smooths }),
  eps: logField({ initial: 0, label: "eps", unit: "pixels" }),
  size: countField({ initial: 10, label: "Object size", unit: "pixels" }),
  overlap: shareField({ initial: 0, label: "Share found" }),
  false_positives: countField({ initial: 0, label: "False alarms, F", unit: "pixels" }),
  axis: choiceField({
    initial: "smooth", label: "Charts over", choices: { smooth: "smooth", eps: "eps" },
    when: smooths,
  }),
};

/** What the charts of the bench run over. */
export function axisOf(state) {
  return smooths(state) ? state.axis : "eps";
}

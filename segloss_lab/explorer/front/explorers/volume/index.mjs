// What the Dice loss makes of a slice with nothing in it, in which `volume` pixels are predicted:
// `smooth` is a place on the axis of the predicted volume, not a strength.

import { countField, logField } from "../../core/fields.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import partsStyle from "../../charts/parts.css";
import { evaluate, shareOfLargest } from "./math.mjs";
import { drawVolume } from "./picture.mjs";
import ownStyle from "./style.css";
import { change, summary } from "./words.mjs";

const fields = {
  smooth: logField({ initial: 1, label: "smooth, s", unit: "pixels" }),
  eps: logField({ initial: 0, label: "eps", unit: "pixels" }),
  volume: countField({ initial: 40, label: "False alarms, V", unit: "pixels" }),
};

export const volume = {
  kind: "volume",
  style: partsStyle + ownStyle,
  fields,
  controls: [{ names: ["smooth", "volume", "eps"] }],
  keys: "A chart drags V.",
  quantities,
  summary,
  change,
  figure: {
    show: ["smooth", "volume"],
    numbers: ["loss", "push_all", "push_share"],
    states: [
      ["s = 1", { smooth: 1, volume: 40 }],
      ["s = 40", { smooth: 40, volume: 40 }],
      ["s = 1000", { smooth: 1000, volume: 40 }],
    ],
    caption: "A slice without an object, and the Dice loss V/(V + s) of V false alarms in it. "
      + "Move smooth: both curves keep their shape and go sideways, for the loss is "
      + "sigmoid(ln V − ln s). Slopes by probability; on logits each is multiplied by its pixel’s "
      + "p(1 − p).",
  },
  draw: drawVolume,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

function quantities(state) {
  const { loss, push, all } = evaluate(state);
  return [
    ["loss", "Dice loss", loss],
    ["push_all", "push on all V", all],
    ["push_share", "share of the largest", shareOfLargest(state)],
    ["push", "push on each, dL/dV", push],
  ].map(([name, label, value]) => ({ name, label, value, why: "none: nothing is predicted" }));
}

function pythonCode({ smooth, eps, volume: pixels }, { head, full, pixels: join, show }) {
  return `${head("dice")}

wrong = ${full(pixels, 1)}  # false alarms
rest = ${full(1, 0)}  # background, predicted as such
probs = ${join("wrong", "rest")}
empty = ${full(pixels + 1, 0)}
target = ${join("empty")}

loss = ${callOf("dice", "probs", { from_logits: false, smooth, eps })}
${show}
`;
}

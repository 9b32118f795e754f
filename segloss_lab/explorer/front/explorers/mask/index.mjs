// Truth and prediction to be painted: every loss of them, where it pushes, and where that leads.

import { choiceField, hiddenField, integerField, linearField, logField } from "../../core/fields.mjs";
import { LAST, descents } from "./descents.mjs";
import { encode } from "./grid.mjs";
import { NAMES, optionsOf } from "./losses.mjs";
import { paintedMask } from "./paint.mjs";
import { PRESETS } from "./presets.mjs";
import { pushMap } from "./push.mjs";
import { chosenOf, descentsOf, hasPrediction, lossesOf, masksOf } from "./state.mjs";
import { lossTable } from "./table.mjs";
import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import style from "./style.css";

const MASK = {
  expected: "256 hexadecimal digits, four pixels each, row by row",
  accepts: (value) => typeof value === "string" && /^[0-9a-f]{256}$/.test(value),
  parse: (text) => text.toLowerCase(),
};
const ANY = { none: "none", ...NAMES };

// The first picture makes the point: a confident prediction has the blob, a little to the side, and
// misses the lesion. Dice pushes its missed pixels 15 times less than cross-entropy does and 90
// times less than the Lovász hinge, since sigmoid is flat there and the blob fills its denominator:
// after 20 steps of descent two losses have found the lesion, and two have not changed a pixel.
const { start } = PRESETS[0];
const fields = {
  truth: hiddenField({ initial: start.truth, ...MASK }),
  prediction: hiddenField({ initial: start.prediction, ...MASK }),
  shift_x: shiftField(start.shift_x, "Shift right"),
  shift_y: shiftField(start.shift_y, "Shift down"),
  grow: integerField({
    initial: start.grow, label: "Grow", unit: "pixels", min: -5, max: 5, when: hasPrediction,
  }),
  confidence: linearField({
    initial: 4, label: "Confidence", unit: "logit", min: 0, max: 10, steps: 100,
  }),
  loss: choiceField({ initial: "dice", label: "Loss", choices: NAMES }),
  smooth: logField({ initial: 0, label: "smooth", unit: "pixels" }),
  eps: logField({ initial: 0, label: "eps", unit: "pixels" }),
  alpha: linearField({ initial: 0.3, label: "Tversky alpha", min: 0, max: 2, steps: 40 }),
  beta: linearField({ initial: 0.7, label: "Tversky beta", min: 0, max: 2, steps: 40 }),
  gamma: linearField({ initial: 2, label: "focal gamma", min: 0, max: 5, steps: 50 }),
  descent_1: choiceField({ initial: "dice", label: "Loss 1", choices: NAMES }),
  descent_2: choiceField({ initial: "cross_entropy", label: "Loss 2", choices: NAMES }),
  descent_3: choiceField({ initial: "tversky", label: "Loss 3", choices: ANY }),
  descent_4: choiceField({ initial: "lovasz_hinge", label: "Loss 4", choices: ANY }),
  rule: choiceField({
    initial: "gradient", label: "Rule",
    choices: { gradient: "rate × 1024 × gradient", normalised: "largest move = rate" },
  }),
  rate: linearField({ initial: 0.5, label: "Rate", min: 0.1, max: 10, steps: 99 }),
  step: integerField({ initial: 20, label: "Step", min: 0, max: LAST }),
};

export const mask = {
  kind: "mask",
  style,
  fields,
  controls: [
    { title: "Prediction", names: ["confidence", "shift_x", "shift_y", "grow"] },
    { title: "Loss", names: ["loss", "smooth", "eps", "alpha", "beta", "gamma"] },
  ],
  keys: "In the picture of the masks the arrow keys move a cursor, and Space paints or wipes the "
    + "pixel under it, of the truth where that is what the pointer paints, else of the prediction.",
  quantities,
  summary,
  draw,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

function shiftField(initial, label) {
  return integerField({ initial, label, unit: "pixels", min: -16, max: 16, when: hasPrediction });
}

function quantities(state) {
  const { value, largest, object, background, share } = chosenOf(state);
  const { dice, iou } = masksOf(state);
  const why = "none: no logit is pushed";
  const rest = share === null ? null : background / (object + background);
  return [
    { name: "loss", label: `${titled(state.loss)} loss`, value },
    { name: "gradient", label: "largest push, |dL/dz|", value: largest },
    { name: "push_object", label: "push on the object, summed", value: object },
    { name: "push_background", label: "push on the background, summed", value: background },
    { name: "share_object", label: "share on the object", value: share, why },
    { name: "share_background", label: "share on the background", value: rest, why },
    { name: "dice_score", label: "Dice score of the masks", value: dice },
    { name: "iou", label: "IoU of the masks", value: iou },
  ];
}

function titled(loss) {
  return NAMES[loss][0].toUpperCase() + NAMES[loss].slice(1);
}

function summary(state) {
  const { share } = chosenOf(state);
  const words = share === null ? [] : [partWords(state), strengthWords(state)];
  return [lossWords(state), ...words, descentWords(state)].filter(Boolean).join(" ");
}

function lossWords(state) {
  const { value, share } = chosenOf(state);
  const { found, missed } = masksOf(state);
  const what = `${titled(state.loss)} loss ${rounded(value)}`;
  const object = `the object’s ${pixels(found + missed)} of 1024`;
  if (share === null) return `${what}: it pushes no logit, and descent by it stands still.`;
  return found + missed === 0
    ? `${what}: there is no object, and all of its push is on the background.`
    : `${what}: ${percent(share)} of its push lies on ${object}.`;
}

/** How hard a missed pixel is pushed beside one that is found. */
function partWords(state) {
  const { truth, prediction, found, missed } = masksOf(state);
  if (found === 0 || missed === 0) return "";
  const { gradientAt } = chosenOf(state);
  const hardestWhere = (bit) => truth.reduce((most, object, i) => (
    object === 1 && prediction[i] === bit ? Math.max(most, Math.abs(gradientAt(i))) : most
  ), 0);
  const [miss, hit] = [hardestWhere(0), hardestWhere(1)];
  const ties = state.loss === "lovasz_hinge"
    ? " Pixels with equal errors are ranked row by row: hence the shades." : "";
  if (hit === 0) return `Found pixels are not pushed at all.${ties}`;
  const times = rounded(miss / hit);
  return times === "1"
    ? "A missed pixel is pushed no harder than one already found."
    : `A missed pixel is pushed ${times} times as hard as one already found.${ties}`;
}

/** Which loss pushes hardest, and how much harder than the chosen one. */
function strengthWords(state) {
  const all = lossesOf(state);
  const own = chosenOf(state).largest;
  const hardest = all.reduce((most, row) => (row.largest > most.largest ? row : most));
  const times = `${rounded(hardest.largest / own)} times`;
  return hardest.largest === own
    ? "No other loss pushes a logit as hard."
    : `${titled(hardest.loss)} pushes up to ${times} as hard.`;
}

function descentWords(state) {
  const words = descentsOf(state).map(({ loss, at }) => (
    `${rounded(at(state.step).iou)} under ${NAMES[loss]}`
  ));
  const steps = state.step === 1 ? "1 step" : `${state.step} steps`;
  return `After ${steps} the IoU is ${words.join(", ")}.`;
}

function draw(store) {
  const painted = paintedMask(store);
  const push = pushMap(store);
  const table = lossTable(store);
  const descent = descents(store, fields);
  return {
    charts: [painted.tools, painted.element, push.element],
    aside: table.element,
    bottom: [descent.element],
    update(state) {
      for (const part of [painted, push, table, descent]) part.update(state);
    },
    stop: descent.stop,
  };
}

function pythonCode(state, { head, array, image, show }) {
  const { truth, prediction } = masksOf(state);
  const bits = "np.unpackbits(np.frombuffer(bytes.fromhex(digits), np.uint8))";
  return `import numpy as np
${head(state.loss)}


def mask(digits):
    bits = ${bits}
    return ${image(array("bits"), 32, 32)}


target = mask(
${digitLines(truth)}
)
prediction = mask(
${digitLines(prediction)}
)
logits = ${state.confidence} * (2 * prediction - 1)

loss = ${callOf(state.loss, "logits", optionsOf(state.loss, state))}
${show}
`;
}

/** Four rows of the mask a line. */
function digitLines(mask) {
  return encode(mask).match(/.{32}/g).map((digits) => `    "${digits}"`).join("\n");
}

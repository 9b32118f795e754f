// Truth and prediction to be painted: every loss of them, where it pushes, and where that leads.

import { h } from "../../core/dom.mjs";
import { choiceField, hiddenField, integerField, linearField, logField } from "../../core/fields.mjs";
import { pullBars } from "./bars.mjs";
import { LAST, descents } from "./descents.mjs";
import { encode } from "./grid.mjs";
import { NAMES, optionsOf } from "./losses.mjs";
import { maskView, presetRow, toolRow } from "./paint.mjs";
import { PRESETS } from "./presets.mjs";
import { pushMap } from "./push.mjs";
import { chosenOf, hasPrediction, masksOf, pullsOf } from "./state.mjs";
import { lossTable } from "./table.mjs";
import { change, summary, titled } from "./words.mjs";
import barsStyle from "../../charts/bars.css";
import partsStyle from "../../charts/parts.css";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import style from "./style.css";

const MASK = {
  expected: "256 hexadecimal digits, four pixels each, row by row",
  accepts: (value) => typeof value === "string" && /^[0-9a-f]{256}$/.test(value),
  parse: (text) => text.toLowerCase(),
};
const ANY = { none: "none", ...NAMES };

// The first picture makes the point: a confident prediction has most of a large disc and misses a
// small lesion. Cross-entropy pulls each pixel by its own error, a missed one 55 times as hard as a
// found one. Dice pulls them all alike, since sigmoid is as flat at 4 as at -4, and the lesion 15
// times weaker: after 20 steps of descent cross-entropy has found it, and Dice has not changed a
// pixel.
const [, start] = PRESETS[0];
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
  loss: choiceField({ initial: "cross_entropy", label: "Loss", choices: NAMES }),
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
    choices: { gradient: "rate × push", normalised: "largest move = rate" },
  }),
  rate: linearField({ initial: 0.5, label: "Rate", min: 0.1, max: 10, steps: 99 }),
  step: integerField({ initial: 20, label: "Step", min: 0, max: LAST }),
};

// The picture beneath the masks comes beside the state, as the text of a PNG.
export const mask = {
  kind: "mask",
  of: (get, image) => ({ ...explorer, draw: (store, layout) => draw(store, layout, image) }),
};

const explorer = {
  kind: "mask",
  style: barsStyle + partsStyle + style,
  fields,
  controls: [
    { title: "Prediction", names: ["confidence", "shift_x", "shift_y", "grow"] },
    { title: "Loss", names: ["loss", "smooth", "eps", "alpha", "beta", "gamma"] },
  ],
  keys: "In the picture of the masks the arrow keys move a cursor, and Space paints or wipes the "
    + "pixel under it, of the truth where that is what the pointer paints, else of the prediction.",
  figure: {
    show: ["loss", "confidence"],
    numbers: ["push_missed", "push_found", "loss"],
    states: [
      ["cross-entropy", { loss: "cross_entropy" }],
      ["Dice", { loss: "dice" }],
    ],
    caption: "Truth and prediction, and how hard the chosen loss pushes every logit, up or down. A "
      + "push is minus the slope of the loss, times the 1024 pixels: cross-entropy’s is the "
      + "pixel’s own error, at most 1. Dashed: before the last move.",
  },
  quantities,
  summary,
  change,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

function shiftField(initial, label) {
  return integerField({ initial, label, unit: "pixels", min: -16, max: 16, when: hasPrediction });
}

function quantities(state) {
  const { value, largest, object, background, share } = chosenOf(state);
  const { dice, iou } = masksOf(state);
  const { missed, found } = pullsOf(state);
  return [
    { name: "push_missed", label: "pull on a missed pixel", value: missed, why: "none is missed" },
    { name: "push_found", label: "pull on a found pixel", value: found, why: "none is found" },
    { name: "loss", label: `${titled(state.loss)} loss`, value },
    { name: "push_largest", label: "largest push", value: largest },
    { name: "push_object", label: "all the pull", value: object },
    { name: "push_background", label: "all the push", value: background },
    { name: "share_object", label: "share of the pull", value: share, why: "none: no push" },
    { name: "dice_score", label: "Dice score", value: dice },
    { name: "iou", label: "IoU", value: iou },
  ];
}

function draw(store, layout, image) {
  return layout === "bench" ? drawBench(store, image) : drawFigure(store, image);
}

/** The masks, the push on them, and how hard one pixel is pulled. */
function drawFigure(store, image) {
  const parts = [maskView(store, image), pushMap(store), pullBars()];
  return { charts: elementsOf(parts), ...together(parts), stop() {} };
}

/** The masks to be painted, the push on them, all their losses, and where descent by them leads. */
function drawBench(store, image) {
  const presets = presetRow(store);
  const tools = toolRow();
  const maps = [maskView(store, image, tools), pushMap(store)];
  const below = [lossTable(store), descents(store, fields)];
  return {
    charts: [h("div.mask-tools", presets.element, tools), ...elementsOf(maps)],
    bottom: [h("div.mask-below", ...elementsOf(below))],
    ...together([presets, ...maps, ...below]),
    stop: below[1].stop,
  };
}

function elementsOf(parts) {
  return parts.map(({ element }) => element);
}

function together(parts) {
  return {
    update(state, before) {
      for (const part of parts) part.update(state, before);
    },
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

// One pixel: what a loss costs at a logit, how hard it pushes, and how another compares with it.

import { choiceField, linearField, optionalShareField, shareField } from "../../core/fields.mjs";
import { rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { drawBench } from "./bench.mjs";
import { TITLES, evaluate, termsOf, titleOf, towardsTruth } from "./losses.mjs";
import style from "./style.css";
import { drawFigure } from "./tangent.mjs";
import { change, summary } from "./words.mjs";

// The first picture makes the point: a pixel of the object that is given probability 0.01 costs
// 4.6, and its slope, the error p - t, is nearly -1, which is as steep as it gets.
const fields = {
  loss: choiceField({ initial: "cross_entropy", label: "Loss", choices: TITLES }),
  second: choiceField({
    initial: "none", label: "Second loss", choices: { none: "none", ...TITLES },
  }),
  target: targetField(),
  logit: linearField({ initial: -4.595, label: "Logit z", min: -10, max: 10, steps: 200 }),
  axis: choiceField({
    initial: "logit", label: "Charts run over",
    choices: { logit: "the logit", probability: "the probability" },
  }),
  ...optionFields("loss", "", 2),
  ...optionFields("second", "second_", 5),
};

/** 0 or 1, as numbers, in the words of a mask. */
function targetField() {
  return {
    ...choiceField({ initial: 1, label: "Truth", choices: { 0: "background", 1: "object" } }),
    expected: "0 or 1",
    accepts: (value) => value === 0 || value === 1,
    parse: (text) => ({ 0: 0, 1: 1 })[text],
  };
}

/** The options of the loss that the state names `chooser`; those of another do nothing. */
function optionFields(chooser, prefix, gamma) {
  const smoothing = `${prefix}label_smoothing`;
  const takes = (loss) => (state) => state[chooser] === loss;
  // A positive weight has something to weigh only if the target is not exactly 0.
  const weighs = (state) => takes("cross_entropy")(state) && (state.target || state[smoothing]) > 0;
  return {
    [smoothing]: shareField({
      initial: 0, label: "Label smoothing", when: takes("cross_entropy"),
    }),
    [`${prefix}pos_weight`]: linearField({
      initial: 1, label: "Positive weight", min: 0, max: 100, steps: 200, when: weighs,
    }),
    [`${prefix}gamma`]: linearField({
      initial: gamma, label: "gamma", min: 0, max: 10, steps: 100, when: takes("focal"),
    }),
    [`${prefix}alpha`]: optionalShareField({
      label: "alpha, weight of the object", when: takes("focal"),
    }),
  };
}

const OPTIONS = ["label_smoothing", "pos_weight", "gamma", "alpha"];

export const pixel = {
  kind: "pixel",
  style,
  fields,
  controls: [
    { title: "The pixel", names: ["target", "logit", "axis"] },
    { title: "Its loss", names: ["loss", ...OPTIONS] },
    { title: "Compared with", names: ["second", ...OPTIONS.map((name) => `second_${name}`)] },
  ],
  keys: "Dragging in a chart moves the logit.",
  quantities,
  summary,
  change,
  figure: {
    show: ["logit", "target", "gamma"],
    numbers: ["loss", "gradient", "probability"],
    states: [
      ["p = 0.5", { target: 1, logit: 0 }],
      ["p = 0.01", { target: 1, logit: -4.595 }],
      ["p = 0.0001", { target: 1, logit: -9.21 }],
    ],
    caption: "What one pixel costs, and how steep its loss is there: the tangent, by which gradient "
      + "descent pushes the logit. Drag the point. Under cross-entropy a pixel can cost ever more, "
      + "but the tangent never gets steeper than 1.",
  },
  draw: (store, layout) => (layout === "figure" ? drawFigure(store) : drawBench(store)),
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

function quantities(state) {
  const [first, second] = termsOf(state);
  return [
    ...numbersOf(state, first, "", [titleOf(first), "slope, dL/dz", "by probability, dL/dp"]),
    { name: "probability", label: "probability p", value: sigmoid(state.logit) },
    ...numbersOf(
      state, second, "second_",
      [second ? titleOf(second) : "second loss", "its dL/dz", "its dL/dp"],
    ),
    focalWeight(state),
  ];
}

/** Loss and slopes of a term, if there is one. */
function numbersOf(state, term, prefix, labels) {
  const values = term ? evaluate(term, state) : {};
  return ["loss", "gradient", "gradient_probability"].map((name, i) => ({
    name: prefix + name, label: labels[i], value: values[name] ?? null,
    why: "none: nothing is compared",
  }));
}

/** The weight of the first focal loss of the two; they share a pixel, not a gamma. */
function focalWeight(state) {
  const name = "focal_weight";
  const term = termsOf(state).find(({ loss }) => loss === "focal");
  if (!term) return { name, label: "focal weight", value: null, why: "none: no focal loss here" };
  const { gamma } = term.options;
  const value = sigmoid(-towardsTruth(state.target, state.logit)) ** gamma;
  return { name, label: `focal weight, gamma ${rounded(gamma)}`, value };
}

function pythonCode(state, { head, pixel: image, show }) {
  const [{ loss, options }] = termsOf(state);
  return `${head(loss)}

logits = ${image(state.logit)}
target = ${image(state.target)}

loss = ${callOf(loss, "logits", options)}
${show}
`;
}

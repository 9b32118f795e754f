// One pixel: what a loss costs at a logit, how hard it pushes, and how another compares with it.

import { choiceField, linearField, optionalShareField, shareField } from "../../core/fields.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { rounded } from "../../core/numbers.mjs";
import style from "./style.css";
import { drawBench } from "./bench.mjs";
import {
  TITLES, byLogit, byProbability, phraseOf, termsOf, titleOf, truthOf,
} from "./losses.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { drawFigure } from "./tangent.mjs";

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
  const [first, second = null] = termsOf(state);
  const now = evaluate(first, state);
  const other = second && evaluate(second, state);
  const alone = "none: nothing is compared";
  return [
    { name: "loss", label: titleOf(first), value: now.loss },
    { name: "gradient", label: "slope, dL/dz", value: now.slope },
    { name: "gradient_probability", label: "by probability, dL/dp", value: now.slopeByP },
    { name: "probability", label: "probability p", value: sigmoid(state.logit) },
    {
      name: "second_loss", label: second ? titleOf(second) : "second loss",
      value: other && other.loss, why: alone,
    },
    { name: "second_gradient", label: "its dL/dz", value: other && other.slope, why: alone },
    {
      name: "second_gradient_probability", label: "its dL/dp", value: other && other.slopeByP,
      why: alone,
    },
    focalWeight(state, [first, second]),
  ];
}

function evaluate(term, { target, logit }) {
  const slopeByP = byProbability(term, target, logit).slope;
  return { ...byLogit(term, target, logit), slopeByP };
}

/** The weight of the first focal loss of the two; they share a pixel, not a gamma. */
function focalWeight({ target, logit }, terms) {
  const name = "focal_weight";
  const term = terms.find((candidate) => candidate?.loss === "focal");
  if (!term) return { name, label: "focal weight", value: null, why: "none: no focal loss here" };
  const { gamma } = term.options;
  const value = truthOf(target, logit).qt ** gamma;
  return { name, label: `focal weight, gamma ${rounded(gamma)}`, value };
}

function summary(state) {
  const { target, logit } = state;
  const [first, second = null] = termsOf(state);
  const now = byLogit(first, target, logit);
  const place = `${target === 1 ? "A pixel of the object" : "A background pixel"} at probability `
    + `${probabilityWords(logit)} (logit ${rounded(logit)})`;
  const words = `${place} costs ${rounded(now.loss)} by ${phraseOf(first)}; `
    + `gradient descent ${pushWords(now.slope)}.`;
  if (!second) return words;
  const other = byLogit(second, target, logit);
  return `${words} Against ${phraseOf(second)}, the loss is ${relation(now.loss, other.loss)} and `
    + `the push ${relation(Math.abs(now.slope), Math.abs(other.slope))}.`;
}

/** What is seen, or what the last move did to the first loss; beside a second one, how they differ. */
function change(state, before) {
  const [first, second = null] = termsOf(state);
  const now = byLogit(first, state.target, state.logit);
  const words = before === null ? placeWords(state, now) : moveWords(now, before);
  if (!second) return `${words} ${errorWords(first, state, now)}`.trim();
  const other = byLogit(second, state.target, state.logit);
  return `${words} ${sentence(`Against ${phraseOf(second)}`, now, other)}`;
}

function placeWords({ target, logit }, { loss, slope }) {
  return `${target === 1 ? "An object" : "A background"} pixel at probability `
    + `${probabilityWords(logit)} costs ${rounded(loss)}; descent ${pushWords(slope)}.`;
}

function moveWords(now, before) {
  const past = byLogit(termsOf(before)[0], before.target, before.logit);
  const turned = now.slope * past.slope < 0;
  return `${sentence("Now", now, past)}${turned ? " The push has turned round." : ""}`;
}

function sentence(start, one, other) {
  return `${start} the loss is ${relation(one.loss, other.loss)}, the push `
    + `${relation(Math.abs(one.slope), Math.abs(other.slope))}.`;
}

/** Of cross-entropy alone, without options, the slope is the error. */
function errorWords({ loss, options }, { target, logit }, { slope }) {
  if (loss !== "cross_entropy" || options.label_smoothing > 0) return "";
  if (target === 1 && options.pos_weight !== 1) return "";
  const error = `p − t = ${probabilityWords(logit)} − ${target} = ${rounded(slope)}`;
  return `The slope is the error, ${error.replaceAll(" ", "\u00a0")}.`;
}

/** Near 1 the digits that matter are those of what is missing. */
function probabilityWords(logit) {
  return logit > 6.9 ? `1 − ${rounded(sigmoid(-logit))}` : rounded(sigmoid(logit));
}

function pushWords(slope) {
  if (slope === 0) return "leaves its logit where it is";
  return `pushes its logit ${slope < 0 ? "up" : "down"} with ${rounded(Math.abs(slope))}`;
}

function relation(one, other) {
  if (one === other) return "the same";
  if (one === 0 || other === 0) return `${rounded(one)}, not ${rounded(other)}`;
  const times = rounded(Math.max(one / other, other / one));
  if (times === "1") return "nearly the same";
  return `${times} times ${one < other ? "smaller" : "larger"}`;
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

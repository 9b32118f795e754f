// The region losses over overlap and false positives: two of them side by side at the same point.
//
// The picture behind it: an object of `size` pixels, each predicted with probability `overlap`, and
// beside it as many background pixels, each predicted with probability `false_positives`.

import { max, ticks } from "d3-array";

import { lookOf } from "../../core/colors.mjs";
import { choiceField, countField, flagField, linearField, logField } from "../../core/fields.mjs";
import { dice, jaccard, tversky } from "../../losses/index.mjs";
import { pixels, rounded } from "../../core/numbers.mjs";
import planeStyle from "../../charts/plane.css";
import {
  NUMBERS, createSheet, drawPlane, overPlane, planeChange, planeFields, pushWords,
} from "../../charts/plane.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { remember } from "../../core/remember.mjs";

const LOSSES = { dice, jaccard, tversky };
const NAMES = { dice: "Dice", jaccard: "Jaccard", tversky: "Tversky" };
const OPTIONS = {
  dice: ["smooth", "eps", "squared", "log"],
  jaccard: ["smooth", "eps", "squared", "log"],
  tversky: ["alpha", "beta", "gamma", "smooth", "eps"],
};
const ALL_OPTIONS = ["alpha", "beta", "gamma", "smooth", "eps", "squared", "log"];
const SIDE = 33; // nodes along each axis
const LOG_END = 3; // where the colours of -ln(index) end: an index of 1/20

// The first picture makes the point: a cautious answer costs 1/3 by Dice, as much as a generous one,
// overlap 0.8 and false positives 0.6, on the same contour; and both are pulled along rather than
// down. With smooth 0 these numbers are exact, and the contours straight lines.
const fields = {
  ...planeFields({ overlap: 0.6, false_positives: 0.2 }),
  size: countField({ initial: 100, label: "Object size", unit: "pixels", min: 1 }),
  loss: choiceField({ initial: "dice", label: "Loss", choices: NAMES }),
  ...optionFields("", { alpha: 0.5, beta: 0.5 }),
  second: choiceField({
    initial: "none", label: "Beside it", choices: { none: "none", ...NAMES },
  }),
  ...optionFields("second_", { alpha: 0.1, beta: 0.9 }),
};

export const overlap = {
  kind: "overlap",
  style: planeStyle,
  fields,
  controls: [
    { title: "Prediction", names: ["overlap", "false_positives", "size", "view", "turn"] },
    { title: "Loss", names: ["loss", ...ALL_OPTIONS] },
    { title: "Second loss", names: ["second", ...ALL_OPTIONS.map((name) => `second_${name}`)] },
  ],
  quantities,
  summary,
  change,
  figure: {
    show: ["overlap", "false_positives", "loss"],
    numbers: NUMBERS,
    states: [
      ["cautious", { overlap: 0.6, false_positives: 0.2 }],
      ["generous", { overlap: 0.8, false_positives: 0.6 }],
      ["missed", { overlap: 0, false_positives: 0 }],
    ],
    caption: "A loss over how much of an object is found and how much is predicted beside it, with "
      + "its contours: by Dice a cautious and a generous answer cost the same. Drag the point. The "
      + "arrow is where descent moves it, as long as the loss is steep.",
  },
  draw,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

/** The options of the loss (`prefix` "") or of the second one, under their names in the state. */
function optionFields(prefix, { alpha, beta }) {
  const takes = (option) => (state) => OPTIONS[lossNamed(state, prefix)]?.includes(option) ?? false;
  const weight = { min: 0, max: 2, steps: 40 };
  const named = {
    alpha: linearField({
      initial: alpha, label: "alpha, of false alarms", ...weight, when: takes("alpha"),
    }),
    beta: linearField({ initial: beta, label: "beta, of misses", ...weight, when: takes("beta") }),
    gamma: linearField({
      initial: 1, label: "gamma, exponent", min: 0.25, max: 4, steps: 75, when: takes("gamma"),
    }),
    smooth: logField({ initial: 0, label: "smooth", unit: "pixels", when: takes("smooth") }),
    eps: logField({ initial: 0, label: "eps", unit: "pixels", when: takes("eps") }),
    squared: flagField({ label: "squared", when: takes("squared") }),
    // At smooth 0 a missed object has no logarithm: `log` then waits until there is one.
    log: flagField({
      label: "log", when: (state) => takes("log")(state) && state[`${prefix}smooth`] > 0,
    }),
  };
  return Object.fromEntries(Object.entries(named).map(([name, field]) => [prefix + name, field]));
}

function lossNamed(state, prefix) {
  return prefix === "" ? state.loss : state.second;
}

/** The loss, the options that it takes, and the size; null where there is no second loss. */
function settingsOf(state, prefix) {
  const loss = lossNamed(state, prefix);
  if (loss === "none") return null;
  const options = Object.fromEntries(OPTIONS[loss].map((name) => [name, state[prefix + name]]));
  if (options.smooth === 0 && "log" in options) options.log = false;
  return { loss, options, size: state.size };
}

/** The loss at a point of the plane, and its derivative in p for one pixel of each kind. */
function evaluate({ loss, options, size }, x, y) {
  const given = { ...options, from_logits: false, counts: [size, size] };
  const { value, gradient: [object, background] } = LOSSES[loss]([x, y], [1, 0], given);
  return { loss: value, object, background };
}

function evaluateAt(state, prefix) {
  const settings = settingsOf(state, prefix);
  if (settings === null) return null;
  const { loss, object, background } = evaluate(settings, state.overlap, state.false_positives);
  const largest = Math.max(Math.abs(object), Math.abs(background));
  return { loss, object, background, largest };
}

function quantities(state) {
  const first = evaluateAt(state, "");
  const second = evaluateAt(state, "second_");
  const why = "none: no second loss";
  const name = NAMES[state.loss];
  const beside = second === null ? "second loss" : `${NAMES[state.second]} loss beside it`;
  return [
    { name: "loss", label: `${name} loss`, value: first.loss },
    { name: "gradient", label: "largest push, |dL/dp|", value: first.largest },
    { name: "gradient_object", label: "dL/dp, object", value: first.object },
    { name: "gradient_background", label: "dL/dp, background", value: first.background },
    { name: "second_loss", label: beside, value: second?.loss ?? null, why },
    {
      name: "second_gradient", label: "its largest push, |dL/dp|",
      value: second?.largest ?? null, why,
    },
    { name: "slope_overlap", label: "slope along overlap", value: state.size * first.object },
    {
      name: "slope_false_positives", label: "slope along false positives",
      value: state.size * first.background,
    },
  ];
}

function summary(state) {
  const first = evaluateAt(state, "");
  const second = evaluateAt(state, "second_");
  const where = `An object of ${pixels(state.size)}, predicted with probability `
    + `${rounded(state.overlap)}, and as many pixels beside it, predicted with `
    + `${rounded(state.false_positives)}: `;
  const words = [lossWords(titleOf(state, ""), first)];
  if (second !== null) words.push(lossWords(titleOf(state, "second_"), second));
  return `${where}${words.join("; ")}. ${logWords(state)}`;
}

function change(state, before) {
  const losses = ["", "second_"].map((prefix) => evaluateAt(state, prefix))
    .map((values, i) => values && { ...values, name: NAMES[i === 0 ? state.loss : state.second] });
  const words = planeChange(losses.filter(Boolean), before && evaluateAt(before, ""));
  return `${words} ${logWords(state)}`.trim();
}

function lossWords(title, { loss, object, background }) {
  const push = pushWords(Math.abs(object), Math.abs(background));
  return `the ${title} is ${rounded(loss)} and ${push}`;
}

/** Where `log` is asked for and left out. */
function logWords(state) {
  const waits = ["", "second_"].some((prefix) => (
    settingsOf(state, prefix)?.options.log === false && state[`${prefix}log`]
  ));
  return waits ? "log is left out: with smooth 0 a missed object has no logarithm." : "";
}

/** The loss and those of its options that are not at rest: "Dice loss, squared, smooth 1". */
function titleOf(state, prefix) {
  const { loss, options } = settingsOf(state, prefix);
  const { alpha, beta, gamma = 1, smooth, eps, squared, log } = options;
  const parts = [
    ...(alpha === undefined ? [] : [`alpha ${rounded(alpha)}, beta ${rounded(beta)}`]),
    ...(gamma === 1 ? [] : [`gamma ${rounded(gamma)}`]),
    ...(smooth === 0 ? [] : [`smooth ${rounded(smooth)}`]),
    ...(eps === 0 ? [] : [`eps ${rounded(eps)}`]),
    ...(squared ? ["squared"] : []),
  ];
  const name = `${log ? "log-" : ""}${NAMES[loss]} loss`;
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`;
}

function draw(store, layout) {
  const sheets = { "": remember(sheetOf), second_: remember(sheetOf) };
  return drawPlane(store, fields, (state) => Object.keys(sheets).flatMap((prefix) => {
    const settings = settingsOf(state, prefix);
    if (settings === null) return [];
    const same = prefix !== "" && state.loss === state.second;
    const key = JSON.stringify([settings, same]);
    return [sheets[prefix](key, { key, settings, same, title: titleOf(state, prefix) })];
  }), layout);
}

function sheetOf({ key, settings, same, title }) {
  const at = (x, y) => {
    const { loss, object, background } = evaluate(settings, x, y);
    return { loss, slopeX: settings.size * object, slopeY: settings.size * background };
  };
  const values = overPlane(SIDE, (x, y) => evaluate(settings, x, y).loss);
  const { log } = settings.options;
  const end = log ? LOG_END : 1;
  return createSheet({
    key, title, at, values, side: SIDE,
    // Two of a kind are told apart by dash and marker: a loss keeps its colour wherever it appears.
    look: { ...lookOf(settings.loss), ...(same ? { dash: [2, 3], marker: "plus" } : {}) },
    name: same ? `${NAMES[settings.loss]}, second` : NAMES[settings.loss],
    domain: [0, end],
    steady: true,
    levels: ticks(0, end, 10).slice(1, -1),
    extent: [0, log ? max(values) : 1],
    bar: log ? `loss; the colours end at ${LOG_END}` : "loss",
  });
}

function pythonCode(state, { head, full, pixels: join, show }) {
  const { loss, options } = settingsOf(state, "");
  const { size, overlap: found, false_positives: wrong } = state;
  return `${head(loss)}

found = ${full(size, found)}  # the object's pixels
wrong = ${full(size, wrong)}  # as many beside it
probs = ${join("found", "wrong")}

inside = ${full(size, 1)}
outside = ${full(size, 0)}
target = ${join("inside", "outside")}

loss = ${callOf(loss, "probs", { from_logits: false, ...options })}
${show}
`;
}

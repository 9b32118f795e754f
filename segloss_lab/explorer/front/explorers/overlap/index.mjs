// The region losses over overlap and false positives: two of them side by side at the same point.
//
// The picture behind it: an object of `size` pixels, each predicted with probability `overlap`, and
// beside it as many background pixels, each predicted with probability `false_positives`.

import { max, ticks } from "d3-array";

import { lookOf } from "../../core/colors.mjs";
import { choiceField, countField, flagField, linearField, logField } from "../../core/fields.mjs";
import { dice, jaccard, tversky } from "../../losses/index.mjs";
import { rounded } from "../../core/numbers.mjs";
import planeStyle from "../../charts/plane.css";
import {
  NUMBERS, createSheet, drawPlane, largest, overPlane, planeChange, planeFields, planeQuantities,
  planeSummary,
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
const AT_REST = { gamma: 1, smooth: 0, eps: 0, squared: false }; // what a title leaves out
const PREFIXES = ["", "second_"]; // of the options in the state: of the loss, of the one beside it
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
    alpha: linearField({ initial: alpha, label: "alpha (alarms)", ...weight, when: takes("alpha") }),
    beta: linearField({ initial: beta, label: "beta (misses)", ...weight, when: takes("beta") }),
    gamma: linearField({
      initial: 1, label: "gamma", min: 0.25, max: 4, steps: 75, when: takes("gamma"),
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

/** One or two losses at the state's point: {name, title, loss, object, background}. */
function lossesAt(state) {
  return PREFIXES.filter((prefix) => lossNamed(state, prefix) !== "none").map((prefix) => ({
    name: NAMES[lossNamed(state, prefix)], title: `the ${titleOf(state, prefix)}`,
    ...evaluate(settingsOf(state, prefix), state.overlap, state.false_positives),
  }));
}

function quantities(state) {
  const [first, second] = lossesAt(state);
  const why = "none: no second loss";
  return [
    ...planeQuantities(`${first.name} loss`, first, state),
    {
      name: "second_loss", label: second ? `${second.name} loss beside it` : "second loss",
      value: second?.loss ?? null, why,
    },
    {
      name: "second_gradient", label: "its largest push, |dL/dp|",
      value: second ? largest(second) : null, why,
    },
  ];
}

function summary(state) {
  return `${planeSummary(state, lossesAt(state))} ${logWords(state)}`;
}

function change(state, before) {
  const words = planeChange(lossesAt(state), before && lossesAt(before)[0]);
  return `${words} ${logWords(state)}`.trim();
}

/** Where `log` is asked for and left out. */
function logWords(state) {
  const waits = PREFIXES.some((prefix) => (
    settingsOf(state, prefix)?.options.log === false && state[`${prefix}log`]
  ));
  return waits ? "log is left out: with smooth 0 a missed object has no logarithm." : "";
}

/** The loss and those of its options that are not at rest: "Dice loss, squared, smooth 1". */
function titleOf(state, prefix) {
  const { loss, options } = settingsOf(state, prefix);
  const parts = Object.keys(options)
    .filter((name) => name !== "log" && options[name] !== AT_REST[name])
    .map((name) => (name === "squared" ? name : `${name} ${rounded(options[name])}`));
  const name = `${options.log ? "log-" : ""}${NAMES[loss]} loss`;
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`;
}

function draw(store, layout) {
  const sheets = remember(sheetOf);
  return drawPlane(store, (state) => PREFIXES.flatMap((prefix) => {
    const settings = settingsOf(state, prefix);
    if (settings === null) return [];
    const title = titleOf(state, prefix);
    const same = prefix !== "" && state.loss === state.second;
    const pixel = ofOnePixel(settings);
    const key = JSON.stringify([pixel, title, same]);
    return [sheets(key, { key, settings: pixel, same, title })];
  }), layout);
}

/**
 * Sums over equal pixels are multiples, and a loss is a ratio of them: so an object of one pixel
 * with its share of `smooth` and `eps` has the same loss, and the slopes of all of them together.
 */
function ofOnePixel({ loss, options, size }) {
  const { smooth, eps } = options;
  return { loss, options: { ...options, smooth: smooth / size, eps: eps / size }, size: 1 };
}

function sheetOf({ key, settings, same, title }) {
  const { loss: kind, options: { log } } = settings;
  const at = (x, y) => {
    const { loss, object, background } = evaluate(settings, x, y);
    return { loss, slopeX: object, slopeY: background };
  };
  const values = overPlane(SIDE, (x, y) => at(x, y).loss);
  const end = log ? LOG_END : 1;
  return createSheet({
    key, title, at, values, side: SIDE,
    // Two of a kind are told apart by dash and marker: a loss keeps its colour wherever it appears.
    look: { ...lookOf(kind), ...(same ? { dash: [2, 3], marker: "plus" } : {}) },
    name: same ? `${NAMES[kind]}, second` : NAMES[kind],
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

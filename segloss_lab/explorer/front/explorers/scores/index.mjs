// Accuracy, Dice and IoU of a hard mask: a small object in a large image, as pixels.
//
// A square image of `side` by `side` pixels holds an object of `size` pixels, of which the share
// `found` is called; beside it `alarms` pixels of the background are called too.

import { choiceField, integerField, shareField } from "../../core/fields.mjs";
import { count, pixels, rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { barChart } from "../../charts/bars.mjs";
import barsStyle from "../../charts/bars.css";
import partsStyle from "../../charts/parts.css";
import { countsOf, reachedAt, scoresOf } from "./counts.mjs";
import { relationChart } from "./relation.mjs";
import { slicePicture } from "./slice.mjs";
import ownStyle from "./style.css";

const AROUND = { size: 30, alarms: 90 }; // three times as much as the object, around it

// The first picture makes the point: nothing is found, and 99.7% of the pixels are right.
const fields = {
  found: shareField({
    initial: 0, label: "Share of it found", when: ({ size }) => size > 0,
  }),
  alarms: integerField({
    initial: 0, label: "False alarms", unit: "pixels", min: 0, max: 500,
  }),
  size: integerField({ initial: 30, label: "Object size", unit: "pixels", min: 0, max: 500 }),
  side: integerField({
    initial: 100, label: "Image, each side", unit: "pixels", min: 60, max: 400,
  }),
  view: choiceField({
    initial: "slice", label: "Picture", choices: { slice: "the slice", relation: "IoU over Dice" },
  }),
};

export const scores = {
  kind: "scores",
  style: barsStyle + partsStyle + ownStyle,
  fields,
  // Both views stand on the bench: `view` is for figures alone.
  controls: [
    { title: "Prediction", names: ["found", "alarms"] },
    { title: "Image", names: ["size", "side"] },
  ],
  keys: "The enlarged object can be swept over with the pointer: what lies left of it is found.",
  figure: {
    show: ["found", "alarms", "side"],
    numbers: ["accuracy", "dice", "iou"],
    states: [
      ["nothing", { size: AROUND.size, found: 0, alarms: 0 }],
      ["half of it", { size: AROUND.size, found: 0.5, alarms: 0 }],
      ["all of it, and three times as much around", { ...AROUND, found: 1 }],
    ],
    caption: "A lesion of 0.3% of a slice, in its pixels, and three scores of what is called "
      + "lesion there. Accuracy counts the background, nearly all of which is right whatever "
      + "is done; Dice and IoU leave it out.",
  },
  quantities,
  summary,
  change,
  draw,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

function quantities(state) {
  const { hits, misses, alarms, rest } = countsOf(state);
  const { accuracy, dice, iou, precision, recall, loss } = scoresOf(countsOf(state));
  return [
    { name: "accuracy", label: "accuracy", value: accuracy },
    { name: "dice", label: "Dice", value: dice },
    { name: "iou", label: "IoU", value: iou },
    { name: "loss", label: "Dice loss, 1 − Dice", value: loss },
    { name: "precision", label: "precision", value: precision, why: "none: nothing is called" },
    { name: "recall", label: "recall", value: recall, why: "none: there is no object" },
    { name: "true_positives", label: "found (TP)", value: hits },
    { name: "false_negatives", label: "missed (FN)", value: misses },
    { name: "false_positives", label: "false alarms (FP)", value: alarms },
    { name: "true_negatives", label: "rightly left (TN)", value: rest },
  ];
}

function summary(state) {
  const { hits, misses, alarms, all } = countsOf(state);
  const { accuracy, dice, iou } = scoresOf(countsOf(state));
  return `An image of ${count(all)} pixels; ${foundWords(hits, hits + misses)}, with `
    + `${count(alarms)} false alarms beside it. ${hundredths(accuracy)} of the pixels are right; `
    + `Dice is ${rounded(dice)}, IoU ${rounded(iou)}.${emptyWords(state)}`;
}

function foundWords(hits, size) {
  if (size === 0) return "it holds no object";
  return `of an object of ${pixels(size)} ${count(hits)} are found`;
}

/** What the package says where there is nothing to find. */
function emptyWords({ size, alarms }) {
  if (size > 0) return "";
  return alarms === 0
    ? " Nothing is there and nothing is called: Dice and IoU count that as 1."
    : " Nothing is there to find: one false alarm is enough for a Dice and an IoU of 0.";
}

function change(state, before) {
  const now = scoresOf(countsOf(state));
  const right = `${hundredths(now.accuracy)} of the pixels are right`;
  if (state.size === 0) return `${right}.${emptyWords(state)}`;
  if (before === null) {
    return `${right}${state.found === 0 ? ", and nothing of the object is found" : ""}.`;
  }
  const was = scoresOf(countsOf(before));
  const moves = Object.fromEntries(
    ["accuracy", "dice", "iou"].map((name) => [name, now[name] - was[name]]),
  );
  if (moves.dice === 0 && moves.accuracy !== 0) {
    return `${right}: ${moves.accuracy > 0 ? "better" : "worse"} by the image alone. `
      + "Dice and IoU count no background, and stay.";
  }
  if (moves.accuracy * moves.dice < 0) {
    const [better, worse] = moves.dice > 0 ? ["Dice", "accuracy"] : ["accuracy", "Dice"];
    return `${right}. By ${better} this is better than before, by ${worse} it is worse.`;
  }
  const little = Number(Math.abs(moves.accuracy).toPrecision(2)); // 0.0004, not 4 × 10⁻⁴
  return `${right}: accuracy moved by ${little}, Dice by ${rounded(Math.abs(moves.dice))}, IoU by `
    + `${rounded(Math.abs(moves.iou))}.`;
}

/** A share in hundredths of a percent: accuracy moves in those. */
function hundredths(share) {
  return `${Number((100 * share).toFixed(2))}%`;
}

function draw(store, layout) {
  const slice = slicePicture((found) => {
    if (store.get().size > 0) store.set({ found }, "chart");
  });
  const relation = relationChart((dice) => store.set(reachedAt(dice, store.get()), "chart"));
  const bars = barChart("How good is that?");
  const bench = layout === "bench";
  return {
    charts: bench ? [slice.element, bars.element] : [slice.element, relation.element, bars.element],
    aside: bench ? relation.element : null,
    bottom: null,
    update(state, before) {
      slice.element.hidden = !bench && state.view !== "slice";
      relation.element.hidden = !bench && state.view !== "relation";
      slice.update(state);
      relation.update(state, before);
      bars.update(barsOf(state, before), summary(state));
    },
    stop() { relation.stop(); bars.stop(); },
  };
}

/** One numerator and three denominators; accuracy alone counts the background. */
function barsOf(state, before) {
  const { hits, misses, alarms, rest, all } = countsOf(state);
  const now = scoresOf(countsOf(state));
  const was = before === null ? {} : scoresOf(countsOf(before));
  const called = hits + misses + alarms;
  const bar = (key, name, color, over, under) => ({
    name, color, value: now[key], before: was[key] ?? null,
    note: `${over} of ${count(under)}${under === 0 ? ": counts as 1" : ""}`,
  });
  return [
    bar("accuracy", "accuracy", "var(--sg-rule)", count(hits + rest), all),
    bar("dice", "Dice", "var(--sg-loss-dice)", `2 · ${hits}`, called + hits),
    bar("iou", "IoU", "var(--sg-loss-jaccard)", hits, called),
  ];
}

function pythonCode(state, { head, full, pixels: join, show }) {
  const { hits, misses, alarms, rest } = countsOf(state);
  return `${head("dice")}

found = ${full(hits, 1)}
missed = ${full(misses, 0)}
alarms = ${full(alarms, 1)}
rest = ${full(rest, 0)}
probs = ${join("found", "missed", "alarms", "rest")}

inside = ${full(hits + misses, 1)}
outside = ${full(alarms + rest, 0)}
target = ${join("inside", "outside")}

loss = ${callOf("dice", "probs", { from_logits: false, smooth: 0 })}  # 1 - Dice
${show}
`;
}

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
import { evaluate, reachedAt } from "./counts.mjs";
import { relationChart } from "./relation.mjs";
import { slicePicture } from "./slice.mjs";
import ownStyle from "./style.css";

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
      ["nothing", { size: 30, found: 0, alarms: 0 }],
      ["half of it", { size: 30, found: 0.5, alarms: 0 }],
      ["all of it, and three times as much around", { size: 30, found: 1, alarms: 90 }],
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
  const now = evaluate(state);
  return [
    ["accuracy", "accuracy", now.accuracy],
    ["dice", "Dice", now.dice],
    ["iou", "IoU", now.iou],
    ["loss", "Dice loss, 1 − Dice", now.loss],
    ["precision", "precision", now.precision, "none: nothing is called"],
    ["recall", "recall", now.recall, "none: there is no object"],
    ["true_positives", "found (TP)", now.hits],
    ["false_negatives", "missed (FN)", now.misses],
    ["false_positives", "false alarms (FP)", now.alarms],
    ["true_negatives", "rightly left (TN)", now.rest],
  ].map(([name, label, value, why]) => ({ name, label, value, why }));
}

function summary(state) {
  const { hits, alarms, all, dice, iou } = evaluate(state);
  const found = state.size === 0 ? "it holds no object"
    : `of an object of ${pixels(state.size)} ${count(hits)} are found`;
  return `An image of ${count(all)} pixels; ${found}, with ${count(alarms)} false alarms beside it. `
    + `${rightWords(state)}; Dice is ${rounded(dice)}, IoU ${rounded(iou)}.${emptyWords(state)}`;
}

/** In hundredths of a percent: accuracy moves in those. */
function rightWords(state) {
  return `${Number((100 * evaluate(state).accuracy).toFixed(2))}% of the pixels are right`;
}

/** What the package says where there is nothing to find. */
function emptyWords({ size, alarms }) {
  if (size > 0) return "";
  return ` Nothing is there ${alarms === 0
    ? "and nothing is called: Dice and IoU count that as 1."
    : "to find: one false alarm is enough for a Dice and an IoU of 0."}`;
}

function change(state, before) {
  const right = rightWords(state);
  if (state.size === 0) return `${right}.${emptyWords(state)}`;
  if (before === null) {
    return `${right}${state.found === 0 ? ", and nothing of the object is found" : ""}.`;
  }
  const [now, was] = [state, before].map(evaluate);
  const [accuracy, dice, iou] = ["accuracy", "dice", "iou"].map((name) => now[name] - was[name]);
  if (dice === 0 && accuracy !== 0) {
    return `${right}: ${accuracy > 0 ? "better" : "worse"} by the image alone. `
      + "Dice and IoU count no background, and stay.";
  }
  if (accuracy * dice < 0) {
    const [better, worse] = dice > 0 ? ["Dice", "accuracy"] : ["accuracy", "Dice"];
    return `${right}. By ${better} this is better than before, by ${worse} it is worse.`;
  }
  const little = Number(Math.abs(accuracy).toPrecision(2)); // 0.0004, not 4 × 10⁻⁴
  return `${right}: accuracy ${dice < 0 ? "fell" : "rose"} by ${little}, Dice by `
    + `${rounded(Math.abs(dice))}, IoU by ${rounded(Math.abs(iou))}.`;
}

function draw(store, layout) {
  const bench = layout === "bench";
  const slice = slicePicture((found) => {
    if (store.get().size > 0) store.set({ found }, "chart");
  });
  const relation = relationChart((dice) => store.set(reachedAt(dice, store.get()), "chart"));
  const bars = barChart("How good is that?");
  return {
    charts: [slice.element, ...(bench ? [] : [relation.element]), bars.element],
    aside: bench ? relation.element : null,
    update(state, before) {
      slice.element.hidden = !bench && state.view !== "slice";
      relation.element.hidden = !bench && state.view !== "relation";
      const label = summary(state);
      slice.update(state, label);
      relation.update(state, before);
      bars.update(barsOf(state, before), label);
    },
    stop: relation.stop,
  };
}

/** One numerator and three denominators; accuracy alone counts the background. */
function barsOf(state, before) {
  const { hits, rest, all, either, ...now } = evaluate(state);
  const was = before && evaluate(before);
  const bar = (key, name, color, over, under) => ({
    name, color: `var(--sg-${color})`, value: now[key], before: was && was[key],
    note: `${over} / ${count(under)}${under === 0 ? ": counts as 1" : ""}`,
  });
  return [
    bar("accuracy", "accuracy", "rule", count(hits + rest), all),
    bar("dice", "Dice", "loss-dice", `2 · ${hits}`, either + hits),
    bar("iou", "IoU", "loss-jaccard", hits, either),
  ];
}

function pythonCode(state, { head, full, pixels: join, show }) {
  const { hits, misses, alarms, rest } = evaluate(state);
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

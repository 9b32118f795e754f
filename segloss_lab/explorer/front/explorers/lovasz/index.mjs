// The Lovász extension of the Jaccard loss, for two and three pixels.
//
// The picture behind it: the error of a pixel is the distance of its probability from the truth,
// and the loss is the Lovász hinge at the logits for which its errors are exactly these: F (1 - m)
// with F = 1 on the object, -1 on the background. At errors of 0 and 1 it is the Jaccard loss.

import { range } from "d3-array";

import { h } from "../../core/dom.mjs";
import { choiceField, flagField, integerField, shareField } from "../../core/fields.mjs";
import { rankBars } from "./bars.mjs";
import { cube } from "./cube.mjs";
import { createPlace, sheets } from "./maps.mjs";
import {
  extension, isKink, logitsOf, pathOf, ranksOf, softLoss, weightsOf,
} from "./math.mjs";
import { pathTable, rankTable } from "./tables.mjs";
import style from "./style.css";
import { rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";
import { remember } from "../../core/remember.mjs";

const third = ({ pixels }) => pixels === 3;

// The first picture makes the point: a false alarm with the larger error shares the weight with the
// missed pixel. Just over the crease, at error 1 above 0.6, the missed pixel has all of it, and the
// false alarm none; neither soft loss knows of such a step.
const fields = {
  pixels: numberChoice({ initial: 2, label: "Pixels", numbers: [2, 3] }),
  truth_1: flagField({ initial: true, label: "Pixel 1 is object" }),
  truth_2: flagField({ initial: false, label: "Pixel 2 is object" }),
  truth_3: flagField({ initial: true, label: "Pixel 3 is object", when: third }),
  error_1: shareField({ initial: 0.5, label: "Error of pixel 1" }),
  error_2: shareField({ initial: 0.6, label: "Error of pixel 2" }),
  error_3: shareField({ initial: 0.3, label: "Error of pixel 3", when: third }),
  surface: choiceField({
    initial: "jaccard", label: "Beside it", choices: { jaccard: "soft Jaccard", dice: "soft Dice" },
  }),
  view: choiceField({
    initial: "flat", label: "View", choices: { flat: "flat", perspective: "in perspective" },
  }),
  turn: integerField({
    initial: 340, label: "Turn", unit: "degrees", min: 0, max: 359,
    when: ({ view }) => view === "perspective",
  }),
};

export const lovasz = {
  kind: "lovasz",
  style,
  fields,
  controls: [
    { title: "Errors: distances from the truth", names: ["error_1", "error_2", "error_3"] },
    { title: "Truth", names: ["pixels", "truth_1", "truth_2", "truth_3"] },
    { title: "Maps", names: ["surface", "view", "turn"] },
  ],
  quantities,
  summary,
  draw,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

/** A choice among a few numbers. */
function numberChoice({ initial, label, numbers }) {
  const choices = Object.fromEntries(numbers.map((number) => [number, String(number)]));
  return {
    ...choiceField({ initial, label, choices }),
    accepts: (value) => numbers.includes(value),
    parse: Number,
  };
}

/** The pixels of the state: their truth and errors, and what follows from these. */
function evaluate(state) {
  const numbers = range(1, state.pixels + 1);
  const truth = numbers.map((number) => Number(state[`truth_${number}`]));
  const errors = numbers.map((number) => state[`error_${number}`]);
  const { value, gradient } = extension(truth, errors);
  return {
    truth, errors, loss: value,
    largest: Math.max(...gradient.map(Math.abs)),
    weights: weightsOf(truth, errors),
    softJaccard: softLoss("jaccard", truth, errors),
    softDice: softLoss("dice", truth, errors),
  };
}

function quantities(state) {
  const { loss, largest, weights, softJaccard, softDice } = evaluate(state);
  const weight = (number) => ({
    name: `weight_${number}`, label: `weight of pixel ${number}`,
    value: weights[number - 1] ?? null, why: "none: two pixels",
  });
  return [
    { name: "loss", label: "Lovász loss", value: loss },
    { name: "gradient", label: "largest slope, |dL/dz|", value: largest },
    { name: "soft_jaccard", label: "soft Jaccard loss", value: softJaccard },
    { name: "soft_dice", label: "soft Dice loss", value: softDice },
    weight(1), weight(2), weight(3),
  ];
}

function summary(state) {
  const { truth, errors, weights, loss, softJaccard, softDice } = evaluate(state);
  const ranked = ranksOf(errors);
  const named = ranked.map((i) => `${rounded(errors[i])} (pixel ${i + 1}, ${errorKind(truth[i])})`);
  const words = [
    `The Lovász loss is ${rounded(loss)}: the errors in descending order, ${list(named)}, times `
      + `the weights ${list(ranked.map((i) => rounded(weights[i])))}.`,
    `Without smoothing, soft Jaccard is ${rounded(softJaccard)} here and soft Dice `
      + `${rounded(softDice)}.`,
    ...tieSentences(truth, errors), ...zeroSentences(errors), ...emptySentences(truth),
  ];
  return words.join(" ");
}

function errorKind(truth) {
  return truth === 1 ? "a miss" : "a false alarm";
}

/** "a", "a and b", "a, b and c". */
function list(words) {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function tieSentences(truth, errors) {
  const groups = [...new Set(errors)].map((error) => (
    range(errors.length).filter((i) => errors[i] === error)
  ));
  return groups.filter(({ length }) => length > 1).map((pixels) => {
    const numbers = pixels.map((i) => i + 1);
    const start = `The errors of pixels ${list(numbers)} tie`;
    return isKink(truth, errors, pixels)
      ? `${start}: the loss has a kink here, and the weights are those of the order `
        + `${numbers.join(", ")}.`
      : `${start}, but their weights are the same in any order: no kink.`;
  });
}

function zeroSentences(errors) {
  const right = [...errors.keys()].filter((i) => errors[i] === 0).map((i) => i + 1);
  if (right.length === 0) return [];
  return [`The error of pixel${right.length > 1 ? "s" : ""} ${list(right)} is 0, where the hinge `
    + "ends: no slope reaches a pixel that is right."];
}

function emptySentences(truth) {
  if (truth.includes(1)) return [];
  return ["The mask is empty: the largest error is the loss, and a soft loss without smoothing is "
    + "1 as soon as anything is predicted."];
}

function draw(store) {
  const places = [createPlace(store), createPlace(store)];
  const bars = rankBars("Errors by rank: the area is the loss");
  const [ranks, path] = [rankTable(), pathTable()];
  const corners = cube("Jaccard loss at the corners of the cube");
  const sheetsOf = remember(sheets);
  return {
    charts: places.map(({ element }) => element),
    aside: h("div", { class: "segloss-ranking" }, bars.element, ranks.element),
    bottom: [h("div", { class: "segloss-corners" }, corners.element, path.element)],
    update(state) {
      const now = evaluate(state);
      const { truth, errors, loss } = now;
      const shown = sheetsOf(...sheetArguments(state, now));
      places.forEach((place, i) => place.update(shown[i], state));
      bars.update(now);
      ranks.update(now);
      const onPath = pathOf(truth, errors);
      path.update(onPath, loss);
      corners.element.hidden = !third(state);
      if (third(state)) corners.update(cubeModel(onPath, now));
    },
    stop() { for (const part of [...places, bars]) part.stop(); },
  };
}

/** What the maps depend on, as `remember` takes it: everything but the point on them. */
function sheetArguments({ surface: soft, view }, { truth, errors: [, , ...held] }) {
  const key = JSON.stringify([truth, held, soft, view]);
  return [key, { key, truth, held, soft, view }];
}

function cubeModel(path, { truth, errors }) {
  return {
    lossAt: (corner) => extension(truth, corner).value,
    path: path.map(({ corner }) => corner),
    point: errors,
  };
}

function pythonCode(state, { head, list: flat, image, show }) {
  const { truth, errors } = evaluate(state);
  const row = (name) => image(name, 1, truth.length);
  return `${head("lovasz_hinge")}

logits = ${flat(logitsOf(truth, errors))}  # their hinge errors are ${errors.join(", ")}
target = ${flat(truth)}
logits, target = ${row("logits")}, ${row("target")}

loss = ${callOf("lovasz_hinge", "logits", {})}
${show}
`;
}

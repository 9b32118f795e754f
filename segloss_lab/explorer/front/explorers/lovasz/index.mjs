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

// The first picture makes the point: between the corners, where errors are 0 or 1 and the loss is
// Jaccard's, lie two flat facets. The false alarm with the larger error shares the weight with
// the missed pixel; just over the fold, at error 1 above 0.6, the missed pixel has all of it, and
// the false alarm none. Neither soft loss knows of such a step.
const fields = {
  pixels: numberChoice({ initial: 2, label: "Pixels", numbers: [2, 3] }),
  truth_1: flagField({ initial: true, label: "Pixel 1 is object" }),
  truth_2: flagField({ initial: false, label: "Pixel 2 is object" }),
  truth_3: flagField({ initial: true, label: "Pixel 3 is object", when: third }),
  error_1: shareField({ initial: 0.5, label: "Error of pixel 1" }),
  error_2: shareField({ initial: 0.6, label: "Error of pixel 2" }),
  error_3: shareField({ initial: 0.3, label: "Error of pixel 3", when: third }),
  map: choiceField({
    initial: "lovasz", label: "Surface",
    choices: { lovasz: "Lovász", soft: "a soft loss" },
  }),
  surface: choiceField({
    initial: "jaccard", label: "Soft loss", choices: { jaccard: "soft Jaccard", dice: "soft Dice" },
  }),
  view: choiceField({
    initial: "perspective", label: "View",
    choices: { flat: "flat", perspective: "in perspective" },
  }),
  turn: integerField({
    initial: 30, label: "Turn", unit: "degrees", min: 0, max: 359,
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
    { title: "Maps", names: ["map", "surface", "view", "turn"] },
  ],
  keys: "Dragging the point moves the errors of pixels 1 and 2, dragging beside it turns the "
    + "picture.",
  quantities,
  summary,
  change,
  figure: {
    show: ["error_1", "error_2"],
    numbers: ["loss", "weight_1", "weight_2"],
    states: [
      ["soft Jaccard", { map: "soft", surface: "jaccard" }], ["Lovász", { map: "lovasz" }],
    ],
    caption: "The errors of two pixels. At the corners, where each is right or wrong, the Jaccard "
      + "loss is known; what to put between? Drag the point, or beside it to turn. Dashed: before.",
  },
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

/** What is seen, or what the last move did. */
function change(state, before) {
  const now = evaluate(state);
  if (before === null || !comparable(state, before)) return opening(state, now);
  const old = evaluate(before);
  const soft = softOf(state, now);
  if (before.map !== state.map || before.surface !== state.surface) {
    return state.map === "soft"
      ? `${soft.name} meets the same corners and is curved between them: ${rounded(soft.value)} at `
        + `this point, where Lovász has ${rounded(now.loss)}. Its slopes change with every step.`
      : `Flat facets between the corners, one for each order of the errors: ${rounded(now.loss)} `
        + `at this point, where ${lower(soft.name)} has ${rounded(soft.value)}.`;
  }
  const tie = tieSentences(now.truth, now.errors);
  if (tie.length > 0) return tie.join(" ");
  const ranked = ranksOf(now.errors);
  if (ranksOf(old.errors).join() !== ranked.join()) {
    const weights = ranked.map((i) => `pixel ${i + 1} weighs ${rounded(now.weights[i])}`);
    return `The errors have crossed: pixel ${ranked[0] + 1} comes first. Now ${list(weights)}.`;
  }
  if (now.errors.join() === old.errors.join()) return opening(state, now);
  return state.map === "soft"
    ? `${soft.name} went from ${rounded(softOf(before, old).value)} to ${rounded(soft.value)}.`
    : "The order is the same, and so are the weights: the loss moves by weight times error.";
}

function opening({ map, surface }, now) {
  const ranked = ranksOf(now.errors).map((i) => `pixel ${i + 1}`);
  const soft = softOf({ surface }, now);
  return map === "soft"
    ? `${soft.name} is curved between the corners: ${rounded(soft.value)} at the point, where `
      + `Lovász has ${rounded(now.loss)}.`
    : "Between the corners lie flat facets, one for each order of the errors: here "
      + `${ranked.join(", then ")}, and each error counts by its weight.`;
}

/** The soft loss of the second map: {name, value}. */
function softOf({ surface }, { softJaccard, softDice }) {
  return surface === "jaccard"
    ? { name: "Soft Jaccard", value: softJaccard } : { name: "Soft Dice", value: softDice };
}

function lower(text) {
  return text[0].toLowerCase() + text.slice(1);
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

function draw(store, layout) {
  return layout === "figure" ? drawFigure(store) : drawBench(store);
}

/** The sheet that the state names, and the errors by rank. */
function drawFigure(store) {
  const place = createPlace(store, 0.55);
  const bars = rankBars("Errors by rank: the area is the Lovász loss", 136);
  const sheetsOf = remember(sheets);
  return {
    charts: [place.element, bars.element],
    aside: null,
    bottom: null,
    update(state, before) {
      const now = evaluate(state);
      const shown = sheetsOf(...sheetArguments(state, now));
      const old = comparable(state, before) ? evaluate(before) : null;
      const isSame = old === null || before.map === state.map && isThere(before, state);
      place.update(shown[state.map], state, isSame ? null : placeOf(before, shown));
      bars.update(now, old);
    },
    stop() { place.stop(); bars.stop(); },
  };
}

/** Whether the state before was one of the same pixels, so that its point has a place here too. */
function comparable(state, before) {
  return before !== null && before.pixels === state.pixels && before.error_3 === state.error_3
    && range(1, 4).every((number) => before[`truth_${number}`] === state[`truth_${number}`]);
}

function isThere(one, other) {
  return one.error_1 === other.error_1 && one.error_2 === other.error_2;
}

/** Where the point was before, and how high. */
function placeOf({ error_1: x, error_2: y, map }, shown) {
  return { x, y, z: shown[map].at(x, y) };
}

function drawBench(store) {
  const [large, small] = [createPlace(store, 0.82), createPlace(store, 0.69)];
  const bars = rankBars("Errors by rank: the area is the loss", 160);
  const [ranks, path] = [rankTable(), pathTable()];
  const corners = cube("Jaccard loss at the corners of the cube");
  const sheetsOf = remember(sheets);
  const column = (...parts) => h("div", ...parts.map(({ element }) => element));
  return {
    charts: [column(large, ranks), column(small, bars, corners)],
    aside: path.element,
    bottom: null,
    update(state, before) {
      const now = evaluate(state);
      const { truth, errors, loss } = now;
      const shown = sheetsOf(...sheetArguments(state, now));
      const old = comparable(state, before) ? evaluate(before) : null;
      const other = state.map === "lovasz" ? "soft" : "lovasz";
      for (const [place, map] of [[large, state.map], [small, other]]) {
        const isSame = old === null || isThere(before, state);
        place.update(shown[map], state, isSame ? null : placeOf({ ...before, map }, shown));
      }
      bars.update(now, old);
      ranks.update(now);
      const onPath = pathOf(truth, errors);
      path.update(onPath, loss);
      corners.element.hidden = !third(state);
      if (third(state)) corners.update(cubeModel(onPath, now));
    },
    stop() { for (const part of [large, small, bars]) part.stop(); },
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

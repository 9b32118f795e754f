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
import { createPlace } from "./maps.mjs";
import { extension, isKink, logitsOf, ranksOf, softLoss, weightsOf } from "./math.mjs";
import { pathTable, rankTable } from "./tables.mjs";
import style from "./style.css";
import { rounded } from "../../core/numbers.mjs";
import { TENSORFLOW, TORCH, callOf } from "../../core/python.mjs";

const SOFT = { jaccard: "soft Jaccard", dice: "soft Dice" };
const HELD = ["pixels", "truth_1", "truth_2", "truth_3", "error_3"]; // in one picture
const third = ({ pixels }) => pixels === 3;

// The first picture makes the point: between the corners, where errors are 0 or 1 and the loss is
// Jaccard's, lie two flat facets. The false alarm with the larger error shares the weight with
// the missed pixel; just over the fold, at error 1 above 0.6, the missed pixel has all of it, and
// the false alarm none. Neither soft loss knows of such a step.
const fields = {
  pixels: {
    ...choiceField({ initial: 2, label: "Pixels", choices: { 2: "2", 3: "3" } }),
    accepts: (value) => value === 2 || value === 3,
    parse: Number,
  },
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
    initial: "jaccard", label: "Soft loss", choices: SOFT,
  }),
  view: choiceField({
    initial: "perspective", label: "View",
    choices: { flat: "flat", perspective: "in perspective" },
  }),
  turn: integerField({
    initial: 30, label: "Turn", unit: "°", min: 0, max: 359,
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
    numbers: ["loss", "soft_jaccard", "soft_dice"],
    states: [
      ["soft Jaccard", { map: "soft", surface: "jaccard" }], ["Lovász", { map: "lovasz" }],
    ],
    caption: "A loss over the errors of pixels 1 and 2. Where every pixel is right or wrong, the "
      + "Jaccard loss is known; what to put between? Drag the point, or beside it to turn. Dashed: "
      + "before.",
  },
  draw,
  torch: (state) => pythonCode(state, TORCH),
  tensorflow: (state) => pythonCode(state, TENSORFLOW),
};

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
    jaccard: softLoss("jaccard", truth, errors),
    dice: softLoss("dice", truth, errors),
  };
}

function quantities(state) {
  const { loss, largest, weights, jaccard, dice } = evaluate(state);
  const weight = (number) => ({
    name: `weight_${number}`, label: `weight of pixel ${number}`,
    value: weights[number - 1] ?? null, why: "none: two pixels",
  });
  return [
    { name: "loss", label: "Lovász loss", value: loss },
    { name: "gradient", label: "largest slope, |dL/dz|", value: largest },
    { name: "soft_jaccard", label: "soft Jaccard loss", value: jaccard },
    { name: "soft_dice", label: "soft Dice loss", value: dice },
    weight(1), weight(2), weight(3),
  ];
}

function summary(state) {
  const { truth, errors, weights, loss, jaccard, dice } = evaluate(state);
  const ranked = ranksOf(errors);
  const named = ranked.map((i) => `${rounded(errors[i])} (pixel ${i + 1}, ${errorKind(truth[i])})`);
  return [
    `The Lovász loss is ${rounded(loss)}: the errors in descending order, ${list(named)}, times `
      + `the weights ${list(ranked.map((i) => rounded(weights[i])))}.`,
    `Without smoothing, soft Jaccard is ${rounded(jaccard)} here and soft Dice ${rounded(dice)}.`,
    ...tieSentences(truth, errors), ...zeroSentences(errors), ...emptySentences(truth),
  ].join(" ");
}

/** What is seen, or what the last move did. */
function change(state, before) {
  const now = evaluate(state);
  const name = SOFT[state.surface];
  const ranked = ranksOf(now.errors);
  const isSoft = state.map === "soft";
  const seen = isSoft
    ? `The corners are the same, and ${name} is curved between them: `
      + `${rounded(now[state.surface])} at this point, where Lovász has ${rounded(now.loss)}. Its `
      + "slopes change with every step."
    : "Between the corners lie flat facets, one for each order of the errors. Here "
      + `${ranked.map((i) => `pixel ${i + 1}`).join(", then ")}, each error times its weight: `
      + `${rounded(now.loss)}, where ${name} has ${rounded(now[state.surface])}.`;
  if (!agree(state, before, [...HELD, "map", "surface"])) return seen;
  const tie = tieSentences(now.truth, now.errors);
  if (tie.length > 0) return tie.join(" ");
  const old = evaluate(before);
  if (ranksOf(old.errors).join() !== ranked.join()) {
    const weights = ranked.map((i) => `pixel ${i + 1} weighs ${rounded(now.weights[i])}`);
    return `The errors have crossed: pixel ${ranked[0] + 1} comes first. Now ${list(weights)}.`;
  }
  if (now.errors.join() === old.errors.join()) return seen;
  const [from, to] = [old, now].map((at) => rounded(at[state.surface]));
  return isSoft
    ? `The ${name} loss went from ${from} to ${to}.`
    : "The order is the same, and so are the weights: the loss moves by weight times error.";
}

/** Whether two states, of which the other may be null, are the same in all that is named. */
function agree(one, other, names) {
  return other !== null && names.every((name) => one[name] === other[name]);
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

/** A figure: the loss that the state names, and the errors by rank. The bench: everything. */
function draw(store, layout) {
  const isFigure = layout === "figure";
  const large = createPlace(store, isFigure ? 0.55 : 0.82);
  const bars = rankBars("By rank: the area is the Lovász loss", isFigure ? 78 : 102);
  const small = isFigure ? null : createPlace(store, 0.69);
  const [ranks, path] = [rankTable(), pathTable()];
  const corners = cube("Jaccard loss at the corners of the cube");
  const column = (...parts) => h("div", ...parts.map(({ element }) => element));
  return {
    charts: isFigure
      ? [large.element, bars.element] : [column(large, ranks), column(small, bars, corners)],
    aside: path.element, // the bench's alone, like all that follows the bars
    update(state, before) {
      const now = evaluate(state);
      const old = agree(state, before, HELD) ? evaluate(before) : null;
      const name = lossOf(state);
      large.update(name, state, now, old && { ...old, name: lossOf(before) });
      bars.update(now, old);
      if (isFigure) return;
      const other = name === "lovasz" ? state.surface : "lovasz";
      small.update(other, state, now, old && { ...old, name: other });
      for (const part of [ranks, path]) part.update(now);
      corners.element.hidden = !third(state);
      if (third(state)) corners.update(now);
    },
    stop() { large.stop(); small?.stop(); },
  };
}

/** The loss that is drawn large: "lovasz", "jaccard" or "dice". */
function lossOf({ map, surface }) {
  return map === "lovasz" ? map : surface;
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

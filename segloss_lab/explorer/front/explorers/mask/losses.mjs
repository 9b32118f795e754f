// The losses of a mask and a prediction: values, gradients, and how the push is shared.
//
// Pixels of one truth and one logit are pushed alike by all losses but those that rank: each such
// set is one group with a count, and a whole mask costs no more than four pixels.

import { range, sum } from "d3-array";

import * as losses from "../../losses/index.mjs";
import { pushOf } from "./scale.mjs";

export const NAMES = {
  cross_entropy: "cross-entropy",
  focal: "focal",
  dice: "Dice",
  jaccard: "Jaccard",
  tversky: "Tversky",
  generalized_dice: "generalized Dice",
  lovasz_hinge: "Lovász hinge",
  compound: "cross-entropy + Dice",
};

const ratio = ({ smooth, eps }) => ({ smooth, eps });
const OPTIONS = {
  cross_entropy: () => ({}),
  focal: ({ gamma }) => ({ gamma }),
  dice: ratio,
  jaccard: ratio,
  tversky: ({ alpha, beta, smooth, eps }) => ({ alpha, beta, smooth, eps }),
  generalized_dice: ratio,
  lovasz_hinge: () => ({}),
  compound: (state) => ({ terms: [[1, "cross_entropy", {}], [1, "dice", ratio(state)]] }),
};

/** The options that a loss takes from a state. */
export function optionsOf(loss, state) {
  return OPTIONS[loss](state);
}

/**
 * The pixels of a mask and a prediction, each with the logit `confidence` inside the prediction and
 * minus that outside, as a loss needs them: {logits, truth, counts} of the groups, and `groupOf`,
 * which tells the group of each pixel. A loss that ranks gets every pixel as a group.
 */
export function groupsOf(loss, truth, prediction, confidence) {
  if (loss === "lovasz_hinge") return everyPixel(truth, prediction, confidence);
  const groupOf = truth.map((bit, i) => 2 * bit + prediction[i]);
  const counts = [0, 0, 0, 0];
  for (const group of groupOf) counts[group] += 1;
  const logits = Float64Array.of(-confidence, confidence, -confidence, confidence);
  return { logits, truth: [0, 0, 1, 1], counts, groupOf };
}

function everyPixel(truth, prediction, confidence) {
  return {
    logits: Float64Array.from(prediction, (bit) => (2 * bit - 1) * confidence),
    truth, counts: Array.from(truth, () => 1), groupOf: Uint16Array.from(truth, (_, i) => i),
  };
}

/** {value, gradient} of a loss; the gradient is that of one pixel of each group. */
export function evaluate(loss, options, { logits, truth, counts }) {
  if (loss === "lovasz_hinge") return rankedAlone(logits, truth);
  return losses[loss](logits, truth, { ...options, counts });
}

const BEYOND = 2; // a logit beyond the margin of the hinge

/**
 * The Lovász hinge, with the pixels beyond the margin left out of the ranking: they stand at its
 * end, cost nothing and are not pushed. All that the others need of them is the number of those
 * that belong to the object.
 */
function rankedAlone(logits, truth) {
  const ranked = range(logits.length).filter((i) => logits[i] * (2 * truth[i] - 1) < 1);
  const left = sum(truth) - sum(ranked, (i) => truth[i]);
  const { value, gradient } = losses.lovasz_hinge(
    [...ranked.map((i) => logits[i]), BEYOND],
    [...ranked.map((i) => truth[i]), 1],
    { counts: [...ranked.map(() => 1), left] },
  );
  const all = new Float64Array(logits.length);
  ranked.forEach((i, j) => { all[i] = gradient[j]; });
  return { value, gradient: all };
}

/** The push {object, background, largest, share (on the object; null where there is none)}. */
export function sharesOf(gradient, { truth, counts }) {
  const on = (bit) => sum(gradient, (slope, j) => (
    truth[j] === bit ? counts[j] * Math.abs(pushOf(slope)) : 0
  ));
  const [object, background] = [on(1), on(0)];
  const all = object + background;
  return {
    object, background,
    largest: Math.abs(pushOf(largestOf(gradient, counts))),
    share: all > 0 ? object / all : null,
  };
}

/** The largest size of a slope that some pixel has. */
export function largestOf(gradient, counts) {
  return gradient.reduce((most, slope, j) => (
    counts[j] > 0 ? Math.max(most, Math.abs(slope)) : most
  ), 0);
}

/** How much two masks agree: {found, missed, alarms, dice, iou}; 1 where both are empty. */
export function agreement(truth, prediction) {
  let [found, missed, alarms] = [0, 0, 0];
  truth.forEach((bit, i) => {
    if (bit === 1 && prediction[i] === 1) found += 1;
    else if (bit === 1) missed += 1;
    else if (prediction[i] === 1) alarms += 1;
  });
  const wrong = missed + alarms;
  const empty = found + wrong === 0;
  return {
    found, missed, alarms,
    dice: empty ? 1 : (2 * found) / (2 * found + wrong),
    iou: empty ? 1 : found / (found + wrong),
  };
}

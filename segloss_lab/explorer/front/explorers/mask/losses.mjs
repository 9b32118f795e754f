// The losses of a mask and a prediction: values, pushes, and how the push is shared.
//
// Pixels of one truth and one logit are pushed alike by all losses but those that rank: each such
// set is one group with a count, and a whole mask costs no more than four pixels.

import { max, sum } from "d3-array";

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

/** The options that a loss takes from a state. */
export function optionsOf(loss, { alpha, beta, gamma, smooth, eps }) {
  const ratio = { smooth, eps };
  return {
    focal: { gamma },
    dice: ratio,
    jaccard: ratio,
    tversky: { alpha, beta, ...ratio },
    generalized_dice: ratio,
    compound: { terms: [[1, "cross_entropy", {}], [1, "dice", ratio]] },
  }[loss] ?? {};
}

/** Whether a loss ranks the pixels, and may push two alike differently. */
export function ranks(loss) {
  return loss === "lovasz_hinge";
}

/**
 * The pixels of a mask and a prediction, each with the logit `confidence` inside the prediction and
 * minus that outside, as a loss needs them: {logits, truth, counts} of the groups, and `groupOf`,
 * which tells the group of each pixel. A loss that ranks gets every pixel as a group, `alone`.
 */
export function groupsOf(alone, truth, prediction, confidence) {
  const logitsOf = (bits) => Float64Array.from(bits, (bit) => (2 * bit - 1) * confidence);
  if (alone) {
    const groupOf = Uint16Array.from(truth.keys());
    return { logits: logitsOf(prediction), truth, counts: truth.map(() => 1), groupOf };
  }
  const groupOf = truth.map((bit, i) => 2 * bit + prediction[i]);
  const counts = [0, 0, 0, 0];
  for (const group of groupOf) counts[group] += 1;
  return { logits: logitsOf([0, 1, 0, 1]), truth: [0, 0, 1, 1], counts, groupOf };
}

/** {value, push, largest} of a loss: the push on one pixel of each group, and the largest size. */
export function evaluate(loss, options, { logits, truth, counts }) {
  const { value, gradient } = ranks(loss)
    ? rankedAlone(logits, truth) : losses[loss](logits, truth, { ...options, counts });
  const push = gradient.map(pushOf);
  return { value, push, largest: max(push, (each, j) => (counts[j] > 0 ? Math.abs(each) : 0)) };
}

const BEYOND = 2; // a logit beyond the margin of the hinge

/**
 * The Lovász hinge, with the pixels beyond the margin left out of the ranking: they stand at its
 * end, cost nothing and are not pushed. All that the others need of them is the number of those
 * that belong to the object.
 */
function rankedAlone(logits, truth) {
  const ranked = [];
  let left = 0;
  logits.forEach((logit, i) => {
    if (logit * (2 * truth[i] - 1) < 1) ranked.push(i);
    else left += truth[i];
  });
  const { value, gradient } = losses.lovasz_hinge(
    [...ranked.map((i) => logits[i]), BEYOND],
    [...ranked.map((i) => truth[i]), 1],
    { counts: [...ranked.map(() => 1), left] },
  );
  const all = new Float64Array(logits.length);
  ranked.forEach((i, j) => { all[i] = gradient[j]; });
  return { value, gradient: all };
}

/** All the push {object, background, share (on the object; null where there is none)}. */
export function sharesOf(push, { truth, counts }) {
  const [background, object] = [0, 1].map((bit) => (
    sum(push, (each, j) => (truth[j] === bit ? counts[j] * Math.abs(each) : 0))
  ));
  const all = object + background;
  return { object, background, share: all > 0 ? object / all : null };
}

/** How much two masks agree by what was found and what is wrong; 1 where both are empty. */
export function agreement(found, wrong) {
  const score = (weight) => (
    found + wrong === 0 ? 1 : (weight * found) / (weight * found + wrong)
  );
  return { dice: score(2), iou: score(1) };
}

// The losses of a mask and a prediction: values, pushes, and how the push is shared.
//
// Pixels of one truth and one logit are pushed alike by all losses but those that rank: each such
// set is one group with a count, and a whole mask costs no more than four pixels.

import { sum } from "d3-array";

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

const MARGIN = 1; // of the hinge: beyond it no pixel is pushed, and two alike stay alike

/**
 * The pixels of a mask and a prediction, each with the logit `confidence` inside the prediction and
 * minus that outside, as a loss needs them: {logits, truth, counts} of the groups, and `groupOf`,
 * which tells the group of each pixel. For a loss that ranks, each pixel within the margin is a
 * group of its own, in the order of the pixels.
 */
export function groupsOf(ranked, truth, prediction, confidence) {
  const groups = {
    logits: [0, 1, 0, 1].map((bit) => (2 * bit - 1) * confidence),
    truth: [0, 0, 1, 1], counts: [0, 0, 0, 0],
  };
  const groupOf = new Uint16Array(truth).map((bit, i) => {
    const group = 2 * bit + prediction[i];
    const alone = ranked && (bit !== prediction[i] || confidence < MARGIN);
    if (alone) return addPixel(groups, groups.logits[group], bit);
    groups.counts[group] += 1;
    return group;
  });
  return { ...groups, groupOf };
}

/** The group of one more pixel, alone. */
function addPixel({ logits, truth, counts }, logit, bit) {
  truth.push(bit);
  counts.push(1);
  return logits.push(logit) - 1;
}

/**
 * {value, push, largest} of a loss of groups: the push on one pixel of each, and the largest size.
 * Where the groups have moved, `logits` are those that they have now.
 */
export function evaluate(loss, options, groups, logits = groups.logits) {
  const { truth, counts } = groups;
  const { value, gradient } = losses[loss](logits, truth, { ...options, counts });
  const push = [];
  let largest = 0;
  for (let j = 0; j < gradient.length; j += 1) { // a plain loop: a descent has hundreds of steps
    push.push(pushOf(gradient[j]));
    if (counts[j] > 0) largest = Math.max(largest, Math.abs(push[j]));
  }
  return { value, push, largest };
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

// What all pixels of two groups ask of their logits together: the object's pull, the rest's push.

import { cross_entropy, focal } from "../../losses/index.mjs";

const LOSSES = { focal, cross_entropy };
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]; // ends that an axis may have, times a decade

/** The options of the state's loss, under the package's names. */
export function optionsOf({ loss, gamma, alpha, pos_weight }) {
  return loss === "focal" ? { gamma, alpha } : { pos_weight };
}

/** The logits of a pixel of the object, and of one of the crowd, from their p_t. */
export function logitsOf({ object_pt, crowd_pt }) {
  return [Math.log(object_pt / (1 - object_pt)), Math.log((1 - crowd_pt) / crowd_pt)];
}

/**
 * The loss at a state, the mean over all pixels; {pull, push}, the slopes of one pixel's own loss
 * by its logit, `each`, and summed over the pixels of its group, `all`.
 */
export function evaluate(state) {
  const counts = [state.objects, state.crowd];
  const options = { ...optionsOf(state), counts };
  const { value, gradient } = LOSSES[state.loss](logitsOf(state), [1, 0], options);
  // The gradient is that of the mean: a pixel's own slope is as many times as large.
  const [pull, push] = Array.from(gradient, (slope) => Math.abs(slope) * (counts[0] + counts[1]));
  return {
    loss: value, each: { pull, push }, all: { pull: pull * counts[0], push: push * counts[1] },
  };
}

/**
 * Where both bars' axis ends, whatever gamma, alpha and pos_weight are. Gamma moves the push: the
 * axis is the pull's, and a push that is larger runs out of the picture. The weight moves the pull:
 * the axis is the push's.
 */
export function endOfAxis(state) {
  const { all } = evaluate({ ...state, gamma: 0, alpha: null, pos_weight: 1 });
  const least = state.loss === "focal" ? 2.2 * all.pull : 1.1 * all.push;
  const decade = 10 ** Math.floor(Math.log10(least));
  return Number((decade * STEPS.find((step) => decade * step >= least)).toPrecision(2));
}

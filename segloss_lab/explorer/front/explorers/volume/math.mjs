// The Dice loss of a slice with nothing in it, and its slope, by the losses that are held to the
// package.

import { dice } from "../../losses/index.mjs";

/** {loss, push, all}: the loss, its slope in the predicted volume, and V times that slope. */
export function evaluate({ smooth, eps, volume }) {
  const options = { from_logits: false, counts: [volume, 1], smooth, eps };
  const { value, gradient } = dice([1, 0], [0, 0], options);
  return { loss: value, push: gradient[1], all: volume * gradient[1] };
}

/** The push as a share of the largest that any smooth gives, or null where there is no largest. */
export function shareOfLargest(state) {
  const best = state.volume + state.eps;
  return best === 0 ? null : evaluate(state).push / evaluate({ ...state, smooth: best }).push;
}

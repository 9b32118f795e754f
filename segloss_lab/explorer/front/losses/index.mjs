// The losses of `segloss_lab` for one binary mask, in float64: pure mathematics, without imports
// from outside. One file a family, as in `segloss_lab.reference`.
//
// Every function takes two flat arrays and an object of options under the package's names, and
// returns {value, gradient}, the gradient with respect to what was passed (logits, or probabilities
// when `from_logits` is false). `counts` says how many identical pixels each entry stands for (one,
// unless told). The gradient is that of ONE pixel of the group; a group of none adds nothing to
// the value and still gets the gradient that one such pixel would have, except where pixels are
// ranked: none has no rank, and gets 0.

export { compound } from "./compound.mjs";
export { cross_entropy, focal } from "./pixel.mjs";
export { lovasz_hinge } from "./ranking.mjs";
export { dice, generalized_dice, jaccard, tversky } from "./region.mjs";

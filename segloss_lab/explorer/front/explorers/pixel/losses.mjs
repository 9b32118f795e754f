// The losses of one pixel: which are chosen, what they are called, their values and their slopes.

import { cross_entropy, focal, lovasz_hinge } from "../../losses/index.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { rounded } from "../../core/numbers.mjs";

const LOSSES = {
  cross_entropy: {
    compute: cross_entropy, title: "Cross-entropy", phrase: "cross-entropy",
    options: ["label_smoothing", "pos_weight"],
  },
  focal: {
    compute: focal, title: "Focal loss", phrase: "the focal loss", options: ["gamma", "alpha"],
  },
  lovasz_hinge: {
    compute: lovasz_hinge, title: "Lovász hinge", phrase: "the Lovász hinge", options: [],
  },
};

/** What a person reads for the name of each loss. */
export const TITLES = Object.fromEntries(
  Object.entries(LOSSES).map(([loss, { title }]) => [loss, title]),
);

/** The loss of the state and the second one, if there is one: a list of {key, loss, options}. */
export function termsOf(state) {
  const first = termOf(state, state.loss, "");
  const second = termOf(state, state.second, "second_");
  return [{ key: "first", ...first }, ...(second ? [{ key: "second", ...second }] : [])];
}

function termOf(state, loss, prefix) {
  if (loss === "none") return null;
  const names = LOSSES[loss].options;
  const options = Object.fromEntries(names.map((name) => [name, state[prefix + name]]));
  return { loss, options };
}

/** "Focal loss, gamma 2": the loss with its options, but for those that are out of use. */
export function titleOf(term) {
  return [LOSSES[term.loss].title, ...optionWords(term.options)].join(", ");
}

/** The names of two losses beside their curves: of the same loss, what tells the two apart. */
export function shortTitles(terms) {
  const same = terms.length === 2 && terms[0].loss === terms[1].loss;
  return terms.map(({ loss, options }) => (
    (same && optionWords(options).join(", ")) || LOSSES[loss].title
  ));
}

/** The title within a sentence: "the focal loss, gamma 2". */
export function phraseOf(term) {
  return [LOSSES[term.loss].phrase, ...optionWords(term.options)].join(", ");
}

function optionWords({ label_smoothing = 0, pos_weight = 1, gamma = null, alpha = null }) {
  return [
    label_smoothing === 0 ? null : `smoothing ${rounded(label_smoothing)}`,
    pos_weight === 1 ? null : `weight ${rounded(pos_weight)}`,
    gamma === null ? null : `gamma ${rounded(gamma)}`,
    alpha === null ? null : `alpha ${rounded(alpha)}`,
  ].filter((words) => words !== null);
}

/** Loss of a pixel and its slope by the logit. */
export function byLogit({ loss, options }, target, logit) {
  const { value, gradient } = LOSSES[loss].compute([logit], [target], options);
  return { loss: value, slope: gradient[0] };
}

/** Loss of a pixel and its slope by the probability. */
export function byProbability(term, target, logit) {
  const p = sigmoid(logit);
  if (term.loss === "lovasz_hinge") {
    // It knows logits alone: dL/dp = dL/dz dz/dp, with dz/dp = 1/(p (1 - p)).
    const { loss, slope } = byLogit(term, target, logit);
    return { loss, slope: slope / (p * sigmoid(-logit)) };
  }
  const options = { ...term.options, from_logits: false };
  const { value, gradient } = LOSSES[term.loss].compute([p], [target], options);
  return { loss: value, slope: gradient[0] };
}

/** The probability of the truth, p_t, and its complement. */
export function truthOf(target, logit) {
  const signed = target === 1 ? logit : -logit;
  return { pt: sigmoid(signed), qt: sigmoid(-signed) };
}

/** The logit of a probability, to a thousandth and within the slider. */
export function logitOf(p) {
  const logit = Number(Math.log(p / (1 - p)).toFixed(3));
  return Math.min(Math.max(logit, -10), 10);
}

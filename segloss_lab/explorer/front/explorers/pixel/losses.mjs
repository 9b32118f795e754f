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

// What a person reads for an option, and the value at which it is out of use.
const OPTIONS = {
  label_smoothing: ["smoothing", 0], pos_weight: ["weight", 1], gamma: ["gamma"],
  alpha: ["alpha", null],
};

/** What a person reads for the name of each loss. */
export const TITLES = Object.fromEntries(
  Object.entries(LOSSES).map(([loss, { title }]) => [loss, title]),
);

/** The loss of the state and the second one, if there is one: a list of {key, loss, options}. */
export function termsOf(state) {
  return [["first", state.loss, ""], ["second", state.second, "second_"]]
    .filter(([, loss]) => loss !== "none")
    .map(([key, loss, prefix]) => ({
      key, loss,
      options: Object.fromEntries(
        LOSSES[loss].options.map((name) => [name, state[prefix + name]]),
      ),
    }));
}

/** "Focal loss, gamma 2", the options in use with the name, or with the "phrase" in a sentence. */
export function titleOf(term, form = "title") {
  return [LOSSES[term.loss][form], ...optionWords(term)].join(", ");
}

/** The options in use: ["gamma 2"]. */
export function optionWords({ options }) {
  return Object.entries(options).filter(([name, value]) => value !== OPTIONS[name][1])
    .map(([name, value]) => `${OPTIONS[name][0]} ${rounded(value)}`);
}

/** Loss of a pixel, and its slopes by the logit and, as dz/dp = 1/(p (1 - p)), by p. */
export function evaluate({ loss, options }, { target, logit }) {
  const { value, gradient: [gradient] } = LOSSES[loss].compute([logit], [target], options);
  const gradient_probability = gradient / (sigmoid(logit) * sigmoid(-logit));
  return { loss: value, gradient, gradient_probability };
}

/** The logit of the truth, that of p_t, is the logit of the pixel on the object. */
export function towardsTruth(target, logit) {
  return target === 1 ? logit : -logit;
}

export function logitOf(p) {
  return Math.log(p / (1 - p));
}

/** Move the state's logit, to a thousandth and within the slider. */
export function moveTo(store, logit) {
  store.set({ logit: Math.min(Math.max(Number(logit.toFixed(3)), -10), 10) }, "chart");
}

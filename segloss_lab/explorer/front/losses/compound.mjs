// A weighted sum of other losses.

import { complete } from "./options.mjs";
import * as pixel from "./pixel.mjs";
import * as ranking from "./ranking.mjs";
import * as region from "./region.mjs";

const LOSSES = { ...pixel, ...region, ...ranking };

const TERMS = {
  initial: null,
  expected: "a list of [weight, name, options], with weight >= 0 and the name of a loss",
  accepts: (terms) => Array.isArray(terms) && terms.length > 0 && terms.every(isTerm),
};

/** Weighted sum of losses: `terms` is a list of [weight, name, options]. */
export function compound(logits, target, options = {}) {
  // Without terms there is nothing to add up: null over the default makes that an error.
  const { terms, counts } = complete({ terms: null, ...options }, { terms: TERMS });
  const gradient = new Float64Array(logits.length);
  let value = 0;
  for (const [weight, name, own] of terms) {
    const term = LOSSES[name](logits, target, { ...own, counts });
    value += weight * term.value;
    term.gradient.forEach((slope, j) => { gradient[j] += weight * slope; });
  }
  return { value, gradient };
}

function isTerm(term) {
  if (!Array.isArray(term) || term.length !== 3) return false;
  const [weight, name, own] = term;
  return Number.isFinite(weight) && weight >= 0 && Object.hasOwn(LOSSES, name)
    && own !== null && typeof own === "object" && !Object.hasOwn(own, "counts");
}

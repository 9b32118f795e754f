// Gradient descent on the logits under one loss, step by step, each step computed once.

import { agreement, evaluate } from "./losses.mjs";

/**
 * The descent of the pixels in groups under a loss, by a rule at a rate: {at(step)}, which gives
 * {loss, iou, mask()} after so many steps.
 */
export function createDescent({ loss, options, groups, rule, rate }) {
  const steps = [];
  let { logits } = groups;
  let still = false; // nothing pushes: every step from here on is the same

  function go() {
    const { value, push, largest } = evaluate(loss, options, { ...groups, logits });
    steps.push({ loss: value, ...hardened(groups, logits) });
    still = largest === 0;
    // The smallest pushes are doubles whose inverse is not one.
    logits = logits.map((logit, j) => (
      logit + rate * (rule === "gradient" ? push[j] : push[j] / largest)
    ));
  }

  return {
    at(step) {
      while (steps.length <= step && !still) go();
      return steps[Math.min(step, steps.length - 1)];
    },
  };
}

/** The mask of the logits above 0, and how much it agrees with the truth. */
function hardened({ truth, counts, groupOf }, logits) {
  const inside = new Uint8Array(logits.length);
  let [found, wrong] = [0, 0];
  logits.forEach((logit, j) => {
    inside[j] = Number(logit > 0);
    if (inside[j] !== truth[j]) wrong += counts[j];
    else if (inside[j] === 1) found += counts[j];
  });
  return { ...agreement(found, wrong), mask: () => groupOf.map((group) => inside[group]) };
}

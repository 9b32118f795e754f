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
    const { value, push, largest } = evaluate(loss, options, groups, logits);
    steps.push({ loss: value, iou: iouOf(groups, logits), mask: maskOf(groups, logits) });
    still = largest === 0;
    // The smallest pushes are doubles whose inverse is not one.
    const unit = rule === "gradient" ? 1 : largest;
    logits = logits.map((logit, j) => logit + rate * (push[j] / unit));
  }

  return {
    at(step) {
      while (steps.length <= step && !still) go();
      return steps[Math.min(step, steps.length - 1)];
    },
  };
}

/** How much the mask of the logits above 0 agrees with the truth. */
function iouOf({ truth, counts }, logits) {
  let [found, wrong] = [0, 0];
  for (let j = 0; j < logits.length; j += 1) {
    const inside = logits[j] > 0;
    if (inside !== (truth[j] === 1)) wrong += counts[j];
    else if (inside) found += counts[j];
  }
  return agreement(found, wrong).iou;
}

function maskOf({ groupOf }, logits) {
  return () => groupOf.map((group) => Number(logits[group] > 0));
}

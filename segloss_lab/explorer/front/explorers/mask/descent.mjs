// Gradient descent on the logits under one loss, step by step, each step computed once.

import { evaluate, groupsOf, largestOf } from "./losses.mjs";
import { PIXELS } from "./grid.mjs";

const KEPT = 12; // descents remembered: those of a page, and of the state before

/** How far a logit moves, by the rule. The smallest slopes are doubles whose inverse is not one. */
const MOVES = {
  gradient: (slope, rate) => rate * PIXELS * slope,
  normalised: (slope, rate, largest) => rate * (slope / largest),
};

const descents = new Map();

/**
 * The descent from a start {loss, options, truth, prediction, confidence, rule, rate}, where `key`
 * stands for the start: {at(step)}, which gives {loss, iou, mask()} after so many steps.
 */
export function descentOf(key, start) {
  const descent = descents.get(key) ?? createDescent(start());
  descents.delete(key); // and in again, as the latest
  descents.set(key, descent);
  if (descents.size > KEPT) descents.delete(descents.keys().next().value);
  return descent;
}

function createDescent({ loss, options, truth, prediction, confidence, rule, rate }) {
  const groups = groupsOf(loss, truth, prediction, confidence);
  const steps = [];
  let logits = groups.logits;
  let still = false; // nothing pushes: every step from here on is the same

  function go() {
    const { value, gradient } = evaluate(loss, options, { ...groups, logits });
    steps.push(recordOf(groups, logits, value));
    const largest = largestOf(gradient, groups.counts);
    still = largest === 0;
    if (still) return;
    logits = logits.map((logit, j) => logit - MOVES[rule](gradient[j], rate, largest));
  }

  return {
    at(step) {
      while (steps.length <= step && !still) go();
      return steps[Math.min(step, steps.length - 1)];
    },
  };
}

function recordOf({ truth, counts, groupOf }, logits, loss) {
  const inside = Uint8Array.from(logits, (logit) => Number(logit > 0));
  const mask = () => groupOf.map((group) => inside[group]);
  return { loss, iou: overlapOf(truth, counts, inside), mask };
}

/** Intersection over union of the groups; 1 where both masks are empty. */
function overlapOf(truth, counts, inside) {
  let [both, either] = [0, 0];
  for (let j = 0; j < inside.length; j += 1) {
    if (truth[j] === 1 && inside[j] === 1) both += counts[j];
    if (truth[j] === 1 || inside[j] === 1) either += counts[j];
  }
  return either === 0 ? 1 : both / either;
}

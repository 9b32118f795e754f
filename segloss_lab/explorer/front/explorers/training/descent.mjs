// Adam on the two knobs, the same rule for all losses.

import { knobs } from "./sums.mjs";

export const STEPS = 400;
export const BOUNDS = { a: [0, 20], c: [-2, 7] };
const RATES = { a: 0.1, c: 0.05 };
const [MEAN, SQUARE, GUARD] = [0.9, 0.999, 1e-8]; // beta 1, beta 2 and epsilon of Adam

/** {a, c}, arrays of what the knobs are before the first step and after each. */
export function descend(evaluate, start) {
  const path = { a: new Float64Array(STEPS + 1), c: new Float64Array(STEPS + 1) };
  const [moveA, moveC] = [adam(RATES.a, BOUNDS.a), adam(RATES.c, BOUNDS.c)];
  let { a, c } = start;
  for (let step = 0; step <= STEPS; step += 1) {
    path.a[step] = a;
    path.c[step] = c;
    evaluate(a, c, false);
    a = moveA(a, knobs.a);
    c = moveC(c, knobs.c);
  }
  return path;
}

function adam(rate, [least, most]) {
  let [mean, square, leftMean, leftSquare] = [0, 0, 1, 1];
  return (knob, slope) => {
    mean = MEAN * mean + (1 - MEAN) * slope;
    square = SQUARE * square + (1 - SQUARE) * slope * slope;
    leftMean *= MEAN;
    leftSquare *= SQUARE;
    const step = (rate * (mean / (1 - leftMean))) / (Math.sqrt(square / (1 - leftSquare)) + GUARD);
    return Math.min(Math.max(knob - step, least), most);
  };
}

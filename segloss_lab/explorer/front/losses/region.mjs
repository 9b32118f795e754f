// Region losses: one ratio of sums over the whole mask.
//
// Each is 1 - N/D, computed as M/D with M = D - N summed pixel by pixel, so that a near-perfect map
// does not cancel. A pixel adds its overlap to N, and its false positive and false negative to M.

import { groups } from "./groups.mjs";
import { complete, flag, notNegative, oneOf, positive } from "./options.mjs";

const OVERLAP_OPTIONS = {
  from_logits: flag(true), smooth: notNegative(1), eps: notNegative(0), squared: flag(false),
  intersection: oneOf("product", "min"), log: flag(false),
};

const TVERSKY_OPTIONS = {
  from_logits: flag(true), alpha: notNegative(0.5), beta: notNegative(0.5), gamma: positive(1),
  smooth: notNegative(1), eps: notNegative(0), intersection: oneOf("product", "min"),
};

/** Dice loss, 1 - (2 I + s)/(U + s + e). See `segloss_lab.reference.dice`. */
export function dice(logits, target, options = {}) {
  return overlapLoss(2, logits, target, options);
}

/** Jaccard loss, 1 - (I + s)/(U - I + s + e). See `segloss_lab.reference.jaccard`. */
export function jaccard(logits, target, options = {}) {
  return overlapLoss(1, logits, target, options);
}

/** Tversky loss; `alpha` weighs false positives. See `segloss_lab.reference.tversky`. */
export function tversky(logits, target, options = {}) {
  const settings = complete(options, TVERSKY_OPTIONS);
  const { alpha, beta, gamma } = settings;
  const measure = weighted(INTERSECTIONS[settings.intersection], { hit: 1, alpha, beta });
  return power(missingShare(groups(logits, target, settings), measure, settings), gamma);
}

const GENERALIZED_OPTIONS = {
  from_logits: flag(true), smooth: notNegative(0), eps: notNegative(0),
};

const SMALLEST = 1e-12; // pixels of truth; see `segloss_lab.reference.region`

/** Generalized Dice loss of one class. See `segloss_lab.reference.generalized_dice`. */
export function generalized_dice(logits, target, options = {}) {
  const settings = complete(options, GENERALIZED_OPTIONS);
  const pixels = groups(logits, target, settings);
  // One class has one weight, 1/T^2, or 1 where T = 0: what it scales is the smoothing alone.
  const truth = pixels.reduce((total, { t, count }) => total + count * t, 0);
  const inverse = truth > 0 ? Math.max(truth, SMALLEST) ** 2 : 1;
  const smoothing = { smooth: settings.smooth * inverse, eps: settings.eps * inverse };
  const measure = weighted(INTERSECTIONS.product, { hit: 2, alpha: 1, beta: 1 });
  return missingShare(pixels, measure, smoothing);
}

/** Dice (the intersection counts twice) and Jaccard (once): U - 2 I is missing in both. */
function overlapLoss(hit, logits, target, options) {
  const settings = complete(options, OVERLAP_OPTIONS);
  const { squared, intersection, smooth, log } = settings;
  if (squared && intersection === "min") {
    throw new RangeError('intersection "min" does not go with squared');
  }
  if (log && smooth === 0) throw new RangeError("log needs smooth > 0, got 0");
  const measure = squared
    ? squares(hit)
    : weighted(INTERSECTIONS[intersection], { hit, alpha: 1, beta: 1 });
  return missingShare(groups(logits, target, settings), measure, settings);
}

/** M/(N + M), or with `log` -ln(N/(N + M)), and the gradient. 0/0 is a perfect score. */
function missingShare(pixels, measure, { smooth, eps, log = false }) {
  const parts = pixels.map(measure);
  let numerator = 0;
  let missing = 0;
  pixels.forEach(({ count }, j) => {
    if (count === 0) return;
    numerator += count * parts[j].hit;
    missing += count * parts[j].miss;
  });
  numerator += smooth;
  missing += eps;
  const denominator = numerator + missing;

  const gradient = new Float64Array(pixels.length);
  const nothing = pixels.every(({ count }) => count === 0);
  if (nothing || denominator === 0) return { value: 0, gradient };

  // d(M/D) = (M' N - N' M)/D^2; two divisions, since D^2 may underflow.
  const scale = log ? numerator : denominator;
  parts.forEach(({ hitSlope, missSlope }, j) => {
    const change = missSlope * numerator - hitSlope * missing;
    gradient[j] = (change / denominator / scale) * pixels[j].derivative;
  });
  const value = log ? Math.log1p(missing / numerator) : missing / denominator;
  return { value, gradient };
}

/** A loss to the power of `gamma`; at a loss of 0 the slope is 0, also where it is infinite. */
function power({ value, gradient }, gamma) {
  if (gamma === 1) return { value, gradient };
  const slope = value === 0 ? 0 : gamma * value ** (gamma - 1);
  return { value: value ** gamma, gradient: gradient.map((change) => slope * change) };
}

// A measure says what a pixel adds to N (`hit`) and to M (`miss`), with the slopes in its p.

/** N: `hit` times the intersection; M: alpha times p less it, and beta times t less it. */
function weighted({ overlap, slope, falsePositive, falseNegative }, { hit, alpha, beta }) {
  return (pixel) => ({
    hit: hit * overlap(pixel),
    hitSlope: hit * slope(pixel),
    miss: alpha * falsePositive(pixel) + beta * falseNegative(pixel),
    missSlope: alpha * (1 - slope(pixel)) - beta * slope(pixel),
  });
}

/** The same of p^2 + t^2 for U: what is missing, U - 2 I, is (p - t)^2. */
function squares(hit) {
  return (pixel) => ({
    hit: hit * pixel.p * pixel.t,
    hitSlope: hit * pixel.t,
    miss: excess(pixel) ** 2,
    missSlope: 2 * excess(pixel),
  });
}

// A pixel's part in I, its slope in p (q = 1 - p), and what p and t have beyond it.
const INTERSECTIONS = {
  product: {
    overlap: ({ p, t }) => p * t,
    slope: ({ t }) => t,
    falsePositive: ({ p, t }) => p * (1 - t),
    falseNegative: ({ q, t }) => q * t,
  },
  min: {
    overlap: ({ p, t }) => Math.min(p, t),
    slope: (pixel) => (1 - Math.sign(excess(pixel))) / 2, // 1/2 at a tie
    falsePositive: (pixel) => Math.max(excess(pixel), 0),
    falseNegative: (pixel) => Math.max(-excess(pixel), 0),
  },
};

/** p - t, taken from the side of 1 where both are near 1 and q = 1 - p holds more digits. */
function excess({ p, q, t }) {
  return t > 0.5 ? 1 - t - q : p - t;
}

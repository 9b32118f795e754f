// Pixel losses: every pixel has a loss of its own, and the loss of the mask is their mean.

import { groups } from "./groups.mjs";
import { complete, flag, notNegative, oneOf, orNull, share } from "./options.mjs";

const CLIP = 1e-7; // given probabilities are kept inside [CLIP, 1 - CLIP]

const CROSS_ENTROPY_OPTIONS = {
  from_logits: flag(true), label_smoothing: share(0), pos_weight: orNull(notNegative()),
};

const FOCAL_OPTIONS = {
  from_logits: flag(true), gamma: notNegative(2), alpha: orNull(share()),
  normalize: oneOf("pixels", "positives"),
};

/** Cross-entropy, the mean over the pixels. See `segloss_lab.reference.cross_entropy`. */
export function cross_entropy(logits, target, options = {}) {
  const settings = complete(options, CROSS_ENTROPY_OPTIONS);
  const pixels = groups(logits, target, settings);
  const a = settings.label_smoothing;
  const positives = settings.pos_weight ?? 1;
  const losses = pixels.map((pixel) => {
    const y = pixel.t * (1 - a) + a / 2;
    return pixelLoss(pixel, settings.from_logits, positives * y, 1 - y, 0);
  });
  return mean(pixels, losses, sum(pixels, () => 1));
}

/** Focal loss, the mean over the pixels. See `segloss_lab.reference.focal`. */
export function focal(logits, target, options = {}) {
  const settings = complete(options, FOCAL_OPTIONS);
  const pixels = groups(logits, target, settings);
  const { from_logits, gamma, alpha } = settings;
  const [positives, negatives] = alpha === null ? [1, 1] : [alpha, 1 - alpha];
  const losses = pixels.map((pixel) => (
    pixelLoss(pixel, from_logits, positives * pixel.t, negatives * (1 - pixel.t), gamma)
  ));
  const norm = settings.normalize === "positives"
    ? Math.max(1, sum(pixels, ({ t }) => t))
    : sum(pixels, () => 1);
  return mean(pixels, losses, norm);
}

function mean(pixels, losses, norm) {
  const nothing = pixels.every(({ count }) => count === 0);
  if (nothing) return { value: 0, gradient: new Float64Array(pixels.length) };
  return {
    value: sum(pixels, (pixel, j) => losses[j].loss) / norm,
    gradient: Float64Array.from(losses, ({ slope }) => slope / norm),
  };
}

/** The sum over all pixels; what a group of none holds, be it NaN, is not in it. */
function sum(pixels, quantity) {
  return pixels.reduce(
    (total, pixel, j) => (pixel.count === 0 ? total : total + pixel.count * quantity(pixel, j)), 0,
  );
}

/** positive q^g (-ln p) + negative p^g (-ln q), and its slope by what was passed; q = 1 - p. */
function pixelLoss(pixel, from_logits, positive, negative, gamma) {
  const { p, q, cost, costNot, logitSlope } = from_logits ? ofLogit(pixel) : ofProbability(pixel);
  const hit = focused(p, q, cost, gamma);
  const miss = focused(q, p, costNot, gamma);
  return {
    loss: positive * hit.loss + negative * miss.loss,
    slope: (positive * hit.slope - negative * miss.slope) * logitSlope,
  };
}

/** q^g cost, where cost = -ln p, and its slope by the logit of p: no power of q below g in it. */
function focused(p, q, cost, gamma) {
  const focus = q ** gamma;
  return { loss: focus * cost, slope: -focus * (gamma * p * cost + q) };
}

function ofLogit({ x, p, q }) {
  return { p, q, cost: softplus(-x), costNot: softplus(x), logitSlope: 1 };
}

function ofProbability({ x }) {
  const p = Math.min(Math.max(x, CLIP), 1 - CLIP);
  const q = 1 - p;
  const clipped = x < CLIP || x > 1 - CLIP;
  return {
    p, q, cost: -Math.log(p), costNot: -Math.log1p(-p), logitSlope: clipped ? 0 : 1 / (p * q),
  };
}

function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

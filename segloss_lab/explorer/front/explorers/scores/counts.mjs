// The four counts of a state, and the scores that are made of them.

import { dice as diceLoss } from "../../losses/index.mjs";

/** Found, missed, called for nothing and rightly left, in pixels, and all pixels. */
export function countsOf({ found, alarms, size, side }) {
  const all = side ** 2;
  const hits = Math.floor(found * size + 0.5);
  return { hits, misses: size - hits, alarms, rest: all - size - alarms, all };
}

/** The scores of four counts; Dice and IoU of nothing called where nothing is are 1. */
export function scoresOf({ hits, misses, alarms, rest, all }) {
  const called = hits + alarms;
  const object = hits + misses;
  const counts = [hits, misses, alarms, rest];
  const hard = { from_logits: false, smooth: 0, counts };
  return {
    accuracy: (hits + rest) / all,
    dice: ratio(2 * hits, called + object) ?? 1,
    iou: ratio(hits, called + misses) ?? 1,
    precision: ratio(hits, called),
    recall: ratio(hits, object),
    loss: diceLoss([1, 0, 1, 0], [1, 1, 0, 0], hard).value,
  };
}

function ratio(over, under) {
  return under === 0 ? null : over / under;
}

/**
 * The part of a state that reaches a Dice: by how much is found, and where all of it is not enough
 * by fewer false alarms.
 */
export function reachedAt(dice, { size, alarms }) {
  if (size === 0) return {};
  const found = (dice * (size + alarms)) / ((2 - dice) * size);
  if (found <= 1) return { found };
  return { found: 1, alarms: Math.round((2 * size * (1 - dice)) / dice) };
}

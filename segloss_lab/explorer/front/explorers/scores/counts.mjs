// The four counts of a state, and the scores that are made of them.

import { dice as diceLoss } from "../../losses/index.mjs";

/** Found, missed and rightly left, in pixels, all pixels, and the scores; null where there is none. */
export function evaluate({ found, alarms, size, side }) {
  const all = side ** 2;
  const hits = Math.floor(found * size + 0.5);
  const misses = size - hits;
  const rest = all - size - alarms;
  const either = hits + misses + alarms;
  const counts = [hits, misses, alarms, rest];
  return {
    hits, misses, alarms, rest, all, either,
    accuracy: (hits + rest) / all,
    // Nothing called where nothing is counts as 1.
    dice: ratio(2 * hits, hits + either) ?? 1,
    iou: ratio(hits, either) ?? 1,
    precision: ratio(hits, hits + alarms),
    recall: ratio(hits, size),
    loss: diceLoss([1, 0, 1, 0], [1, 1, 0, 0], { from_logits: false, smooth: 0, counts }).value,
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

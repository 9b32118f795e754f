// Ranking losses: errors in descending order, each times the jump of the Jaccard loss at its rank.

import { groups } from "./groups.mjs";
import { complete } from "./options.mjs";

/** Lovász hinge of logits against a hard mask. See `segloss_lab.reference.lovasz_hinge`. */
export function lovasz_hinge(logits, target, options = {}) {
  const pixels = groups(logits, target, { from_logits: true, ...complete(options, {}) });
  const soft = pixels.find(({ t }) => t !== 0 && t !== 1);
  if (soft) throw new RangeError(`target must be 0 or 1, got ${soft.t}`);

  const errors = pixels.map(({ x, t }) => 1 - x * (2 * t - 1));
  const jumps = jaccardJumps(errors, pixels);
  let value = 0;
  pixels.forEach(({ count }, j) => {
    if (count > 0) value += Math.max(errors[j], 0) * count * jumps[j];
  });
  const gradient = pixels.map(({ t }, j) => (
    errors[j] > 0 ? (1 - 2 * t) * jumps[j] : 0 * errors[j] // NaN stays NaN
  ));
  return { value, gradient: Float64Array.from(gradient) };
}

/**
 * How much the Jaccard loss rises, per pixel of a group, as the groups join the mispredicted pixels
 * in descending order of their errors; ties keep their order. Those beyond the margin, which cost
 * nothing and have no slope, are left out: they would be the last.
 *
 * In closed form, for no two nearly equal numbers are then subtracted: with G pixels of the object,
 * a of them and b of the background before a group of k, the loss is 1 - (G - a)/(G + b); k pixels
 * of the object raise it by k/(G + b), and of the background by k (G - a)/((G + b)(G + b + k)).
 */
function jaccardJumps(errors, pixels) {
  const ranked = [...pixels.keys()]
    .filter((j) => pixels[j].count > 0 && !(errors[j] <= 0)) // with NaN
    .sort((i, j) => descending(errors[i], errors[j]));
  const object = pixels.reduce((total, { count, t }) => total + count * t, 0); // G
  const jumps = new Float64Array(pixels.length);
  let before = 0; // a
  let union = object; // G + b
  for (const j of ranked) {
    const { t, count } = pixels[j];
    if (t === 1) {
      jumps[j] = 1 / union;
      before += count;
    } else {
      // On an empty mask the first false alarms take the Jaccard loss from 0 to 1 at once.
      jumps[j] = union === 0 ? 1 / count : (object - before) / (union * (union + count));
      union += count;
    }
  }
  return jumps;
}

/** The order of a sort from large to small, NaN at the start. */
function descending(a, b) {
  return b - a || Number.isNaN(b) - Number.isNaN(a);
}

// The extension at two or three pixels: its weights, its path of corners, its creases. A pixel is
// an entry of `truth` (1 or 0) and of `errors`, the distance of its probability from the truth.

import { range } from "d3-array";

import { dice, jaccard, lovasz_hinge } from "../../losses/index.mjs";

const SOFT = { jaccard, dice };
const STEP = 1e-9; // how far tied errors are moved apart to see what follows from their order

/** The logits at which the hinge errors are the given ones. */
export function logitsOf(truth, errors) {
  return errors.map((error, i) => (truth[i] ? 1 - error : error - 1));
}

/** The Lovász extension of the Jaccard loss; at errors of 0 and 1 it is the Jaccard loss. */
export function extension(truth, errors) {
  return lovasz_hinge(logitsOf(truth, errors), truth);
}

/** The slope of the extension by each error: what the Jaccard loss rises by at its rank. */
export function weightsOf(truth, errors) {
  // Errors that are all larger by 1 are in the same order, and none lies at the hinge's own kink.
  const { gradient } = extension(truth, errors.map((error) => error + 1));
  return Array.from(gradient, Math.abs);
}

/** "jaccard" or "dice" without smoothing, at the probabilities that have these errors. */
export function softLoss(name, truth, errors) {
  const probabilities = errors.map((error, i) => (truth[i] ? 1 - error : error));
  return SOFT[name](probabilities, truth, { from_logits: false, smooth: 0 }).value;
}

/** The pixels from the largest error to the smallest, ties in the order of the pixels. */
export function ranksOf(errors) {
  return [...errors.keys()].sort((i, j) => errors[j] - errors[i]);
}

/** The corners from no wrong pixel to all, by rank, with the shares of each in the point. */
export function pathOf(truth, errors) {
  const ranked = ranksOf(errors);
  const levels = [1, ...ranked.map((i) => errors[i]), 0];
  return range(ranked.length + 1).map((k) => {
    const wrong = ranked.slice(0, k);
    const corner = errors.map((_, i) => Number(wrong.includes(i)));
    const { value } = extension(truth, corner);
    return { wrong, corner, loss: value, share: levels[k] - levels[k + 1] };
  });
}

/** Whether the weights change as the tied pixels change their order. */
export function isKink(truth, errors, tied) {
  const parted = (sign) => errors.map((error, i) => (
    tied.includes(i) ? error + sign * STEP * tied.indexOf(i) : error
  ));
  const [one, other] = [weightsOf(truth, parted(1)), weightsOf(truth, parted(-1))];
  return one.some((weight, i) => weight !== other[i]);
}

/**
 * The lines {from: [x, y, z], to} over the errors of the first two pixels, the third's `held`, on
 * which two errors tie and the surface is creased.
 */
export function creases(truth, held) {
  const lossAt = (x, y) => [x, y, extension(truth, [x, y, ...held]).value];
  return tieLines(held).flatMap(({ tied, from, to }) => {
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, ...held];
    return isKink(truth, middle, tied) ? [{ from: lossAt(...from), to: lossAt(...to) }] : [];
  });
}

/** Where two errors tie, cut where the third joins them: {tied, from: [x, y], to}. */
function tieLines([c]) {
  const stops = [0, ...(c > 0 && c < 1 ? [c] : []), 1];
  return range(stops.length - 1).flatMap((k) => {
    const [a, b] = stops.slice(k, k + 2);
    const diagonal = { tied: [0, 1], from: [a, a], to: [b, b] };
    if (stops.length === 2) return [diagonal];
    return [
      diagonal,
      { tied: [0, 2], from: [c, a], to: [c, b] },
      { tied: [1, 2], from: [a, c], to: [b, c] },
    ];
  });
}

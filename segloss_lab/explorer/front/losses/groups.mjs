// What all losses start from: the two arrays and the counts as one list of groups of pixels.

/**
 * The arrays as a list of {x, t, count, p, q, derivative}: what was passed and the truth, the
 * number of such pixels, the probability and its complement, and dp/dx.
 */
export function groups(logits, target, { from_logits, counts }) {
  checkLength("target", target, logits);
  if (counts !== null) checkLength("counts", counts, logits);
  const read = from_logits ? ofLogit : ofProbability;
  const pixels = []; // in a plain loop: a descent asks hundreds of times
  for (let j = 0; j < logits.length; j += 1) {
    const t = Number(target[j]);
    const count = counts === null ? 1 : counts[j];
    if (!(t >= 0 && t <= 1)) throw new RangeError(`target must lie in [0, 1], got ${t}`);
    if (!(Number.isFinite(count) && count >= 0)) {
      throw new RangeError(`counts must be finite and not negative, got ${count}`);
    }
    pixels.push(read(logits[j], t, count));
  }
  return pixels;
}

/** 1/(1 + exp(-x)) without overflow; 1 - sigmoid(x) is sigmoid(-x), exact to the last digits. */
export function sigmoid(x) {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

const LARGE = Number.MAX_VALUE / 4; // infinite logits count as this: differences stay finite

function ofLogit(z, t, count) {
  const x = Math.min(Math.max(z, -LARGE), LARGE);
  const p = sigmoid(x);
  const q = sigmoid(-x);
  return { x, t, count, p, q, derivative: p * q };
}

function ofProbability(p, t, count) {
  if (p < 0 || p > 1) throw new RangeError(`probabilities must lie in [0, 1], got ${p}`);
  return { x: p, t, count, p, q: 1 - p, derivative: 1 };
}

function checkLength(name, array, logits) {
  if (array.length !== logits.length) {
    throw new RangeError(`${name} has ${array.length} entries, logits ${logits.length}`);
  }
}

// The losses of `segloss_lab` for one binary mask, in float64: pure mathematics, without imports.
//
// Every function takes two flat arrays and an object of options under the package's names, and
// returns {value, gradient}, the gradient with respect to what was passed (logits, or probabilities
// when `from_logits` is false). `counts` says how many identical pixels each entry stands for (one,
// unless told). The gradient is that of ONE pixel of the group; a group of none adds nothing to
// the value and still gets the gradient that one such pixel would have.

const CLIP = 1e-7; // cross_entropy keeps given probabilities inside [CLIP, 1 - CLIP]

/** Dice loss. See `segloss_lab.reference.dice`. */
export function dice(logits, target, options = {}) {
  const settings = complete(options, {
    from_logits: true, smooth: 1, eps: 0, squared: false, intersection: "product", log: false,
    counts: null,
  });
  checkDice(settings);
  const pixels = groups(logits, target, settings);
  const { squared, smooth, eps, log } = settings;
  const overlap = settings.intersection === "min" ? minimum : squared ? squares : product;

  let twice = 0; // 2 I
  let apart = 0; // U - 2 I, summed pixel by pixel so that a near-perfect map does not cancel
  for (const pixel of pixels) {
    if (pixel.count === 0) continue;
    twice += pixel.count * 2 * overlap.intersection(pixel);
    apart += pixel.count * overlap.apart(pixel);
  }
  const numerator = twice + smooth;
  const missing = apart + eps; // denominator - numerator
  const denominator = numerator + missing;

  const gradient = new Float64Array(pixels.length);
  const nothing = pixels.every((pixel) => pixel.count === 0);
  if (nothing || denominator === 0) return { value: 0, gradient }; // 0/0 is a perfect score

  // d(N/D) = (N' D - N D')/D^2 with D = N + missing; two divisions, since D^2 may underflow.
  const scale = log ? numerator : denominator;
  pixels.forEach((pixel, j) => {
    const slope = overlap.slope(pixel); // of 2 I
    const change = overlap.apartSlope(pixel) * numerator - slope * missing;
    gradient[j] = (change / denominator / scale) * pixel.derivative;
  });
  const value = log ? Math.log1p(missing / numerator) : missing / denominator;
  return { value, gradient };
}

/** Cross-entropy, the mean over the pixels. See `segloss_lab.reference.cross_entropy`. */
export function cross_entropy(logits, target, options = {}) {
  const settings = complete(options, {
    from_logits: true, label_smoothing: 0, pos_weight: null, counts: null,
  });
  checkCrossEntropy(settings);
  const pixels = groups(logits, target, settings);
  const perPixel = settings.from_logits ? crossEntropyOfLogit : crossEntropyOfProbability;
  const a = settings.label_smoothing;

  let sum = 0;
  let total = 0;
  const slopes = pixels.map((pixel) => {
    const y = pixel.t * (1 - a) + a / 2;
    const { loss, slope } = perPixel(pixel.x, (settings.pos_weight ?? 1) * y, 1 - y);
    if (pixel.count > 0) sum += pixel.count * loss;
    total += pixel.count;
    return slope;
  });
  if (total === 0) return { value: 0, gradient: new Float64Array(pixels.length) };
  return { value: sum / total, gradient: Float64Array.from(slopes, (slope) => slope / total) };
}

/** 1/(1 + exp(-x)) without overflow; 1 - sigmoid(x) is sigmoid(-x), exact to the last digits. */
export function sigmoid(x) {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

// What a pixel adds to 2 I and to U - 2 I, and the slopes of both in its probability p (q = 1 - p).

const product = {
  intersection: ({ p, t }) => p * t,
  apart: ({ p, q, t }) => p * (1 - t) + q * t,
  slope: ({ t }) => 2 * t,
  apartSlope: ({ t }) => 1 - 2 * t,
};

const squares = {
  intersection: ({ p, t }) => p * t,
  apart: (pixel) => excess(pixel) ** 2,
  slope: ({ t }) => 2 * t,
  apartSlope: (pixel) => 2 * excess(pixel),
};

const minimum = {
  intersection: ({ p, t }) => Math.min(p, t),
  apart: (pixel) => Math.abs(excess(pixel)),
  slope: (pixel) => 1 - Math.sign(excess(pixel)), // 1/2 on either side of a tie
  apartSlope: (pixel) => Math.sign(excess(pixel)),
};

/** p - t, taken from the side of 1 where both are near 1 and q = 1 - p holds more digits. */
function excess({ p, q, t }) {
  return t > 0.5 ? 1 - t - q : p - t;
}

function crossEntropyOfLogit(z, positive, negative) {
  return {
    loss: weighted(positive, softplus(-z)) + weighted(negative, softplus(z)),
    slope: negative * sigmoid(z) - positive * sigmoid(-z),
  };
}

function crossEntropyOfProbability(p, positive, negative) {
  const clipped = Math.min(Math.max(p, CLIP), 1 - CLIP);
  return {
    loss: -positive * Math.log(clipped) - negative * Math.log1p(-clipped),
    slope: p < CLIP || p > 1 - CLIP ? 0 : negative / (1 - clipped) - positive / clipped,
  };
}

function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** weight * x, where a weight of zero silences an infinite x but never a NaN. */
function weighted(weight, x) {
  return weight === 0 && !Number.isNaN(x) ? 0 : weight * x;
}

/** The arrays as one list of {x, p, q, t, count, derivative}, with dp/dx as `derivative`. */
function groups(logits, target, { from_logits, counts }) {
  if (logits.length !== target.length) {
    throw new RangeError(`logits has ${logits.length} entries, target ${target.length}`);
  }
  if (counts !== null && counts.length !== logits.length) {
    throw new RangeError(`counts has ${counts.length} entries, logits ${logits.length}`);
  }
  return Array.from(logits, (x, j) => {
    const t = Number(target[j]);
    const count = counts === null ? 1 : counts[j];
    if (!(t >= 0 && t <= 1)) throw new RangeError(`target must lie in [0, 1], got ${t}`);
    if (!(count >= 0)) throw new RangeError(`counts must not be negative, got ${count}`);
    if (!from_logits && (x < 0 || x > 1)) {
      throw new RangeError(`probabilities must lie in [0, 1], got ${x}`);
    }
    const p = from_logits ? sigmoid(x) : x;
    const q = from_logits ? sigmoid(-x) : 1 - x;
    return { x, p, q, t, count, derivative: from_logits ? p * q : 1 };
  });
}

function checkDice({ smooth, eps, squared, intersection, log }) {
  checkNotNegative("smooth", smooth);
  checkNotNegative("eps", eps);
  if (intersection !== "product" && intersection !== "min") {
    throw new RangeError(`intersection must be "product" or "min", got ${intersection}`);
  }
  if (intersection === "min" && squared) {
    throw new RangeError('intersection "min" does not go with squared');
  }
  if (log && smooth === 0) throw new RangeError("log needs smooth > 0, got 0");
}

function checkCrossEntropy({ label_smoothing, pos_weight }) {
  if (!(label_smoothing >= 0 && label_smoothing <= 1)) {
    throw new RangeError(`label_smoothing must lie in [0, 1], got ${label_smoothing}`);
  }
  if (pos_weight !== null) checkNotNegative("pos_weight", pos_weight);
}

function checkNotNegative(name, value) {
  if (!(Number.isFinite(value) && value >= 0)) {
    throw new RangeError(`${name} must be finite and not negative, got ${value}`);
  }
}

/** The options over their defaults; a name that is not among the defaults is an error. */
function complete(options, defaults) {
  for (const name of Object.keys(options)) {
    if (!(name in defaults)) throw new RangeError(`unknown option ${name}`);
  }
  return { ...defaults, ...options };
}

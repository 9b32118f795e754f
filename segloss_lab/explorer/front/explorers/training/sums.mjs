// Losses of z = a (x - c) and their slopes by the two knobs, summed over greys.
//
// Each function takes the units, options under the package's names and the sigmoids of their greys,
// and returns evaluate(a, c, valued), which gives the value (unless `valued` is false: a path asks
// for slopes alone) and leaves the slopes in `knobs`: plain loops over typed arrays, since a path
// takes hundreds of steps and a landscape thousands of places. The same losses of single pixels are
// in losses/; the tests hold both to `segloss_lab.reference`.

/**
 * What the last call of an `evaluate` has left: the slopes by a and c, and, by cross-entropy and
 * the region losses, the pull on the object, the sum of |dL/dz| over its pixels.
 */
export const knobs = { a: 0, c: 0, pull: 0 };

/** Cross-entropy, the mean over the pixels. See `segloss_lab.reference.cross_entropy`. */
export function crossEntropy({ batch }, { pos_weight = 1 }, greys = sigmoids(batch)) {
  const { x, object, background, first, last, size } = batch;
  const { p, q, tail } = greys;
  return (a, c, valued = true) => {
    greys.at(a, c, valued);
    let [value, slope, lever, pull] = [0, 0, 0, 0]; // sums of L, dL/dz and dL/dz times x - c
    for (let level = first; level <= last; level += 1) {
      const apart = x[level] - c;
      const positive = pos_weight * object[level];
      const negative = background[level];
      const pulled = positive * q[level];
      const push = negative * p[level] - pulled;
      slope += push;
      lever += push * apart;
      pull += pulled;
      const z = a * apart;
      if (valued) value += positive * Math.max(-z, 0) + negative * Math.max(z, 0)
        + (positive + negative) * tail[level];
    }
    knobs.a = lever / size;
    knobs.c = (-a * slope) / size;
    knobs.pull = pull / size;
    return value / size;
  };
}

/** Focal loss, the mean over the pixels. See `segloss_lab.reference.focal`. */
export function focal({ batch }, { gamma }, greys = sigmoids(batch)) {
  const { x, object, background, first, last, size } = batch;
  return (a, c) => {
    greys.at(a, c, true);
    let [value, slope, lever] = [0, 0, 0];
    for (let level = first; level <= last; level += 1) {
      const [p, q, tail] = [greys.p[level], greys.q[level], greys.tail[level]];
      const apart = x[level] - c;
      const z = a * apart;
      const [hit, miss] = [Math.max(-z, 0) + tail, Math.max(z, 0) + tail];
      const [positive, negative] = [object[level] * q ** gamma, background[level] * p ** gamma];
      value += positive * hit + negative * miss;
      const push = negative * (gamma * q * miss + p) - positive * (gamma * p * hit + q);
      slope += push;
      lever += push * apart;
    }
    knobs.a = lever / size;
    knobs.c = (-a * slope) / size;
    return value / size;
  };
}

/** Dice loss. See `segloss_lab.reference.dice`. */
export function dice(units, { smooth, eps, over }, greys = sigmoids(units.batch)) {
  return ratio(units, over, { hit: 2, alpha: 1, beta: 1, smooth, eps }, greys);
}

/** Tversky loss; `alpha` weighs false positives. See `segloss_lab.reference.tversky`. */
export function tversky(units, { alpha, beta, smooth, eps, over }) {
  return ratio(units, over, { hit: 1, alpha, beta, smooth, eps }, sigmoids(units.batch));
}

/** The mean over the units of M/(N + M), N = hit I + s, M = alpha FP + beta FN + e; 0/0 is 0. */
function ratio({ batch, images }, over, settings, greys) {
  const parts = (over === "batch" ? [batch] : images).map((unit) => ratioOfUnit(unit, settings));
  return (a, c) => {
    greys.at(a, c, false);
    let [value, slope, lever, pull] = [0, 0, 0, 0];
    for (const part of parts) {
      value += part(greys);
      slope += part.slope;
      lever += part.lever;
      pull += part.pull;
    }
    knobs.a = lever / parts.length;
    knobs.c = (-a * slope) / parts.length;
    knobs.pull = pull / parts.length;
    return value / parts.length;
  };
}

const STRIDE = 16; // greys from one exponential to the next

/**
 * Of every grey p, q = 1 - p, dp/dz and that times x - c, and if asked for, `tail`, ln(1 + e^-|z|):
 * once for all units. Greys are evenly spaced, so that exponentials of neighbours have one ratio.
 */
function sigmoids({ x, first, last }) {
  const [p, q, steep, lever, tail] = Array.from({ length: 5 }, () => new Float64Array(x.length));
  let now = { a: NaN, c: NaN, valued: false };

  function at(a, c, valued) {
    if (now.a === a && now.c === c && (now.valued || !valued)) return;
    now = { a, c, valued };
    const ratio = Math.exp(-a * (x[1] - x[0]));
    let odds = 0; // e^-z
    for (let level = first; level <= last; level += 1) {
      const apart = x[level] - c;
      odds = (level - first) % STRIDE === 0 ? Math.exp(-a * apart) : odds * ratio;
      p[level] = 1 / (1 + odds);
      q[level] = odds * p[level];
      steep[level] = p[level] * q[level];
      lever[level] = steep[level] * apart;
      if (valued) tail[level] = Math.log1p(odds < 1 ? odds : 1 / odds);
    }
  }

  return { p, q, steep, lever, tail, at };
}

function ratioOfUnit(unit, { hit, alpha, beta, smooth, eps }) {
  const { object, background, first, last, truth } = unit;
  function part({ p, q, steep, lever }) {
    let [overlap, alarms, missed] = [0, 0, 0];
    let [onSlope, onLever, offSlope, offLever] = [0, 0, 0, 0];
    for (let level = first; level <= last; level += 1) {
      const many = background[level];
      alarms += many * p[level];
      offSlope += many * steep[level];
      offLever += many * lever[level];
      if (truth === 0 || object[level] === 0) continue;
      const some = object[level];
      overlap += some * p[level];
      missed += some * q[level];
      onSlope += some * steep[level];
      onLever += some * lever[level];
    }
    const numerator = hit * overlap + smooth;
    const missing = alpha * alarms + beta * missed + eps;
    const denominator = numerator + missing;
    if (denominator === 0) {
      Object.assign(part, { slope: 0, lever: 0, pull: 0 });
      return 0;
    }
    // d(M/D) = (M' N - N' M)/D^2; two divisions, since D^2 may underflow.
    const on = -(beta * numerator + hit * missing) / denominator / denominator;
    const off = (alpha * numerator) / denominator / denominator;
    part.slope = on * onSlope + off * offSlope;
    part.lever = on * onLever + off * offLever;
    part.pull = -on * onSlope;
    return missing / denominator;
  }
  return part;
}

/** Cross-entropy plus `weight` times Dice. See `segloss_lab.reference.compound`. */
export function compound(units, options) {
  const { pixels, region } = termsOf(units, options);
  const { weight } = options;
  return (a, c, valued) => {
    const first = pixels(a, c, valued);
    const [slopeA, slopeC] = [knobs.a, knobs.c];
    const second = region(a, c);
    knobs.a = slopeA + weight * knobs.a;
    knobs.c = slopeC + weight * knobs.c;
    return first + weight * second;
  };
}

/** pulls(a, c) of the two terms of a compound on the object: [cross-entropy's, Dice's]. */
export function pullsOf(units, options) {
  const { pixels, region } = termsOf(units, options);
  return (a, c) => {
    pixels(a, c, false);
    const first = knobs.pull;
    region(a, c);
    return [first, options.weight * knobs.pull];
  };
}

function termsOf(units, options) {
  const greys = sigmoids(units.batch);
  return { pixels: crossEntropy(units, {}, greys), region: dice(units, options, greys) };
}

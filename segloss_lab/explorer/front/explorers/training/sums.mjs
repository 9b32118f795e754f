// Losses of z = a (x - c) and their slopes by the two knobs, summed over greys.
//
// Each function takes the units, options under the package's names and the sigmoids of their greys,
// and returns evaluate(a, c, valued), which gives the value (unless `valued` is false: a path asks
// for slopes alone) and leaves the slopes in `knobs`: plain loops over typed arrays, since a path
// takes hundreds of steps and a landscape thousands of places. The same losses of single pixels are
// in losses/; the tests hold both to `segloss_lab.reference`.

/**
 * What the last call of an `evaluate` has left: the slopes by a and c; by all but the Lovász hinge
 * the pull on the object, the sum of |dL/dz| over its pixels; by a compound that of each term.
 */
export const knobs = { a: 0, c: 0, pull: 0, pixels: 0, region: 0 };

/** Leave what was summed, of dL/dz, of that times x - c, and the pull, as a mean; give the value's. */
function settle(a, many, { value, slope, lever, pull }) {
  knobs.a = lever / many;
  knobs.c = (-a * slope) / many;
  knobs.pull = pull / many;
  return value / many;
}

/**
 * Focal loss with `pos_weight` on the object, the mean over the pixels; at gamma = 0 it is
 * cross-entropy. See `segloss_lab.reference.focal` and `cross_entropy`.
 */
export function pixelLoss({ batch }, { gamma = 0, pos_weight = 1 }, greys = sigmoids(batch)) {
  const { x, object, background, first, last, size } = batch;
  const { p, q, tail } = greys;
  const power = gamma === 0 ? () => 1 : (share) => share ** gamma;
  return (a, c, valued = true) => {
    greys.at(a, c, valued || gamma !== 0); // the slopes of cross-entropy need no tail
    let [value, slope, lever, pull] = [0, 0, 0, 0];
    for (let level = first; level <= last; level += 1) {
      const apart = x[level] - c;
      const z = a * apart;
      const [hit, miss] = [Math.max(-z, 0) + tail[level], Math.max(z, 0) + tail[level]];
      const positive = pos_weight * object[level] * power(q[level]);
      const negative = background[level] * power(p[level]);
      value += positive * hit + negative * miss;
      const pulled = positive * (gamma * p[level] * hit + q[level]);
      const push = negative * (gamma * q[level] * miss + p[level]) - pulled;
      slope += push;
      lever += push * apart;
      pull += pulled;
    }
    return settle(a, size, { value, slope, lever, pull });
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
function ratio(units, over, settings, greys) {
  const mean = meanOver(units, over, (unit) => ratioOfUnit(unit, settings, greys));
  return (a, c) => {
    greys.at(a, c, false);
    return mean(a, c);
  };
}

/** The mean over the units, each a part(a, c) that gives its value and leaves its slopes on it. */
export function meanOver({ batch, images }, over, partOf) {
  const parts = (over === "batch" ? [batch] : images).map(partOf);
  return (a, c) => {
    let [value, slope, lever, pull] = [0, 0, 0, 0];
    for (const part of parts) {
      value += part(a, c);
      slope += part.slope;
      lever += part.lever;
      pull += part.pull;
    }
    return settle(a, parts.length, { value, slope, lever, pull });
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

function ratioOfUnit(unit, { hit, alpha, beta, smooth, eps }, { p, q, steep, lever }) {
  const { object, background, first, last, truth } = unit;
  function part() {
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
  const greys = sigmoids(units.batch);
  const [pixels, region] = [pixelLoss(units, {}, greys), dice(units, options, greys)];
  const { weight } = options;
  return (a, c, valued) => {
    const first = pixels(a, c, valued);
    const [slopeA, slopeC] = [knobs.a, knobs.c];
    knobs.pixels = knobs.pull;
    const second = region(a, c);
    knobs.a = slopeA + weight * knobs.a;
    knobs.c = slopeC + weight * knobs.c;
    knobs.region = weight * knobs.pull;
    return first + weight * second;
  };
}

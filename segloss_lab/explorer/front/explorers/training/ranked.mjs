// The Lovász hinge of z = a (x - c): errors in descending order, without sorting them.
//
// The errors of object pixels, 1 - z, fall as the pixels get brighter, and those of the others,
// 1 + z, rise: two lists that are in order already are merged. Where errors of an object pixel and
// of another are equal, or those of two greys, slopes depend on what comes first: the package ranks
// them in the order of the pixels, and so do those few places here.

import { knobs } from "./sums.mjs";

/** The mean over the units of their Lovász hinge. See `segloss_lab.reference.lovasz_hinge`. */
export function lovaszHinge({ batch, images }, { over }) {
  const parts = (over === "batch" ? [batch] : images).map(rankedUnit);
  return (a, c) => {
    let [value, slope, lever] = [0, 0, 0];
    for (const part of parts) {
      value += part(a, c);
      slope += part.slope;
      lever += part.lever;
    }
    knobs.a = lever / parts.length;
    knobs.c = (-a * slope) / parts.length;
    return value / parts.length;
  };
}

function rankedUnit(unit) {
  const { x, truth } = unit;
  const bright = levelsOf(unit.object);
  const others = levelsOf(unit.background).reverse();

  function part(a, c) {
    let [value, before, union] = [0, 0, truth]; // before: object pixels that have joined
    let [i, j, last] = [0, 0, Infinity];
    part.slope = 0;
    part.lever = 0;
    while (i < bright.length || j < others.length) {
      const on = i < bright.length ? 1 - a * (x[bright[i]] - c) : -Infinity;
      const off = j < others.length ? 1 + a * (x[others[j]] - c) : -Infinity;
      const error = Math.max(on, off);
      if (on === off || error === last) return inPixels(a, c);
      last = error;
      if (error <= 0) break; // beyond the margin: no cost, no slope
      const level = on > off ? bright[i] : others[j];
      let jump;
      if (on > off) {
        const many = unit.object[level];
        jump = many / union;
        before += many;
        part.slope -= jump;
        part.lever -= jump * (x[level] - c);
        i += 1;
      } else {
        const many = unit.background[level];
        jump = jumpOf(many, before, union);
        union += many;
        part.slope += jump;
        part.lever += jump * (x[level] - c);
        j += 1;
      }
      value += error * jump;
    }
    return value;
  }

  /** On an empty mask the first false alarms take the Jaccard loss from 0 to 1 at once. */
  function jumpOf(many, before, union) {
    return union === 0 ? 1 : (many * (truth - before)) / (union * (union + many));
  }

  /** The same of single pixels, ties in their order. */
  function inPixels(a, c) {
    if (a === 0) return flat(c);
    const { level, sign } = inOrder();
    const errors = Float64Array.from(level, (grey, k) => 1 - a * (x[grey] - c) * sign[k]);
    const order = Uint32Array.from(level.keys()).sort((k, l) => errors[l] - errors[k] || k - l);
    let value = 0;
    part.slope = 0;
    part.lever = 0;
    jumpsAlong(order, sign, (k, jump) => {
      if (errors[k] <= 0) return;
      value += errors[k] * jump;
      part.slope -= sign[k] * jump;
      part.lever -= sign[k] * jump * (x[level[k]] - c);
    });
    return value;
  }

  /** Where a is 0 all errors are 1 and tied: the jumps of the pixels in their order, for any c. */
  function flat(c) {
    const { slope, level } = flatSums();
    part.slope = slope;
    part.lever = level - c * slope;
    return 1;
  }

  const inOrder = once(() => pixelsOf(unit));
  const flatSums = once(() => {
    const { level, sign } = inOrder();
    const sums = { slope: 0, level: 0 };
    jumpsAlong(level.keys(), sign, (k, jump) => {
      sums.slope -= sign[k] * jump;
      sums.level -= sign[k] * jump * x[level[k]];
    });
    return sums;
  });

  function jumpsAlong(order, sign, take) {
    let [before, union] = [0, truth];
    for (const k of order) {
      if (sign[k] === 1) {
        take(k, 1 / union);
        before += 1;
      } else {
        take(k, jumpOf(1, before, union));
        union += 1;
      }
    }
  }

  return part;
}

/** The greys that some pixel has, from dark to bright. */
function levelsOf(counts) {
  return [...counts.keys()].filter((level) => counts[level] > 0);
}

/** Every pixel's grey, and 1 on the object, -1 beside it, in the order of the pixels. */
function pixelsOf({ pictures, size }) {
  const level = new Uint8Array(size);
  const sign = new Int8Array(size);
  let at = 0;
  for (const { grey, truth } of pictures) {
    level.set(grey, at);
    truth.forEach((bit, i) => { sign[at + i] = 2 * bit - 1; });
    at += grey.length;
  }
  return { level, sign };
}

function once(compute) {
  let result = null;
  return () => { result ??= compute(); return result; };
}

// The Lovász hinge of z = a (x - c): errors in descending order, without sorting them.
//
// The errors of object pixels, 1 - z, fall as the pixels get brighter, and those of the others,
// 1 + z, rise: two lists that are in order already are merged. Where errors of an object pixel and
// of another are equal, or those of two greys, slopes depend on what comes first: the package ranks
// them in the order of the pixels, and so do those few places here.

import { meanOver } from "./sums.mjs";

/** The mean over the units of their Lovász hinge. See `segloss_lab.reference.lovasz_hinge`. */
export function lovaszHinge(units, { over }) {
  return meanOver(units, over, rankedUnit);
}

function rankedUnit(unit) {
  const { x, truth } = unit;
  const bright = levelsOf(unit.object);
  const others = levelsOf(unit.background).reverse();
  let [pixels, flat] = [null, null]; // only where there are ties

  part.pull = 0; // nobody asks for it
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
    // Where a is 0 all errors are 1 and tied, for any c, and a path may stay there for long.
    const sums = a === 0 ? flat ??= sumsOf(0, c) : sumsOf(a, c);
    part.slope = sums.slope;
    part.lever = sums.bright - c * sums.slope;
    return sums.value;
  }

  function sumsOf(a, c) {
    const { level, sign } = pixels ??= pixelsOf(unit);
    const errors = Float64Array.from(level, (grey, k) => 1 - a * (x[grey] - c) * sign[k]);
    const order = Uint32Array.from(level.keys()).sort((k, l) => errors[l] - errors[k] || k - l);
    const sums = { value: 0, slope: 0, bright: 0 };
    let [before, union] = [0, truth];
    for (const k of order) {
      if (errors[k] <= 0) break;
      const on = sign[k] === 1;
      const jump = on ? 1 / union : jumpOf(1, before, union);
      if (on) before += 1;
      else union += 1;
      sums.value += errors[k] * jump;
      sums.slope -= sign[k] * jump;
      sums.bright -= sign[k] * jump * x[level[k]];
    }
    return sums;
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

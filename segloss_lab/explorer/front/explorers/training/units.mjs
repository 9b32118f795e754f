// The pixels of some pictures as what a loss sums over: how many of each grey are object and how
// many are not, for z = a (x - c) is the same for all pixels of one grey.

import { LEVELS } from "./scene.mjs";

/**
 * The greys {x, object, background, first, last, size, truth (how many are object), pixels (in
 * their order, {grey, truth})} of pictures taken together; `first` to `last` are the greys in use.
 */
export function unitOf(pictures, x) {
  const object = new Float64Array(LEVELS);
  const background = new Float64Array(LEVELS);
  let [first, last, size, truth] = [LEVELS - 1, 0, 0, 0];
  for (const { grey, truth: bits } of pictures) {
    for (let i = 0; i < grey.length; i += 1) {
      const level = grey[i];
      if (bits[i] === 1) object[level] += 1;
      else background[level] += 1;
      truth += bits[i];
      if (level < first) first = level;
      if (level > last) last = level;
    }
    size += grey.length;
  }
  return { x, object, background, first, last, size, truth, pictures };
}

/** What a loss may sum over: {batch, images}, all pictures as one unit and each as one. */
export function unitsOf(pictures, x) {
  return {
    batch: unitOf(pictures, x),
    images: pictures.map((picture) => unitOf([picture], x)),
  };
}

/** {called, found}: functions of the knobs that count the pixels of a unit with z > 0. */
export function counterOf({ x, object, background }) {
  const above = new Float64Array(LEVELS + 1); // pixels of this grey and of all brighter ones
  const found = new Float64Array(LEVELS + 1);
  for (let level = LEVELS - 1; level >= 0; level -= 1) {
    above[level] = above[level + 1] + object[level] + background[level];
    found[level] = found[level + 1] + object[level];
  }
  const from = (a, c) => {
    if (a === 0) return LEVELS;
    let [low, high] = [0, LEVELS];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x[middle] > c) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    called: (a, c) => above[from(a, c)],
    found: (a, c) => found[from(a, c)],
  };
}

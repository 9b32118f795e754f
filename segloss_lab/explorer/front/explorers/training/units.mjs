// The pixels of some pictures as what a loss sums over: how many of each grey are object and how
// many are not, for z = a (x - c) is the same for all pixels of one grey.

import { bisectRight } from "d3-array";

import { LEVELS } from "./scene.mjs";

/**
 * The greys {x, object, background, first, last, size, truth (how many are object), pictures} of
 * pictures taken together; `first` to `last` are the greys in use.
 */
export function unitOf(pictures, x) {
  const object = new Float64Array(LEVELS);
  const background = new Float64Array(LEVELS);
  let [first, last, size, truth] = [LEVELS - 1, 0, 0, 0];
  for (const { grey, truth: bits } of pictures) {
    for (const [i, level] of grey.entries()) {
      (bits[i] === 1 ? object : background)[level] += 1;
      truth += bits[i];
      first = Math.min(first, level);
      last = Math.max(last, level);
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

/**
 * count(a, c) of the pixels of a unit with z > 0: {from (the darkest grey that is called), called,
 * found}.
 */
export function counterOf({ x, object, background }) {
  const called = new Float64Array(LEVELS + 1); // pixels of this grey and of all brighter ones
  const found = new Float64Array(LEVELS + 1);
  for (let level = LEVELS - 1; level >= 0; level -= 1) {
    called[level] = called[level + 1] + object[level] + background[level];
    found[level] = found[level + 1] + object[level];
  }
  return (a, c) => {
    const from = a === 0 ? LEVELS : bisectRight(x, c);
    return { from, called: called[from], found: found[from] };
  };
}

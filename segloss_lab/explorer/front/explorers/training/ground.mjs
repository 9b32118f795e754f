// The landscape of a loss over the two knobs: its values on a grid, and where its contours run.

import { quantileSorted, range } from "d3-array";

import { BOUNDS } from "./descent.mjs";

// Shares of the map that lie below the contours.
const BANDS = [0.01, 0.025, 0.05, 0.09, 0.15, 0.23, 0.33, 0.45, 0.6, 0.78];
const APART = 0.004; // of the map's range: contours of a plain that differ by less are left out
const SLICE = 4; // milliseconds that a slice of the work may take

/** How far up a value of a stands: the square root gives the small ones, where paths turn, room. */
export const heightOf = (a) => Math.sqrt(a / BOUNDS.a[1]);
export const knobOf = (height) => BOUNDS.a[1] * height * height;

/** An empty grid of so many nodes, row by row from the largest a, which `fill` completes. */
export function createGround(evaluate, columns, rows) {
  const [least, most] = BOUNDS.c;
  const values = [];
  return {
    columns, rows, values,
    /** Go on for a slice of time, or to the end; whether the end is reached. */
    fill(toTheEnd = false) {
      const until = performance.now() + SLICE;
      while (values.length < columns * rows && (toTheEnd || performance.now() < until)) {
        const a = knobOf(1 - values.length / columns / (rows - 1));
        values.push(...range(columns).map((column) => (
          evaluate(a, least + ((most - least) * column) / (columns - 1))
        )));
      }
      return values.length === columns * rows;
    },
  };
}

/** The values at which contours run, and before them the lowest of all. */
export function levelsOf(values) {
  const sorted = Float64Array.from(values).sort();
  const levels = [sorted[0]];
  const least = APART * (quantileSorted(sorted, 0.9) - sorted[0]);
  for (const share of BANDS) {
    const level = quantileSorted(sorted, share);
    if (level - levels.at(-1) > least) levels.push(level);
  }
  return levels;
}

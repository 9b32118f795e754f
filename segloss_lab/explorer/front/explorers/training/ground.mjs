// The landscape of a loss over the two knobs: its values on a grid, and where its contours run.

import { quantileSorted } from "d3-array";

import { BOUNDS } from "./descent.mjs";

// Shares of the map that lie below the contours.
const BANDS = [0.01, 0.025, 0.05, 0.09, 0.15, 0.23, 0.33, 0.45, 0.6, 0.78];
const APART = 0.004; // of the map's range: contours of a plain that differ by less are left out
const SLICE = 6; // milliseconds that a slice of the work may take

/** How far up a value of a stands: the square root gives the small ones, where paths turn, room. */
export const heightOf = (a) => Math.sqrt(a / BOUNDS.a[1]);
export const knobOf = (height) => BOUNDS.a[1] * height * height;

/** An empty grid of so many nodes, row by row from a = 0, filled by `fill` until it is complete. */
export function createGround(evaluate, columns, rows) {
  const values = new Float64Array(columns * rows);
  const [least, most] = BOUNDS.c;
  let row = 0;

  function fillRow() {
    const a = knobOf(row / (rows - 1));
    for (let column = 0; column < columns; column += 1) {
      const c = least + ((most - least) * column) / (columns - 1);
      values[row * columns + column] = evaluate(a, c);
    }
    row += 1;
  }

  return {
    columns, rows, values,
    /** Go on for a slice of time, or to the end; whether the end is reached. */
    fill(toTheEnd = false) {
      const until = performance.now() + SLICE;
      while (row < rows && (toTheEnd || performance.now() < until)) fillRow();
      return row === rows;
    },
  };
}

/** The lowest value on the map, and those at which contours run: {lowest, levels}. */
export function bandsOf(values) {
  const sorted = values.slice().sort();
  const [lowest] = sorted;
  const least = APART * (quantileSorted(sorted, 0.9) - lowest);
  const levels = [];
  for (const share of BANDS) {
    const level = quantileSorted(sorted, share);
    if (level - (levels.at(-1) ?? lowest) > least) levels.push(level);
  }
  return { lowest, levels };
}

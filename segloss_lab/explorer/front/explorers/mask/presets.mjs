// Masks to start from, each with what it shows.

import { encode, maskWhere } from "./grid.mjs";

/** All pixels within `radius` of a place. */
function disc(row, column, radius) {
  return (y, x) => (y - row) ** 2 + (x - column) ** 2 <= radius ** 2;
}

function either(one, other) {
  return (y, x) => one(y, x) || other(y, x);
}

/** A state, as its button takes it: [label, changes]. */
function preset(label, truth, prediction, shift_x = 0) {
  const [object, called] = [truth, prediction].map((inside) => encode(maskWhere(inside)));
  return [label, { truth: object, prediction: called, shift_x, shift_y: 0, grow: 0 }];
}

const blob = disc(18, 12, 7.2);
const lesion = disc(7, 25, 1.5);
const large = disc(13, 10, 6);
const round = disc(15.5, 13, 8);
const hole = disc(15.5, 15.5, 6);
const rim = disc(15.5, 15.5, 10);

export const PRESETS = [
  preset("Blob and lesion", either(blob, lesion), blob, 2),
  preset("Tiny lesion", lesion, lesion, 1),
  preset("Two objects", either(large, disc(22, 24, 3)), large, -1),
  preset("Empty", () => false, lesion),
  preset("Ring", (y, x) => rim(y, x) && !hole(y, x), disc(15.5, 15.5, 9)),
  preset("Disc", round, round, 5),
];

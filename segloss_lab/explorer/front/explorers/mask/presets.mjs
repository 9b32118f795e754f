// Masks to start from, each with what it shows.

import { EMPTY, encode, maskWhere } from "./grid.mjs";

/** All pixels within `radius` of a place. */
function disc(row, column, radius) {
  return (y, x) => (y - row) ** 2 + (x - column) ** 2 <= radius ** 2;
}

function either(...parts) {
  return (y, x) => parts.some((part) => part(y, x));
}

function ring(row, column, inner, outer) {
  return (y, x) => disc(row, column, outer)(y, x) && !disc(row, column, inner)(y, x);
}

function preset(label, truth, prediction, shift_x = 0) {
  const digits = (inside) => (inside === null ? EMPTY : encode(maskWhere(inside)));
  const place = { shift_x, shift_y: 0, grow: 0 };
  return { label, start: { truth: digits(truth), prediction: digits(prediction), ...place } };
}

const blob = disc(18, 12, 7.2);
const lesion = disc(7, 25, 1.5);
const large = disc(13, 10, 6);
const small = disc(22, 24, 3);
const round = disc(15.5, 13, 8);

export const PRESETS = [
  preset("Blob and lesion", either(blob, lesion), blob, 2),
  preset("Tiny lesion", lesion, lesion, 1),
  preset("Two objects", either(large, small), large, -1),
  preset("Empty", null, lesion),
  preset("Ring", ring(15.5, 15.5, 6, 10), disc(15.5, 15.5, 9)),
  preset("Disc", round, round, 5),
];

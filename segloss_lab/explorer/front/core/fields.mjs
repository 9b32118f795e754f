// The parts of an explorer's state. A field knows its first value, which values it takes, how they
// read and are written, (for a slider) which values its positions stand for, and by `when(state)`
// whether its control does anything at a state: one that does nothing is not shown.

import { bisectCenter, range } from "d3-array";

import { exact } from "./numbers.mjs";

// Beyond these a figure cannot compute: its losses divide by squares of sums, and those must neither
// vanish nor leave the doubles. The Python traits have the same bounds.
const [LEAST, MOST] = [1e-100, 1e100];

/** Zero, then 1e-7 to 1e5 in tenths of a decade: the slider's leftmost position is exactly zero. */
export function logField({ initial, label, unit, when }) {
  const steps = range(-70, 51).map((tenth) => Number((10 ** (tenth / 10)).toPrecision(3)));
  return numberField({
    initial, label, unit, when, positions: [0, ...steps],
    ...amount(0, MOST),
  });
}

/** Whole numbers from `min` to 1e5: every one up to 10, then twenty to the decade. */
export function countField({ initial, label, unit, min = 0, when }) {
  const steps = range(20, 101).map((step) => Math.round((10 ** (step / 20)).toPrecision(2)));
  return numberField({
    initial, label, unit, when, positions: [...range(min, 10), ...steps],
    expected: `a whole number from ${min} to 100000`,
    accepts: (value) => Number.isInteger(value) && value >= min && value <= 1e5,
  });
}

/** A share from 0 to 1, in hundredths. */
export function shareField({ initial, label, when }) {
  return numberField({
    initial, label, unit: "", when, positions: range(101).map((step) => step / 100), ...amount(0, 1),
  });
}

/** Numbers from `min` to `max`, the slider in `steps` equal steps. */
export function linearField({ initial, label, unit = "", min, max, steps, when }) {
  const positions = range(steps + 1).map(
    (step) => Number((min + ((max - min) * step) / steps).toPrecision(12)),
  );
  return numberField({
    initial, label, unit, positions, when, ...amount(min, max),
  });
}

/** Whole numbers from `min` to `max`. */
export function integerField({ initial, label, unit = "", min, max, when }) {
  return numberField({
    initial, label, unit, when, positions: range(min, max + 1),
    expected: `a whole number from ${min} to ${max}`,
    accepts: (value) => Number.isInteger(value) && value >= min && value <= max,
  });
}

/** A share from 0 to 1, in hundredths, or none at all (null): the slider's leftmost position. */
export function optionalShareField({ initial = null, label, when }) {
  const shares = shareField({ initial, label, when });
  return {
    ...shares,
    positions: [null, ...shares.positions],
    expected: `${shares.expected}, or none`,
    accepts: (value) => value === null || shares.accepts(value),
    parse: (text) => (["", "none"].includes(text.trim()) ? null : shares.parse(text)),
    format: (value) => (value === null ? "none" : exact(value)),
    nearest: (value) => (value === null ? 0 : 1 + shares.nearest(value)),
  };
}

/** One of a few numbers, in the order given: the slider's positions, and nothing between them. */
export function pickField({ label, unit = "", positions, when }) {
  const initial = positions[0];
  return {
    ...numberField({
      initial, label, unit, positions, when, expected: `one of ${positions.join(", ")}`,
      accepts: (value) => positions.includes(value),
    }),
    nearest: (value) => positions.indexOf(value),
  };
}

/** Yes or no. */
export function flagField({ initial = false, label, when }) {
  return {
    kind: "flag", initial, label, when, expected: "true or false",
    accepts: (value) => typeof value === "boolean",
    parse: (text) => ({ true: true, false: false })[text],
    format: String,
  };
}

/** One of a few words, given as {word: what a person reads}. */
export function choiceField({ initial, label, choices, when }) {
  const words = Object.keys(choices);
  return {
    kind: "choice", initial, label, choices, when,
    expected: `one of ${words.join(", ")}`,
    accepts: (value) => words.includes(value),
    parse: (text) => text,
    format: String,
  };
}

/**
 * A part of the state that a person moves in the picture itself: it has no control. One that is
 * `fixed` is never moved, and no link carries it.
 */
export function hiddenField({
  initial, expected, accepts, parse = String, format = String, fixed = false,
}) {
  return { kind: "hidden", initial, expected, accepts, parse, format, fixed };
}

/** What a field of any numbers from `min` to `max` accepts, and how it says so. */
function amount(min, max) {
  const [least, most] = [LEAST, max].map((end) => exact(end).replace("+", ""));
  const within = min === 0 ? `0 or a number from ${least}` : `a number from ${min}`;
  return {
    expected: `${within} to ${most}${min < 0 ? `, 0 or at least ${least} in size` : ""}`,
    accepts: (value) => value >= min && value <= max && (value === 0 || Math.abs(value) >= LEAST),
  };
}

function numberField({ initial, label, unit, positions, expected, accepts, when }) {
  return {
    kind: "number", initial, label, unit, positions, expected, when,
    accepts: (value) => typeof value === "number" && accepts(value),
    parse: (text) => (text.trim() === "" ? NaN : Number(text)),
    format: exact,
    nearest: (value) => bisectCenter(positions, value),
  };
}

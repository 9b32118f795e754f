// The parts of an explorer's state. A field knows its first value, which values it takes, how they
// read, and (for a slider) which values its positions stand for.

import { bisectCenter, range } from "d3-array";

import { exact } from "./numbers.mjs";

/** Zero, then 1e-7 to 1e5 in tenths of a decade: the slider's leftmost position is exactly zero. */
export function logField({ initial, label, unit }) {
  const steps = range(-70, 51).map((tenth) => Number((10 ** (tenth / 10)).toPrecision(3)));
  return numberField({
    initial, label, unit, positions: [0, ...steps],
    expected: "a finite number >= 0", accepts: (value) => Number.isFinite(value) && value >= 0,
  });
}

/** Whole numbers from 0 to 1e5: every one up to 10, then twenty to the decade. */
export function countField({ initial, label, unit }) {
  const steps = range(20, 101).map((step) => Math.round((10 ** (step / 20)).toPrecision(2)));
  return numberField({
    initial, label, unit, positions: [...range(10), ...steps],
    expected: "a whole number from 0 to 100000",
    accepts: (value) => Number.isInteger(value) && value >= 0 && value <= 1e5,
  });
}

/** A share from 0 to 1, in hundredths. */
export function shareField({ initial, label }) {
  return numberField({
    initial, label, unit: "", positions: range(101).map((step) => step / 100),
    expected: "a number from 0 to 1", accepts: (value) => value >= 0 && value <= 1,
  });
}

/** One of a few words, given as {word: what a person reads}. */
export function choiceField({ initial, label, choices }) {
  const words = Object.keys(choices);
  return {
    kind: "choice", initial, label, choices,
    expected: `one of ${words.join(", ")}`,
    accepts: (value) => words.includes(value),
    parse: (text) => text,
  };
}

function numberField({ initial, label, unit, positions, expected, accepts }) {
  return {
    kind: "number", initial, label, unit, positions, expected,
    accepts: (value) => typeof value === "number" && accepts(value),
    parse: (text) => (text.trim() === "" ? NaN : Number(text)),
    format: exact,
    nearest: (value) => bisectCenter(positions, value),
  };
}

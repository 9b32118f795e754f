// The losses for another program: a JSON list of {loss, logits, target, options} on stdin becomes a
// JSON list of {value, gradient}, or {error} where the loss refuses its arguments, on stdout.
// JSON has no word for NaN and the infinities: both ways they travel as strings.

import { readFileSync } from "node:fs";

import * as losses from "./index.mjs";

const NON_FINITE = { __proto__: null, NaN, Infinity, "-Infinity": -Infinity };

function decode(key, value) {
  return typeof value === "string" && value in NON_FINITE ? NON_FINITE[value] : value;
}

function encode(number) {
  return Number.isFinite(number) ? number : String(number);
}

function evaluate({ loss, logits, target, options = {} }) {
  if (!Object.hasOwn(losses, loss)) throw new RangeError(`unknown loss ${loss}`);
  const { value, gradient } = losses[loss](logits, target, options);
  return { value: encode(value), gradient: Array.from(gradient, encode) };
}

function evaluateOrExplain(request) {
  try {
    return evaluate(request);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // a fault of ours, not of the arguments
    return { error: error.message };
  }
}

const requests = JSON.parse(readFileSync(0, "utf8"), decode);
process.stdout.write(JSON.stringify(requests.map(evaluateOrExplain)));

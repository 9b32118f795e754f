// The Dice loss of the picture and its slopes, by the losses that are held to the package.

import { dice } from "../../losses/index.mjs";
import { CONVENTIONS, optionsOf } from "./conventions.mjs";
import { fields } from "./fields.mjs";

const FULL = 1e-5; // the smooth at which the object pulls with what is called its strength here

/** Loss and slopes for an object of `state.size` pixels; `largest` is the largest |dL/dp|. */
export function evaluate(state) {
  const { size, overlap, false_positives } = state;
  const counts = [size, false_positives, 1];
  const options = { from_logits: false, counts, ...optionsOf(state) };
  const { value, gradient } = dice([overlap, 1, 0], [1, 0, 0], options);
  const [object, , background] = gradient;
  const largest = Math.max(size > 0 ? Math.abs(object) : 0, Math.abs(background));
  return { loss: value, object, background, largest };
}

/**
 * {pull, push, ratio}: the pull on a pixel of the object and the push on one beside it, as shares
 * of the pull in the same picture at smooth 1e-5, and the one over the other; null where there is
 * no object, and the ratio also where nothing pushes.
 */
export function strengths(state) {
  if (state.size === 0) return { pull: null, push: null, ratio: null };
  const { object, background } = evaluate(state);
  const full = -evaluate({ ...state, smooth: FULL }).object;
  return {
    pull: -object / full,
    push: background / full,
    ratio: background === 0 ? null : -object / background,
  };
}

/** Where the push on an empty mask peaks as smooth moves, or null if that is not in sight. */
export function emptyPeak(state) {
  const { convention, eps, false_positives } = state;
  const times = CONVENTIONS[convention].smooth;
  if (times === 0) return null;
  const smooth = (false_positives + eps) / times;
  if (false_positives === 0 || smooth > fields.smooth.positions.at(-1)) return null;
  const { largest } = evaluate({ ...state, size: 0, smooth });
  return { x: smooth, y: largest, text: `smooth = ${peakName(times, eps)}` };
}

function peakName(times, eps) {
  if (times === 1) return eps === 0 ? "V" : "V + eps";
  return eps === 0 ? `V/${times}` : `(V + eps)/${times}`;
}

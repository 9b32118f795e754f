// The state and its moves in words.

import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { evaluate, shareOfLargest } from "./math.mjs";

const SAME = 5e-3; // factors nearer to 1 than this are not told
const FLAT = "Without smooth the loss is flat: no false alarm is pushed.";

/** All of the state in a few sentences. */
export function summary(state) {
  const { loss, push, all } = evaluate(state);
  const { smooth, eps, volume } = state;
  const largest = volume + eps === 0 ? "Where nothing is predicted, the push is 1/s."
    : `The push is largest at smooth = ${rounded(volume + eps)}.`;
  return `With smooth ${rounded(smooth)} and eps ${rounded(eps)}, an empty slice with `
    + `${pixels(volume)} predicted in it costs ${rounded(loss)}. Each is pushed with `
    + `${rounded(push)}, all of them together with ${rounded(all)}. `
    + (smooth === 0 ? FLAT : largest);
}

/** What the last move did; at first, what is seen. */
export function change(state, before) {
  if (state.smooth === 0) return FLAT;
  if (before === null) return hereWords(state);
  return `${shiftWords(state, before)} ${pushWords(state, before)}`.trim();
}

function hereWords(state) {
  const share = shareOfLargest(state);
  if (share === null) return "Nothing is predicted, and that is right: the loss is 0.";
  if (share > 1 - SAME) return "No other smooth pushes these false alarms harder.";
  const { smooth, volume, eps } = state;
  return `V is ${volume + eps > smooth ? "beyond" : "below"} the bend at s: each false alarm is `
    + `pushed with ${percent(share)} of the hardest push that any smooth gives.`;
}

/** How far the curves went, if all they did was that. */
function shiftWords(state, before) {
  if (before.smooth === state.smooth || state.eps !== 0 || before.eps !== 0) return "";
  if (before.smooth === 0) return "Now the loss has a slope.";
  const factor = state.smooth / before.smooth;
  return `The curves moved to the ${factor > 1 ? "right" : "left"}, by a factor of `
    + `${twoDigits(Math.max(factor, 1 / factor))}, and kept their shape.`;
}

function pushWords(state, before) {
  const factor = evaluate(state).push / evaluate(before).push;
  if (factor === 0 || !Number.isFinite(factor)) return "";
  const same = Math.abs(factor - 1) < SAME;
  const how = same ? "as before" : `${timesWords(factor)} ${factor > 1 ? "harder" : "weaker"}`;
  const most = shareOfLargest(state) > 1 - SAME ? ", and no other smooth pushes harder" : "";
  return `Each false alarm is pushed ${how}${most}.`;
}

/** "4.8%" or "21 times". */
function timesWords(factor) {
  const apart = factor > 1 ? factor - 1 : 1 - factor;
  return apart < 0.5 ? percent(apart) : `${twoDigits(Math.max(factor, 1 / factor))} times`;
}

function twoDigits(value) {
  return rounded(Number(value.toPrecision(2)));
}

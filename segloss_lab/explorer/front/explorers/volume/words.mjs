// The state and its moves in words.

import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { evaluate, shareOfLargest } from "./math.mjs";

const SAME = 5e-3; // factors nearer to 1 than this are not told

/** All of the state in a few sentences. */
export function summary(state) {
  const { loss, push, all } = evaluate(state);
  const { smooth, eps, volume } = state;
  const added = `With smooth ${rounded(smooth)} and eps ${rounded(eps)}`;
  return `${added}, an empty slice in which ${pixels(volume)} ${volume === 1 ? "is" : "are"} `
    + `predicted costs ${rounded(loss)}. Each is pushed with ${rounded(push)}, all of them `
    + `together with ${rounded(all)}. ${largestSentence(state)}`;
}

function largestSentence({ smooth, eps, volume }) {
  if (smooth === 0) return "With nothing added to the numerator an empty slice teaches nothing.";
  if (volume + eps === 0) return "Where nothing is predicted, the push is 1/s.";
  return `The push is largest at smooth = ${rounded(volume + eps)}.`;
}

/** What the last move did; at first, what is seen. */
export function change(state, before) {
  if (state.smooth === 0) return "Without smooth the loss is flat: no false alarm is pushed.";
  if (before === null) return hereWords(state);
  const parts = [shiftWords(state, before), pushWords(state, before)];
  return parts.filter((part) => part !== "").join(" ");
}

function hereWords(state) {
  const share = shareOfLargest(state);
  if (share === null) return "Nothing is predicted, and that is right: the loss is 0.";
  if (share > 1 - SAME) return "No other smooth pushes these false alarms harder.";
  const { smooth, volume, eps } = state;
  const where = volume + eps > smooth ? "beyond" : "below";
  return `V is ${where} the bend at s: each false alarm is pushed with ${percent(share)} of what `
    + "the best smooth gives.";
}

/** How far the curves went, if all they did was that. */
function shiftWords(state, before) {
  if (before.smooth === state.smooth || state.eps !== 0 || before.eps !== 0) return "";
  if (before.smooth === 0) return "Now the loss has a slope.";
  const decades = Math.log10(state.smooth / before.smooth);
  const far = rounded(Number(Math.abs(decades).toPrecision(2)));
  return `The curves went ${far} decades to the ${decades > 0 ? "right" : "left"}, as they are.`;
}

function pushWords(state, before) {
  const [now, past] = [state, before].map((each) => evaluate(each).push);
  const share = shareOfLargest(state);
  const most = share !== null && share > 1 - SAME ? ", and no other smooth pushes harder" : "";
  if (past === 0 || now === 0) return "";
  const factor = now / past;
  if (Math.abs(factor - 1) < SAME) return `Each false alarm is pushed as before${most}.`;
  const by = rounded(Number(Math.max(factor, 1 / factor).toPrecision(2)));
  return `Each false alarm is pushed ${by} times ${factor > 1 ? "harder" : "weaker"}${most}.`;
}

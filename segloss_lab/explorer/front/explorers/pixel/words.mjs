// The state and its moves in words.

import { rounded } from "../../core/numbers.mjs";
import { sigmoid } from "../../losses/groups.mjs";
import { evaluate, termsOf, titleOf } from "./losses.mjs";

/** All of the state in a few sentences. */
export function summary(state) {
  const [first, second] = termsOf(state);
  const words = placeWords(state, ` (logit ${rounded(state.logit)})`, ` by ${phraseOf(first)}`);
  return words + (second ? ` ${against(second, first, state)}` : "");
}

/** What is seen, or what the last move did to the first loss; beside a second one, how they differ. */
export function change(state, before) {
  const [first, second] = termsOf(state);
  const words = before === null ? placeWords(state) : moveWords(state, before);
  return `${words} ${second ? against(second, first, state) : slopeWords(first, state)}`.trim();
}

function phraseOf(term) {
  return titleOf(term, "phrase");
}

function firstOf(state) {
  return evaluate(termsOf(state)[0], state);
}

function placeWords(state, where = "", by = "") {
  const { loss, gradient } = firstOf(state);
  const act = gradient < 0 ? "pulls its logit up" : "pushes its logit down";
  const push = gradient === 0 ? "leaves its logit where it is"
    : `${act} with ${rounded(Math.abs(gradient))}`;
  return `${state.target === 1 ? "An object" : "A background"} pixel at probability `
    + `${probabilityWords(state.logit)}${where} costs ${rounded(loss)}${by}; descent ${push}.`;
}

function moveWords(state, before) {
  const [now, past] = [state, before].map(firstOf);
  const turned = now.gradient * past.gradient < 0;
  return compared("Now", now, past) + (turned ? " The push has turned round." : "");
}

function against(second, first, state) {
  const [one, other] = [first, second].map((term) => evaluate(term, state));
  return compared(`Against ${phraseOf(second)},`, one, other);
}

function compared(start, one, other) {
  return `${start} the loss is ${relation(one.loss, other.loss)} and the push `
    + `${relation(Math.abs(one.gradient), Math.abs(other.gradient))}.`;
}

/** Of cross-entropy alone, without options, the slope is the error. */
function slopeWords(first, state) {
  const { target, logit } = state;
  const { label_smoothing: smoothing, pos_weight: weight } = first.options;
  if (smoothing !== 0 || (target === 1 && weight !== 1)) return "";
  const { gradient } = firstOf(state);
  const error = `p − t = ${probabilityWords(logit)} − ${target} ${errorWords(gradient)}`;
  return `The slope is the error, ${error.replaceAll(" ", "\u00a0")}.`;
}

/** Near 1 with a digit more; it is 1 nowhere. */
function errorWords(error) {
  const near = Number(error.toPrecision(Math.abs(error) > 0.999 ? 4 : 3));
  return `${Math.abs(near) === 1 ? "≈" : "="} ${String(near).replace("-", "−")}`;
}

/** Near 1 the digits that matter are those of what is missing. */
function probabilityWords(logit) {
  return logit > 6.9 ? `1 − ${rounded(sigmoid(-logit))}` : rounded(sigmoid(logit));
}

function relation(one, other) {
  if (one === other) return "the same";
  if (one === 0 || other === 0) return `${rounded(one)}, not ${rounded(other)}`;
  const times = rounded(Math.max(one / other, other / one));
  if (times === "1") return "nearly the same";
  return `${times} times ${one < other ? "smaller" : "larger"}`;
}

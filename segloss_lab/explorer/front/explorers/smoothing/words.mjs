// The picture and its moves in words.

import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { CONVENTIONS } from "./conventions.mjs";
import { emptyPeak, evaluate, strengths } from "./math.mjs";

const SLIGHT = 1e-3; // of the lesion's strength: a push below it is none to speak of

/** All of the state in a few sentences. */
export function summary(state) {
  const { convention, smooth, eps, size, overlap, false_positives: extra } = state;
  const { index, by } = CONVENTIONS[convention];
  const { loss, object, background } = evaluate(state);
  const wrong = extra === 0 ? "nothing" : pixels(extra);
  const empty = { ...state, size: 0 };
  const { loss: cost, largest } = evaluate(empty);
  const chosen = size === 0 ? "" : `the chosen object of ${pixels(size)}, ${percent(overlap)} of it `
    + `found and ${wrong} predicted beside it, costs ${rounded(loss)}; each of its pixels is pulled `
    + `with ${rounded(-object)}, each background pixel pushed with ${rounded(background)}; `;
  return `With Dice as ${index}, by ${by}, s = ${rounded(smooth)} and eps = ${rounded(eps)}, ${chosen}`
    + `an empty mask with ${wrong} predicted costs ${rounded(cost)}, and each of its pixels is `
    + `pushed with ${rounded(largest)}. ${peakSentence(empty)}`;
}

function peakSentence(state) {
  if (evaluate(state).largest === 0) {
    return "With nothing added to the numerator an empty mask teaches nothing, whatever eps.";
  }
  const peak = emptyPeak(state);
  return peak === null ? "" : `That push is largest at ${peak.text}: ${rounded(peak.y)}.`;
}

/** What the last move did to pull and push; at first, what they are. */
export function change(state, before) {
  const now = strengths(state);
  if (now.pull === null) return "No object is left to be pulled: the mask is empty.";
  const past = before === null ? null : strengths(before);
  if (past === null || past.pull === null) {
    return `The lesion pulls ${lessThanFull(now)}, and ${pushWords(now)}.`;
  }
  if (samePicture(state, before)) {
    return `The lesion pulls ${comparison(now.pull / past.pull)}, and ${pushWords(now, past)}.`;
  }
  return `In this picture smooth takes ${taken(now)} of the pull, in the one before ${taken(past)}. `
    + `${capital(pushWords(now))}.`;
}

/** A share to two digits: differences are what is told, and these need no more. */
function about(share) {
  return `${rounded(Number((100 * share).toPrecision(2)))}%`;
}

function taken({ pull }) {
  const share = 1 - pull;
  return share < SLIGHT ? "almost nothing" : about(share);
}

function lessThanFull({ pull }) {
  const less = 1 - pull;
  return less < SLIGHT ? "as hard as at smooth 10⁻⁵" : `${about(less)} weaker than at smooth 10⁻⁵`;
}

function samePicture(state, before) {
  return ["size", "overlap", "false_positives"].every((name) => state[name] === before[name]);
}

/** A factor between two pulls, as people say it. */
function comparison(factor) {
  if (Math.abs(factor - 1) < SLIGHT) return "as hard as before";
  if (factor > 2) return `${rounded(Number(factor.toPrecision(2)))} times as hard`;
  return factor > 1 ? `${about(factor - 1)} harder` : `${about(1 - factor)} weaker`;
}

/** Whether the background pushes back, and what the lesion has against it. */
function pushWords({ push, ratio }, past = null) {
  const pushed = past !== null && past.push >= SLIGHT;
  if (push < SLIGHT) return `the background ${pushed ? "no longer" : "hardly"} pushes back`;
  const who = past === null || pushed ? "the background" : "now the background";
  return `${who} pushes back, 1 against ${rounded(ratio)}`;
}

function capital(sentence) {
  return sentence[0].toUpperCase() + sentence.slice(1);
}

// The picture and its moves in words.

import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { emptyPeak, evaluate, strengths } from "./math.mjs";

const SLIGHT = 1e-3; // of the lesion's strength: a push below it is none to speak of

/** All of the state in a few sentences. */
export function summary(state) {
  const { loss, object, background, largest } = evaluate(state);
  const settings = settingWords(state);
  const extra = state.false_positives;
  const wrong = extra === 0 ? "nothing" : pixels(extra);
  if (state.size === 0) {
    return `${settings}an empty mask in which ${wrong} ${extra > 1 ? "are" : "is"} predicted costs `
      + `${rounded(loss)}; one more predicted pixel changes that by ${rounded(background)}. `
      + `${peakSentence(state, largest)}`;
  }
  return `${settings}the chosen object of ${pixels(state.size)}, ${percent(state.overlap)} of it `
    + `found and ${wrong} predicted beside it, costs ${rounded(loss)}; each of its pixels `
    + `pushes with ${rounded(Math.abs(object))}, each background pixel with `
    + `${rounded(Math.abs(background))}. ${emptySentence(state)}`;
}

function settingWords({ convention, smooth, eps }) {
  const [s, e] = [rounded(smooth), `eps ${rounded(eps)}`];
  return {
    textbook: `With smooth ${s} as in MONAI and nnU-Net, and ${e}, `,
    half: `With smooth ${s} as in smp, where it counts twice, and ${e}, `,
    denominator: `With ${s} in the denominator alone, as in Keras and kornia, and ${e}, `,
    none: `Without smooth, and with ${e}, `,
  }[convention];
}

function emptySentence(state) {
  const { loss, largest } = evaluate({ ...state, size: 0 });
  return `An empty mask under the same prediction costs ${rounded(loss)}, and each of its pixels `
    + `pushes with ${rounded(largest)}. ${peakSentence({ ...state, size: 0 }, largest)}`;
}

function peakSentence(state, largest) {
  if (largest === 0) {
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
  return `Of this picture’s pull smooth now takes ${taken(now)}; it took ${taken(past)}. `
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
  return `${who} pushes back: ${rounded(ratio)} against 1`;
}

function capital(sentence) {
  return sentence[0].toUpperCase() + sentence.slice(1);
}

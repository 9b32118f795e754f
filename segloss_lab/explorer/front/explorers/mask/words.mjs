// What the masks and the chosen loss amount to, in words.

import { least } from "d3-array";

import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { NAMES } from "./losses.mjs";
import { chosenOf, lossesOf, masksOf, pullsOf } from "./state.mjs";

export function titled(loss) {
  return NAMES[loss][0].toUpperCase() + NAMES[loss].slice(1);
}

/** All of it: the loss, where it pushes, how hard, and beside which other. */
export function summary(state) {
  return joined(shareWords(state), pullWords(state, "It"), strengthWords(state));
}

/** What is seen, or what the last move did. */
export function change(state, before) {
  return joined(beforeWords(state, before), pullWords(state, titled(state.loss)))
    || shareWords(state);
}

function joined(...sentences) {
  return sentences.filter(Boolean).join(" ");
}

function shareWords(state) {
  const { share, value } = chosenOf(state);
  const { found, missed } = masksOf(state).parts;
  const size = found.length + missed.length;
  const loss = `${titled(state.loss)} loss ${rounded(value)}`;
  if (share === null) return `${loss}: it pushes no logit.`;
  return size === 0
    ? `${loss}: there is no object, and all of its push is on the background.`
    : `${loss}: ${percent(share)} of its push lies on the object’s ${pixels(size)} of 1024.`;
}

/** How hard a missed pixel is pulled beside one that is found. */
function pullWords(state, who) {
  const { missed, found } = pullsOf(state);
  if (missed === null || found === null || chosenOf(state).share === null) return "";
  const ties = state.loss === "lovasz_hinge"
    ? " Pixels with equal errors are ranked row by row: hence the shades." : "";
  if (found === 0) return `${who} does not pull what is found at all.${ties}`;
  const times = rounded(missed / found);
  const how = times === "1" ? "no harder than" : `${times} times as hard as`;
  return `${who} pulls a missed pixel ${how} one already found.${ties}`;
}

/** What became of the pull on a missed pixel since the state before. */
function beforeWords(state, before) {
  if (before === null) return "";
  const [now, was] = [pullsOf(state).missed, pullsOf(before).missed];
  const times = rounded(Math.max(now / was, was / now));
  if (!(now > 0 && was > 0) || times === "1") return "";
  const than = state.loss === before.loss ? "before" : `${NAMES[before.loss]}’s`;
  const how = now < was ? "weaker" : "stronger";
  return `The pull on a missed pixel is ${times} times ${how} than ${than}.`;
}

/** Which loss pushes hardest, and how much harder than the chosen one. */
function strengthWords(state) {
  const own = chosenOf(state).largest;
  if (own === 0) return "";
  const hardest = least(lossesOf(state), ({ largest }) => -largest);
  return hardest.largest === own
    ? "No other loss pushes a logit as hard."
    : `${titled(hardest.loss)} pushes up to ${rounded(hardest.largest / own)} times as hard.`;
}

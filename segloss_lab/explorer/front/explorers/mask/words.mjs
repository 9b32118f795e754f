// What the masks and the chosen loss amount to, in words.

import { percent, pixels, rounded } from "../../core/numbers.mjs";
import { NAMES } from "./losses.mjs";
import { chosenOf, lossesOf, masksOf, pullsOf } from "./state.mjs";

export function titled(loss) {
  return NAMES[loss][0].toUpperCase() + NAMES[loss].slice(1);
}

/** All of it: the loss, where it pushes, how hard, and beside which other. */
export function summary(state) {
  const { share } = chosenOf(state);
  if (share === null) return `${lossWords(state)}: it pushes no logit.`;
  const words = [shareWords(state), pullWords(state, "It"), strengthWords(state)];
  return words.filter(Boolean).join(" ");
}

/** What is seen, or what the last move did. */
export function change(state, before) {
  const { share } = chosenOf(state);
  if (share === null) return `${lossWords(state)}: it pushes no logit.`;
  return [beforeWords(state, before), pullWords(state, titled(state.loss))].filter(Boolean)
    .join(" ") || shareWords(state);
}

function lossWords(state) {
  return `${titled(state.loss)} loss ${rounded(chosenOf(state).value)}`;
}

function shareWords(state) {
  const { share } = chosenOf(state);
  const { found, missed } = masksOf(state);
  const object = `the object’s ${pixels(found + missed)} of 1024`;
  return found + missed === 0
    ? `${lossWords(state)}: there is no object, and all of its push is on the background.`
    : `${lossWords(state)}: ${percent(share)} of its push lies on ${object}.`;
}

/** How hard a missed pixel is pulled beside one that is found. */
function pullWords(state, who) {
  const { missed, found } = pullsOf(state);
  if (missed === null || found === null) return "";
  const ties = state.loss === "lovasz_hinge"
    ? " Pixels with equal errors are ranked row by row: hence the shades." : "";
  if (found === 0) return `${who} does not pull what is found at all.${ties}`;
  const times = rounded(missed / found);
  return times === "1"
    ? `${who} pulls a missed pixel no harder than one already found.`
    : `${who} pulls a missed pixel ${times} times as hard as one already found.${ties}`;
}

/** What became of the pull on a missed pixel since the state before. */
function beforeWords(state, before) {
  if (before === null) return "";
  const [now, was] = [pullsOf(state).missed, pullsOf(before).missed];
  if (!(now > 0) || !(was > 0)) return "";
  const than = state.loss === before.loss ? "before" : `${NAMES[before.loss]}’s`;
  const [times, how] = now < was ? [was / now, "weaker"] : [now / was, "stronger"];
  if (rounded(times) === "1") return "";
  return `The pull on a missed pixel is ${rounded(times)} times ${how} than ${than}.`;
}

/** Which loss pushes hardest, and how much harder than the chosen one. */
function strengthWords(state) {
  const own = chosenOf(state).largest;
  const hardest = lossesOf(state).reduce((most, row) => (row.largest > most.largest ? row : most));
  return hardest.largest === own
    ? "No other loss pushes a logit as hard."
    : `${titled(hardest.loss)} pushes up to ${rounded(hardest.largest / own)} times as hard.`;
}

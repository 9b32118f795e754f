// How libraries add a number s to the Dice index 2I/U, where I is the overlap and U the sum of the
// probabilities and of the truth: each in terms of `smooth` and `eps` of `losses/`.

import { h } from "../../core/dom.mjs";
import { count, percent, pixels, rounded } from "../../core/numbers.mjs";
import { numberTable } from "./table.mjs";

const TINY = 10; // pixels of the object where the chosen one has none
const LARGE = 10_000; // pixels of the object beside it
const SOME = 0.5; // of the object is found where nothing of the chosen one is

/** How often s counts as `smooth` and as `eps`; who writes it so, and how they write the index. */
export const CONVENTIONS = {
  textbook: { smooth: 1, eps: 0, by: "MONAI, nnU-Net", index: "(2I + s) / (U + s)" },
  half: { smooth: 2, eps: 0, by: "smp", index: "(I + s) / (U/2 + s)" },
  denominator: { smooth: 0, eps: 1, by: "Keras, kornia", index: "2I / (U + s)" },
  none: { smooth: 0, eps: 0, by: "no smoothing", index: "2I / U" },
};

/** The options of the package that give what the state's convention makes of its s and eps. */
export function optionsOf({ convention, smooth: s, eps }) {
  const times = CONVENTIONS[convention];
  const finite = (number) => Math.min(number, Number.MAX_VALUE); // twice a double may not be one
  return { smooth: finite(times.smooth * s), eps: finite(times.eps * s + eps) };
}

/** A table of four cases under each convention; `lossOf(state)` gives their Dice losses. */
export function conventionTable(lossOf) {
  const table = numberTable("sg-cases");
  return {
    element: table.element,
    update(state) {
      const cases = casesOf(state);
      const heads = cases.map(({ head }) => head);
      table.update(titleOf(state), [["index"], ...heads], Object.keys(CONVENTIONS).map((key) => ({
        key,
        chosen: key === state.convention,
        leads: () => [
          h("th", { scope: "row" }, CONVENTIONS[key].index, h("span.sg-by", CONVENTIONS[key].by)),
        ],
        numbers: cases.map(({ parts }) => lossOf({ ...state, ...parts, convention: key })),
      })));
    },
  };
}

function titleOf({ smooth, eps, false_positives: extra }) {
  const more = eps === 0 ? "" : `, eps = ${rounded(eps)} in each denominator`;
  return `The same s = ${rounded(smooth)} as libraries add it: Dice loss of four cases, `
    + `V = ${count(extra)}${more}`;
}

/** What the conventions are compared in: {head, parts}, the lines of words and parts of the state. */
function casesOf({ size, overlap }) {
  const tiny = size || TINY;
  const share = overlap || SOME;
  const found = `${percent(share)} found`;
  return [
    { head: ["empty", "mask"], parts: { size: 0 } },
    {
      head: [pixels(tiny), "nothing predicted"],
      parts: { size: tiny, overlap: 0, false_positives: 0 },
    },
    { head: [pixels(tiny), found], parts: { size: tiny, overlap: share } },
    { head: [pixels(LARGE), found], parts: { size: LARGE, overlap: share } },
  ];
}

// How libraries add a number s to the Dice index 2I/U, where I is the overlap and U the sum of the
// probabilities and of the truth: each in terms of `smooth` and `eps` of `losses/`.

import { h } from "../../core/dom.mjs";
import { count, percent, pixels, rounded } from "../../core/numbers.mjs";

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
  const [caption, head, body] = [h("caption"), h("thead"), h("tbody")];
  return {
    element: h("table.sg-ladder.sg-cases", caption, head, body),
    update(state) {
      const cases = casesOf(state);
      caption.textContent = captionOf(state);
      head.replaceChildren(h(
        "tr", h("th", { scope: "col" }, "index"), ...cases.map(caseHead),
      ));
      body.replaceChildren(...Object.keys(CONVENTIONS).map((convention) => (
        row(convention, cases.map((one) => lossOf({ ...state, ...one.parts, convention })), state)
      )));
    },
  };
}

function captionOf({ smooth, eps, false_positives: extra }) {
  const more = eps === 0 ? "" : `, eps = ${rounded(eps)} in each denominator`;
  return `The same s = ${rounded(smooth)} as libraries add it: Dice loss of four cases, `
    + `V = ${count(extra)}${more}`;
}

/** What the conventions are compared in: {name, detail, parts}, the parts of the state. */
function casesOf({ size, overlap }) {
  const tiny = size === 0 ? TINY : size;
  const share = overlap === 0 ? SOME : overlap;
  const found = `${percent(share)} found`;
  const missed = { size: tiny, overlap: 0, false_positives: 0 };
  return [
    { name: "empty", detail: "mask", parts: { size: 0 } },
    { name: pixels(tiny), detail: "nothing predicted", parts: missed },
    { name: pixels(tiny), detail: found, parts: { size: tiny, overlap: share } },
    { name: pixels(LARGE), detail: found, parts: { size: LARGE, overlap: share } },
  ];
}

function caseHead({ name, detail }) {
  return h("th", { scope: "col" }, name, h("br"), detail);
}

function row(convention, losses, state) {
  const { by, index } = CONVENTIONS[convention];
  const chosen = convention === state.convention;
  return h(
    "tr", { class: chosen ? "chosen" : null, "aria-current": chosen ? "true" : null },
    h("th", { scope: "row" }, index, h("span.sg-by", by)),
    ...losses.map((loss) => h("td", rounded(loss))),
  );
}

// A question with a few answers to choose from, one of them right.

import { h } from "../core/dom.mjs";
import { rich } from "./texts.mjs";

/** The choices as buttons; `reply(verdict)` is told {given, right, hint}. */
export function choice({ choices, answer, hints }, reply) {
  const buttons = choices.map((text, nth) => {
    const mark = h("span.sg-mark-of", { "aria-hidden": "true" });
    return h(
      "button", { "aria-pressed": false, onclick: () => reply(judge(nth)) }, mark, ...rich(text),
    );
  });

  function judge(nth) {
    return { given: nth, right: nth === answer, hint: new Map(hints).get(nth) };
  }

  return {
    nodes: buttons,
    judge: (given) => (given in choices ? judge(given) : null),
    truth: () => choices[answer],
    show({ given, right } = {}) {
      buttons.forEach((button, nth) => {
        button.setAttribute("aria-pressed", nth === given);
        button.dataset.verdict = nth === given ? (right ? "right" : "wrong") : "";
        button.firstChild.textContent = nth === given ? (right ? "✓ " : "✗ ") : "";
        button.setAttribute("aria-disabled", right === true);
      });
    },
  };
}

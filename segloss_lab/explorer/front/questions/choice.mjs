// A question with a few answers to choose from, one of them right.

import { h } from "../core/dom.mjs";
import { rich } from "./texts.mjs";

/** The choices as buttons; `reply(verdict)` is told {given, right, hint}. */
export function choice({ choices, answer, hints }, reply) {
  const buttons = choices.map((text, nth) => {
    const mark = h("span.sg-mark-of", { "aria-hidden": "true" });
    const button = h("button", { "aria-pressed": "false" }, mark, ...rich(text));
    button.addEventListener("click", () => reply(judge(nth)));
    return button;
  });

  function judge(nth) {
    return { given: nth, right: nth === answer, hint: new Map(hints).get(nth) };
  }

  return {
    nodes: buttons,
    judge: (given) => (given in choices ? judge(given) : null),
    truth: choices[answer],
    show({ given, right } = {}) {
      buttons.forEach((button, nth) => {
        button.setAttribute("aria-pressed", String(nth === given));
        button.dataset.verdict = nth === given ? (right ? "right" : "wrong") : "";
        button.firstChild.textContent = nth === given ? (right ? "✓ " : "✗ ") : "";
        button.setAttribute("aria-disabled", String(right === true));
      });
    },
  };
}

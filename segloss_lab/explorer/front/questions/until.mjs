// A question that is answered in a figure: move it until a result lies where it is asked to be.

import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";
import { findFigure } from "../core/registry.mjs";

const AT_REST = 500; // milliseconds without a move before what is reached counts as an answer
const LOOK_AGAIN = 1000; // a notebook shows the figure whenever its cell is run

/** What the figure says now; `reply(verdict)` is told {given, right, hint} once it is at rest. */
export function until({ figure: name, until: quantity, between: [low, high] }, reply) {
  const now = h("output", { class: "segloss-now", "aria-live": "off" });
  let [locked, live, waiting, unsubscribe] = [false, null, null, () => {}];
  const looking = setInterval(look, LOOK_AGAIN);
  look();

  /** Follow the figure of that name, whichever it is by now. */
  function look() {
    const found = findFigure(name) ?? null;
    if (found === live && live !== null) return;
    unsubscribe();
    live = found;
    unsubscribe = live?.store.subscribe((state, origin) => moved(origin)) ?? (() => {});
    say();
  }

  /** Only what the reader has moved counts: not what a link or another question has. */
  function moved(origin) {
    clearTimeout(waiting);
    say();
    if (locked || ["question", "address"].includes(origin)) return;
    waiting = setTimeout(() => reply(judge(value())), AT_REST);
  }

  function value() {
    const selector = `output[data-quantity="${CSS.escape(quantity)}"]`;
    return Number(live?.figure.querySelector(selector)?.dataset.value ?? NaN);
  }

  function say() {
    if (live === null) now.textContent = `The figure “${name}” is not in sight of this question.`;
    else now.textContent = Number.isNaN(value()) ? "Now: none" : `Now: ${rounded(value())}`;
  }

  function judge(given) {
    const place = given < low ? "low" : "high";
    return {
      given,
      right: given >= low && given <= high,
      hint: Number.isNaN(given) ? "There is no such number here." : `${rounded(given)} is too ${place}.`,
    };
  }

  return {
    nodes: [now],
    judge: (given) => (typeof given === "number" ? judge(given) : null),
    truth: `${rounded(low)} to ${rounded(high)}`,
    show({ right } = {}) { locked = right === true; },
    stop() { clearTimeout(waiting); clearInterval(looking); unsubscribe(); },
  };
}

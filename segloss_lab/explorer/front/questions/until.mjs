// A question that is answered in a figure: move it until a result lies where it is asked to be.

import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";
import { findFigure } from "../core/registry.mjs";

const AT_REST = 500; // milliseconds without a move before what is reached counts as an answer
const LOOK_AGAIN = 1000; // a notebook shows the figure whenever its cell is run

/**
 * What the figure says now; `reply(verdict)` is told {given, right} once it rests where it is asked
 * to be. Elsewhere is no wrong answer: the reader may be about something else.
 */
export function until({ figure: name, until: quantity, between: [low, high] }, reply) {
  const now = h("output.sg-now", { "aria-live": "off" });
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
    waiting = setTimeout(answer, AT_REST);
  }

  function answer() {
    const verdict = judge(value());
    if (verdict.right) reply(verdict);
  }

  function output() {
    return live?.figure.querySelector(`output[data-quantity="${CSS.escape(quantity)}"]`) ?? null;
  }

  function value() {
    return Number(output()?.dataset.value ?? NaN);
  }

  /** A number of the figure, after the name that it has there. */
  function named(number) {
    const term = output()?.closest(".sg-result")?.querySelector(".sg-term")?.textContent;
    return term ? `${term} ${number}` : number;
  }

  function say() {
    const [is, given] = [live !== null, value()];
    const place = given < low ? ", too low" : given > high ? ", too high" : "";
    const number = Number.isNaN(given) ? "none" : rounded(given);
    now.textContent = is ? `Now: ${named(number)}${place}` : `The figure “${name}” is not in reach here.`;
  }

  function judge(given) {
    return { given, right: given >= low && given <= high };
  }

  return {
    nodes: [now],
    judge: (given) => (typeof given === "number" ? judge(given) : null),
    truth: () => named(`${rounded(low)} to ${rounded(high)}`),
    show({ right } = {}) { locked = right === true; },
    stop() { clearTimeout(waiting); clearInterval(looking); unsubscribe(); },
  };
}

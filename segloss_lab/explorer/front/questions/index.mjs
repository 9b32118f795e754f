// A question that answers back: a hint for a wrong answer, for a right one the reason, and a figure
// that moves to the truth.
//
// A sort of question (choice, number, until) is a function of (spec, reply, labels) that gives
// {nodes, judge(given), truth(), show(verdict), stop?}: what stands below the text, the verdict on an
// answer that was kept, the answer in words, and how a verdict shows; none is a fresh start.

import { freshId, h } from "../core/dom.mjs";
import { findFigure } from "../core/registry.mjs";
import { addStyle } from "../core/theme.mjs";
import { choice } from "./choice.mjs";
import { number } from "./number.mjs";
import { forget, keep, recall } from "./progress.mjs";
import style from "./style.css";
import { rich, typeset } from "./texts.mjs";
import { until } from "./until.mjs";

const SORTS = { choice, number, until };
const MOVED = " The figure has moved there.";

/**
 * Turn `section` into a live question. `told(answered)` is called after every answer, and with "" when
 * it is asked anew. Returns {answered(), restart(), stop()}.
 */
export function mountQuestion(section, spec, told = () => {}) {
  addStyle(section.getRootNode(), { kind: "question", style });
  const ask = h("p.sg-ask", { id: freshId("ask") }, ...rich(spec.text));
  const mark = h("span", { "aria-hidden": "true" });
  const words = h("span");
  const reply = h("p.sg-reply", { role: "status" }, mark, words);
  const give = h("button", { hidden: "", onclick: reveal }, "Show the answer");
  const see = h("button", { hidden: "", onclick: () => lookAt(findFigure(spec.figure)) }, "See it");
  const again = h("button", { hidden: "", onclick: restart }, "Ask me again");
  const labels = { "aria-labelledby": ask.id };
  const sort = SORTS[spec.sort](spec, answer, labels);

  section.classList.add("segloss", "sg-question");
  section.removeAttribute("style");
  section.dataset.question = spec.id;
  section.replaceChildren(
    h("p.sg-heading", spec.heading),
    ask,
    h("div.sg-answers", { role: "group", ...labels }, ...sort.nodes),
    reply,
    h("p.sg-more-of", see, give, again),
  );
  restore();
  typeset(section);

  function restore() {
    const verdict = sort.judge(recall(spec.id)?.given);
    show(verdict ?? {}, null);
  }

  /** What the reader has answered, by hand. */
  function answer(verdict) {
    if (section.dataset.answered === "right") return;
    if (!verdict.unread) keep(spec.id, { answered: statusOf(verdict), given: verdict.given });
    // Who has dragged a figure to the truth has it there already.
    show(verdict, verdict.right && spec.sort !== "until" ? moveFigure(spec, section) : null);
    typeset(reply);
    told(section.dataset.answered);
  }

  function show(verdict, moved) {
    sort.show(verdict);
    section.dataset.answered = verdict.unread ? "" : statusOf(verdict);
    mark.textContent = { right: "✓ ", wrong: "✗ " }[section.dataset.answered] ?? "";
    words.replaceChildren(...rich(wordsFor(verdict) + (moved ? MOVED : "")));
    const asked = verdict.right === false || (spec.sort === "until" && !verdict.right);
    give.hidden = !asked || verdict.unread === true;
    again.hidden = section.dataset.answered === "";
    see.hidden = moved !== "away";
  }

  function wordsFor({ right, hint, unread }) {
    if (right === undefined) return "";
    if (unread) return "That is not a number that can be read here. Write 0.25 or 1/4.";
    return right ? spec.why || "Yes." : hint || spec.hint || "No. Try again.";
  }

  /** For who asks for it: the answer does not count as one of theirs. */
  function reveal() {
    const moved = moveFigure(spec, section);
    mark.textContent = "";
    see.hidden = moved !== "away";
    words.replaceChildren(...rich(`The answer: ${sort.truth()}. ${spec.why}${moved ? MOVED : ""}`));
    typeset(reply);
  }

  /** Ask as if nothing had been answered. */
  function restart() {
    const held = again.getRootNode().activeElement === again;
    forget(spec.id);
    show({}, null);
    told("");
    if (held) section.querySelector(".sg-answers button, input")?.focus();
  }

  return {
    answered: () => section.dataset.answered,
    restart,
    stop() { sort.stop?.(); },
  };
}

function statusOf({ right }) {
  return right === undefined ? "" : right ? "right" : "wrong";
}

/**
 * Move the figure to the truth, and say whether it is "here" or "away"; null where there is none to
 * move. It comes into view where the question can stay there: who is sent away from the answer does
 * not read it.
 */
function moveFigure({ figure: name, moves }, section) {
  const live = name && moves && findFigure(name);
  if (!live) return null;
  live.store.set({ ...live.store.initial, ...moves }, "question");
  const [one, other] = [live.figure, section].map((node) => node.getBoundingClientRect());
  const height = Math.max(one.bottom, other.bottom) - Math.min(one.top, other.top);
  if (height > innerHeight) return "away";
  lookAt(live);
  return "here";
}

function lookAt({ figure }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  figure.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
}

// The questions of a page: each brought to life, one place to forget all answers, and a tick beside
// a page's name in the side bar where all of its questions are answered right.

import { h } from "../core/dom.mjs";
import { quoted } from "../core/store.mjs";
import { addStyle } from "../core/theme.mjs";
import { mountQuestion } from "./index.mjs";
import { forgetAll, isDone, keepDone, pathOf } from "./progress.mjs";
import style from "./style.css";

const MOUNTED = "sg-question"; // the class of a question that is taken care of
const LINKS = ".bd-sidebar-primary nav a[href]"; // the pages of the book, in the theme's side bar

export function startQuestions() {
  const sections = [...document.querySelectorAll("section[data-question][data-spec]")]
    .filter(({ classList }) => !classList.contains(MOUNTED));
  const live = sections.map((section) => mountOrExplain(section, update)).filter(Boolean);
  if (live.length > 0) sections.at(-1).after(forgetting(live));
  update();

  function update() {
    if (live.length > 0) keepDone(live.every(({ answered }) => answered() === "right"));
    tickPages();
  }
}

/** A question that cannot be asked says so, and keeps its folded answer. */
function mountOrExplain(section, told) {
  const given = [...section.childNodes];
  try {
    return mountQuestion(section, JSON.parse(section.dataset.spec), told);
  } catch {
    const words = `This question cannot be answered here: its data-spec is ${quoted(section.dataset.spec)}.`;
    section.classList.add(MOUNTED);
    section.replaceChildren(h("p", { role: "status" }, words), ...given);
    return null;
  }
}

function forgetting(live) {
  const said = h("span", { role: "status" });
  const button = h("button", { onclick: forget }, "Forget all my answers");
  const words = "What you answer is kept in this browser and nowhere else. ";
  return h("p.segloss.sg-forget", words, button, " ", said);

  function forget() {
    forgetAll();
    for (const { restart } of live) restart();
    said.textContent = "Forgotten.";
  }
}

function tickPages() {
  for (const link of document.querySelectorAll(LINKS)) {
    link.querySelector(".sg-tick")?.remove();
    if (!isDone(pathOf(link.getAttribute("href")))) continue;
    addStyle(document, { kind: "question", style });
    link.append(h(
      "span.sg-tick", { role: "img", "aria-label": "all questions answered" }, "✓",
    ));
  }
}

// Neighbouring cells that say the same in PyTorch, TensorFlow and NumPy become one box with a tab
// for each. A choice holds for all boxes of the page, and for the reader's next page where the
// browser keeps it. On paper all stand below each other, as without this script.

import { freshId, h } from "../core/dom.mjs";

const NAMES = { pytorch: "PyTorch", tensorflow: "TensorFlow", numpy: "NumPy" };
const KEY = "segloss-tab"; // not among the answers that a reader may forget
// Where a key leads from the tab of this number, of so many; beyond the last stands the first.
const STEPS = {
  ArrowLeft: (nth) => nth - 1, ArrowRight: (nth) => nth + 1, Home: () => 0, End: () => -1,
};

export function startTabs() {
  const boxes = runs().map((run) => boxOf(run, chooseAll));
  if (boxes.length > 0) chooseAll(kept(() => localStorage.getItem(KEY)));

  function chooseAll(key) {
    for (const choose of boxes) choose(key);
  }
}

/** The cells in their runs: a run ends where something else stands, or a name comes again. */
function runs() {
  const found = [];
  const cells = Object.keys(NAMES).map((key) => `div.cell.tag_tab-${key}`).join();
  for (const cell of document.querySelectorAll(cells)) {
    if (cell.closest(".sg-tabs")) continue; // of a script that was loaded before
    const key = Object.keys(NAMES).find((name) => cell.classList.contains(`tag_tab-${name}`));
    const run = found.at(-1);
    if (run?.at(-1).cell === cell.previousElementSibling && run.every((one) => one.key !== key)) {
      run.push({ key, cell });
    } else found.push([{ key, cell }]);
  }
  return found;
}

/** Join a run; give what chooses one of its names. A box that has not that name stays as it is. */
function boxOf(run, chooseAll) {
  const tabs = run.map(({ key, cell }, nth) => {
    const [id, panel] = [freshId("tab"), freshId("panel")];
    const told = { id, role: "tab", "aria-controls": panel, onclick, onkeydown };
    Object.assign(cell, { id: panel, role: "tabpanel" });
    cell.setAttribute("aria-labelledby", id);
    return h("button", told, NAMES[key]);

    function onclick() {
      const before = tabs[nth].getBoundingClientRect().top;
      chooseAll(key);
      kept(() => localStorage.setItem(KEY, key));
      // Boxes above may have another height now: what is under the hand stays there.
      scrollBy({ top: tabs[nth].getBoundingClientRect().top - before, behavior: "instant" });
    }

    function onkeydown(event) {
      const { key: pressed, ctrlKey, altKey, metaKey } = event;
      if (!Object.hasOwn(STEPS, pressed) || ctrlKey || altKey || metaKey) return;
      event.preventDefault(); // or the page would move as well
      const next = tabs.at(STEPS[pressed](nth) % tabs.length);
      next.focus();
      next.click();
    }
  });
  const list = h("div", { role: "tablist", "aria-label": "Framework" }, ...tabs);
  const box = h("div.sg-tabs", list);
  run[0].cell.before(box);
  box.append(...run.map(({ cell }) => cell));
  choose(run[0].key);
  return choose;

  function choose(chosen) {
    if (run.every(({ key }) => key !== chosen)) return;
    run.forEach(({ key, cell }, nth) => {
      cell.hidden = key !== chosen;
      tabs[nth].setAttribute("aria-selected", key === chosen);
      tabs[nth].tabIndex = key === chosen ? 0 : -1;
    });
  }
}

/** What the browser keeps; one that refuses to has nothing. */
function kept(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

// Every loss of the masks: its value, its rank, and the share of its push on the object.

import { h } from "../../core/dom.mjs";
import { percent } from "../../core/numbers.mjs";
import { NAMES } from "./losses.mjs";
import { output } from "./output.mjs";
import { lossesOf } from "./state.mjs";

const HEADS = ["loss", "value", "rank", "on object"];

/** The table; pressing a name chooses that loss: {element, update(state)}. */
export function lossTable(store) {
  const rows = Object.keys(NAMES).map((loss) => createRow(loss, store));
  const head = h("tr", ...HEADS.map((text) => h("th", { scope: "col" }, text)));
  return {
    element: h(
      "table.sg-ladder.mask-losses", h("caption", "All losses of these masks"),
      h("thead", head), h("tbody", ...rows.map(({ element }) => element)),
    ),
    update(state) {
      lossesOf(state).forEach((shown, i) => rows[i].update(shown, state.loss === shown.loss));
    },
  };
}

function createRow(loss, store) {
  const button = h("button", NAMES[loss]);
  button.addEventListener("click", () => store.set({ loss }, "control"));
  const [value, rank, share] = ["value", "rank", "share"].map((name) => output(`${name}_${loss}`));
  const cells = [value, rank, share].map(({ element }) => h("td", element));
  const element = h("tr", h("th", { scope: "row" }, button), ...cells);
  return {
    element,
    update(shown, chosen) {
      element.classList.toggle("chosen", chosen);
      button.setAttribute("aria-pressed", String(chosen));
      value.update(shown.value);
      rank.update(shown.rank);
      share.update(shown.share, "no push", percent);
    },
  };
}

// Every loss of the masks: its value, its rank, and the share of its push on the object.

import { h } from "../../core/dom.mjs";
import { NAMES } from "./losses.mjs";
import { lossesOf } from "./state.mjs";
import { exact, percent, rounded } from "../../core/numbers.mjs";

const HEADS = ["loss", "value", "rank", "on object"];
const COLUMNS = ["value", "rank", "share"];

/** The table; pressing a name chooses that loss: {element, update(state)}. */
export function lossTable(store) {
  const rows = Object.keys(NAMES).map((loss) => createRow(loss, store));
  const caption = h("caption", "All losses of these masks");
  const head = h("tr", ...HEADS.map((text) => h("th", { scope: "col" }, text)));
  return {
    element: h(
      "table.sg-ladder.mask-losses", caption,
      h("thead", head), h("tbody", ...rows.map(({ element }) => element)),
    ),
    update(state) {
      const shown = lossesOf(state);
      rows.forEach((row, i) => row.update(shown[i], state.loss === shown[i].loss));
    },
  };
}

function createRow(loss, store) {
  const button = h("button", NAMES[loss]);
  button.addEventListener("click", () => store.set({ loss }, "control"));
  const outputs = COLUMNS.map((column) => (
    h("output", { "data-quantity": `${column}_${loss}`, "aria-live": "off" })
  ));
  const element = h(
    "tr", h("th", { scope: "row" }, button),
    ...outputs.map((output) => h("td", output)),
  );
  return {
    element,
    update({ value, rank, share }, chosen) {
      element.classList.toggle("chosen", chosen);
      button.setAttribute("aria-pressed", String(chosen));
      show(outputs[0], value, rounded(value));
      show(outputs[1], rank, String(rank));
      show(outputs[2], share, share === null ? "no push" : percent(share));
    },
  };
}

/** A number that a program reads in full, or what is said where there is none. */
export function show(output, value, text) {
  output.textContent = text;
  if (value === null) delete output.dataset.value;
  else output.dataset.value = exact(value);
}

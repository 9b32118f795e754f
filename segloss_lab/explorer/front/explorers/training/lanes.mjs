// The losses that race, as a table: what each finds and what it calls besides; a press on one shows
// its landscape.

import { swatch } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { exact, rounded } from "../../core/numbers.mjs";
import { lookOfLoss } from "./look.mjs";
import { NAMES, SHORT } from "./losses.mjs";
import { LANES } from "./races.mjs";

/** {element, update(races, step)}. */
export function laneTable(store) {
  const object = h("tr", {}, h("th", { scope: "row" },
    h("div", { class: "training-object" }, h("i"), "the object")), h("td", {}, "30"), h("td", {}));
  const rows = LANES.map((lane, i) => createRow(lane, i, store));
  const head = h("tr", {}, h("th", { scope: "col" }, "Pixels called by"),
    h("th", { scope: "col" }, "true"), h("th", { scope: "col" }, "false"));
  return {
    element: h("table", { class: "training-lanes" },
      h("thead", {}, head), h("tbody", {}, object, ...rows.map(({ element }) => element))),
    update(races, step) {
      rows.forEach((row, i) => row.update(races.find(({ lane }) => lane === LANES[i]), step));
    },
  };
}

function createRow(lane, nth, store) {
  const mark = h("span");
  const name = h("span");
  const button = h("button", { type: "button", class: "segloss-quiet" }, mark, name);
  const [found, alarms] = ["found", "alarms"].map((part) => (
    h("output", { "data-quantity": `${part}_${nth}`, "aria-live": "off" })
  ));
  const element = h("tr", {}, h("th", { scope: "row" }, button), h("td", {}, found), h("td", {}, alarms));
  button.addEventListener("click", () => {
    const state = store.get();
    store.set({ loss: state[lane], [lane]: state.loss }, "control");
  });
  element.classList.toggle("chosen", nth === 0);
  return {
    element,
    update(race, step) {
      element.hidden = race === undefined;
      const now = race?.at(step) ?? null;
      show(found, now && now.found);
      show(alarms, now && now.called - now.found);
      if (race === undefined || element.dataset.loss === race.loss) return;
      element.dataset.loss = race.loss;
      mark.replaceChildren(swatch({ ...lookOfLoss(race.loss), chosen: nth === 0 }));
      name.textContent = SHORT[race.loss];
      button.setAttribute("aria-label", nth === 0
        ? `${NAMES[race.loss]}, whose landscape is shown`
        : `Show the landscape of ${NAMES[race.loss]}`);
    },
  };
}

function show(output, value) {
  const text = value === null ? "no loss" : rounded(value);
  if (output.textContent !== text) output.textContent = text;
  if (value === null) delete output.dataset.value;
  else output.dataset.value = exact(value);
}

// The losses that race, as a table: what each finds and what it calls besides; a press on one shows
// its landscape.

import { swatch } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { lookOfLoss } from "./look.mjs";
import { SHORT } from "./losses.mjs";
import { LANES } from "./races.mjs";

/** {element, update(races, step)}. */
export function laneTable(store) {
  const object = h("tr", h("th", { scope: "row" },
    h("div.training-object", h("i"), "the object")), h("td", "30"), h("td"));
  const rows = LANES.map((lane, i) => createRow(lane, i, store));
  const head = h("tr", h("th", { scope: "col" }, "Pixels called by"),
    h("th", { scope: "col" }, "true"), h("th", { scope: "col" }, "false"));
  return {
    element: h("table.training-lanes",
      h("thead", head), h("tbody", object, ...rows.map(({ element }) => element))),
    update(races, step) {
      rows.forEach((row, i) => row.update(races.find(({ lane }) => lane === LANES[i]), step));
    },
  };
}

function createRow(lane, nth, store) {
  const mark = h("span");
  const name = h("span");
  const button = h("button.sg-quiet", mark, name);
  const [found, alarms] = [h("td"), h("td")];
  const element = h("tr", h("th", { scope: "row" }, button), found, alarms);
  button.addEventListener("click", () => {
    const state = store.get();
    store.set({ loss: state[lane], [lane]: state.loss }, "control");
  });
  element.classList.toggle("chosen", nth === 0);
  return {
    element,
    update(race, step) {
      element.hidden = race === undefined;
      if (race === undefined) return;
      const now = race.at(step);
      found.textContent = now.found;
      alarms.textContent = now.called - now.found;
      if (element.dataset.loss === race.loss) return;
      element.dataset.loss = race.loss;
      const look = swatch({ ...lookOfLoss(race.loss), chosen: nth === 0 });
      look.setAttribute("viewBox", "0 0 44 14"); // there is little room: as a whole, but smaller
      look.setAttribute("width", 30);
      mark.replaceChildren(look);
      name.textContent = SHORT[race.loss];
      button.setAttribute("aria-label", nth === 0
        ? `${SHORT[race.loss]}, whose landscape is shown`
        : `Show the landscape of ${SHORT[race.loss]}`);
    },
  };
}

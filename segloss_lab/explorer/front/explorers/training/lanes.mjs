// The losses that race, as a table: what each finds and what it calls besides; a press on one shows
// its landscape.

import { swatch } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { SHORT } from "./losses.mjs";
import { LANES } from "./races.mjs";

/** {element, update(races, step)}. */
export function laneTable(store) {
  const head = ["Pixels called by", "true", "false"].map((word) => h("th", { scope: "col" }, word));
  const object = h("tr", h("th", { scope: "row" },
    h("div.training-object", h("i"), "the object")), h("td", "30"), h("td"));
  const rows = LANES.map((lane) => createRow(lane, store));
  return {
    element: h("table.sg-ladder.training-lanes", h("thead", h("tr", ...head)),
      h("tbody", object, ...rows.map(({ element }) => element))),
    update(races, step) {
      rows.forEach((row, i) => row.update(races.find(({ lane }) => lane === LANES[i]), step));
    },
  };
}

function createRow(lane, store) {
  const chosen = lane === "loss";
  const button = h("button.sg-quiet");
  const [found, alarms] = [h("td"), h("td")];
  const element = h("tr", h("th", { scope: "row" }, button), found, alarms);
  let named = ""; // the loss whose name and look stand there
  button.addEventListener("click", () => {
    const state = store.get();
    store.set({ loss: state[lane], [lane]: state.loss }, "control");
  });
  return {
    element,
    update(race, step) {
      element.hidden = race === undefined;
      if (race === undefined) return;
      const now = race.at(step);
      found.textContent = now.found;
      alarms.textContent = now.called - now.found;
      if (named === race.loss) return;
      named = race.loss;
      const name = SHORT[named];
      const look = swatch({ ...race.look, chosen });
      look.setAttribute("viewBox", "0 0 44 14"); // there is little room: as a whole, but smaller
      look.setAttribute("width", 30);
      button.replaceChildren(look, name);
      button.setAttribute("aria-label",
        chosen ? `${name}, whose landscape is shown` : `Show the landscape of ${name}`);
      element.className = chosen ? "chosen" : "";
    },
  };
}

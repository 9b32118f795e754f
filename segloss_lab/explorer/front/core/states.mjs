// States worth a visit, as buttons: what differs between them is the point of the figure.

import { h } from "./dom.mjs";

/** The buttons of the states, [label, changes]: {element (null without states), update(state)}. */
export function stateButtons(states, fields, store) {
  const buttons = states.map(([label, changes]) => {
    const button = h("button.sg-state", label);
    button.addEventListener("click", () => store.set(changes, "state"));
    return { button, changes };
  });
  const nodes = buttons.map(({ button }) => button);
  const element = h("div.sg-states", { role: "group", "aria-label": "States" }, ...nodes);
  return {
    element: nodes.length === 0 ? null : element,
    update(state) {
      for (const { button, changes } of buttons) {
        const here = Object.entries(changes).every(([name, value]) => state[name] === value);
        button.setAttribute("aria-pressed", String(here));
      }
    },
  };
}

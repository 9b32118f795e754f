// States worth a visit, as buttons: what differs between them is the point of the figure.

import { h } from "./dom.mjs";

/** The buttons of the states, [label, changes]: {element (null without states), update(state)}. */
export function stateButtons(states, fields, store) {
  const nodes = states.map(([label, changes]) => (
    h("button.sg-state", { onclick: () => store.set(changes, "state") }, label)
  ));
  const element = h("div.sg-states", { role: "group", "aria-label": "States" }, ...nodes);
  return {
    element: nodes.length === 0 ? null : element,
    update(state) {
      for (const [i, [, changes]] of states.entries()) {
        const here = Object.entries(changes).every(([name, value]) => state[name] === value);
        nodes[i].setAttribute("aria-pressed", here);
      }
    },
  };
}

// Play, one step, back to the start, and which step it is.

import { h } from "../../core/dom.mjs";
import { playButtons } from "../../core/play.mjs";
import { STEPS } from "./descent.mjs";

const AT_ONCE = { stride: Infinity, pause: 0 }; // for those who want no motion

/** The buttons: {element, update(state), stop}. */
export function transport(store) {
  const where = h("span");
  const buttons = playButtons(store, STEPS, ["Play", "Step", "Back"], {
    class: "training-transport", beside: [where], calm: AT_ONCE,
  });
  const [, one, back] = buttons.element.children;
  one.title = "One step on";
  back.title = "Back to the start";
  return {
    ...buttons,
    update(state) {
      where.textContent = `step ${state.step} of ${STEPS}`;
      buttons.update(state);
    },
  };
}

// Play, one step, back to the start, and which step it is.

import { h } from "../../core/dom.mjs";
import { createPlayer } from "../../core/play.mjs";
import { STEPS } from "./descent.mjs";

const AT_ONCE = { stride: Infinity, pause: 0 }; // for those who want no motion
const JUMPS = ["undo", "reset", "address", "state"]; // moves that playing does not survive

/** The buttons: {element, update(state), stop}. */
export function transport(store) {
  const [play, one, back] = ["Play", "Step", "Back"].map(
    (words) => h("button", { type: "button" }, words),
  );
  one.title = "One step on";
  back.title = "Back to the start";
  const where = h("span");
  const element = h("div", { class: "training-transport" }, play, one, back, where);
  const player = createPlayer(store, STEPS, (playing) => {
    play.textContent = playing ? "Pause" : "Play";
    // The words change with every step: they are read out once the play has stopped.
    element.closest("figure")?.setAttribute("aria-busy", String(playing));
  }, AT_ONCE);
  play.addEventListener("click", player.toggle);
  one.addEventListener("click", () => {
    store.set({ step: Math.min(store.get().step + 1, STEPS) }, "control");
  });
  back.addEventListener("click", () => store.set({ step: 0 }, "control"));
  const unsubscribe = store.subscribe((state, origin) => {
    if (JUMPS.includes(origin)) player.stop();
  });
  return {
    element,
    update({ step }) {
      where.textContent = `step ${step} of ${STEPS}`;
      // Not `disabled`: that would take the focus from who has just pressed it.
      one.setAttribute("aria-disabled", String(step === STEPS));
      back.setAttribute("aria-disabled", String(step === 0));
    },
    stop() { unsubscribe(); player.stop(); },
  };
}

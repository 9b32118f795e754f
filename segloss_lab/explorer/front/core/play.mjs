// Playing a descent: a step a frame, or strides for those who want no motion; and its buttons.

import { h } from "./dom.mjs";

const JUMPS = ["undo", "reset", "address", "state"]; // moves that playing does not survive
const CALM = { stride: 25, pause: 400 }; // steps at once, and milliseconds until the next ones

/**
 * The buttons that play, go one step on and go back to the start, in these `words`, and what else
 * stands beside them: {element, update(state), stop}.
 */
export function playButtons(store, last, words, { beside = [], calm, ...attributes }) {
  const [play, one, back] = words.map((text) => h("button", text));
  const element = h("div", attributes, play, one, back, ...beside);
  const player = createPlayer(store, last, (playing) => {
    play.textContent = playing ? "Pause" : words[0];
    // The words change with every step: they are read out once the play has stopped.
    element.closest("figure")?.setAttribute("aria-busy", String(playing));
  }, calm);
  play.addEventListener("click", player.toggle);
  one.addEventListener("click", () => {
    store.set({ step: Math.min(store.get().step + 1, last) }, "control");
  });
  back.addEventListener("click", () => store.set({ step: 0 }, "control"));
  const unsubscribe = store.subscribe((state, origin) => {
    if (JUMPS.includes(origin)) player.stop();
  });
  return {
    element,
    update({ step }) {
      // Not `disabled`: that would take the focus from who has just pressed it.
      one.setAttribute("aria-disabled", String(step === last));
      back.setAttribute("aria-disabled", String(step === 0));
    },
    stop() { unsubscribe(); player.stop(); },
  };
}

/**
 * What moves `step` of a store from where it is to `last`: {toggle(), stop()}; `onChange(playing)`
 * is told when it starts and stops. It never starts by itself. `calm` says what is done for those
 * who want no motion; a stride of Infinity goes to the end at once.
 */
function createPlayer(store, last, onChange, calm = CALM) {
  const wanted = matchMedia("(prefers-reduced-motion: reduce)");
  let cancel = null; // while it plays

  function wait() {
    if (wanted.matches) {
      const timer = setTimeout(() => go(calm.stride), calm.pause);
      return () => clearTimeout(timer);
    }
    const frame = requestAnimationFrame(() => go(1));
    return () => cancelAnimationFrame(frame);
  }

  function go(stride) {
    const step = Math.min(store.get().step + stride, last);
    if (step < last) cancel = wait();
    store.set({ step }, "play");
    if (step === last) stop();
  }

  function start() {
    store.hold(); // however slow its frames, a play is one move
    if (store.get().step === last) store.set({ step: 0 }, "play");
    cancel = wait();
    onChange(true);
  }

  function stop() {
    if (cancel === null) return;
    cancel();
    cancel = null;
    store.release();
    onChange(false);
  }

  return { stop, toggle: () => (cancel === null ? start() : stop()) };
}

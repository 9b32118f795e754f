// Playing a descent: a step a frame, or strides for those who want no motion.

const CALM = { stride: 25, pause: 400 }; // steps at once, and milliseconds until the next ones

/**
 * What moves `step` of a store from where it is to `last`: {toggle(), stop()}; `onChange(playing)`
 * is told when it starts and stops. It never starts by itself. `calm` says what is done for those
 * who want no motion; a stride of Infinity goes to the end at once.
 */
export function createPlayer(store, last, onChange, calm = CALM) {
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
    if (step === last) stop();
    else cancel = wait();
    store.set({ step }, "play");
  }

  function start() {
    if (store.get().step === last) store.set({ step: 0 }, "play");
    cancel = wait();
    onChange(true);
  }

  function stop() {
    cancel?.();
    cancel = null;
    onChange(false);
  }

  return { stop, toggle: () => (cancel === null ? start() : stop()) };
}

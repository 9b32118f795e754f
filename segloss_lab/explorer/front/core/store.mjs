// The state of one explorer: a plain object under the package's names, every change of which has
// passed its field.

const ONE_MOVE = 600; // milliseconds: changes of the same names in quick turn are undone at once
const KEPT = 100; // moves that can be undone
const NAMED = 30; // characters of a name that somebody else has chosen

/** A store that starts from the fields' initial values, overlaid by what is valid of `given`. */
export function createStore(fields, given) {
  const { state: own, problems } = accepted(fields, given);
  const initial = { ...defaults(fields), ...own };
  const listeners = new Set();
  const past = createPast();
  let state = initial;

  function move(next, origin) {
    state = next;
    for (const listener of [...listeners]) listener(state, origin);
  }

  return {
    initial,
    problems,
    get: () => state,

    /** Take over `changes`; `origin` says who moved them. Nothing is told if nothing moved. */
    set(changes, origin) {
      const next = { ...state, ...accepted(fields, changes).state };
      const moved = Object.keys(fields).filter((name) => next[name] !== state[name]);
      if (moved.length === 0) return;
      // A drag in a picture may move now one name, now two: it is one move all the same.
      past.add(state, origin === "chart" ? origin : moved.join());
      move(next, origin);
    },

    canUndo: () => past.length() > 0,

    /** The state before the last move, or null. */
    before: () => past.last(),

    /** What moves until `release` is one move; what holds may overlap, as a play and a hand do. */
    hold: past.hold,
    release: past.release,

    /** Go back to the state before the last move. */
    undo() {
      if (past.length() > 0) move(past.take(), "undo");
    },

    /** Call `listener(state, origin)` after every change; returns the function that stops it. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The states to go back to; a slider's whole travel is one of them. */
function createPast() {
  const states = [];
  let last = { names: "", at: -Infinity };
  let holders = 0;
  return {
    length: () => states.length,
    last: () => states.at(-1) ?? null,
    hold() {
      if (holders === 0) last = { names: "", at: -Infinity };
      holders += 1;
    },
    release() { holders -= 1; },
    add(state, names) {
      const now = performance.now();
      const same = names === last.names && (holders > 0 || now - last.at < ONE_MOVE);
      last = { names, at: now };
      if (same) return;
      states.push(state);
      if (states.length > KEPT) states.shift();
    },
    take() {
      last = { names: "", at: -Infinity };
      return states.pop();
    },
  };
}

/** The valid part of `given`, and one sentence for each part that is not. */
export function accepted(fields, given) {
  const state = {};
  const problems = [];
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : null;
    if (field === null) problems.push(`there is no ${quoted(name)} here`);
    else if (!field.accepts(value)) problems.push(`${name} must be ${field.expected}`);
    else state[name] = value;
  }
  return { state, problems };
}

/** A text from outside, cut short, in quotation marks. */
export function quoted(text) {
  const letters = Array.from(text.slice(0, 2 * NAMED + 2)); // a letter may take two places
  return `“${letters.slice(0, NAMED).join("")}${letters.length > NAMED ? "…" : ""}”`;
}

function defaults(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial]));
}

// The state of one explorer: a plain object under the package's names, every change of which has
// passed its field.

/** A store that starts from the fields' initial values, overlaid by `given`. */
export function createStore(fields, given) {
  const initial = { ...defaults(fields), ...accepted(fields, given).state };
  const listeners = new Set();
  let state = initial;

  return {
    initial,
    get: () => state,

    /** Take over `changes`; `origin` says who moved them. Nothing is told if nothing moved. */
    set(changes, origin) {
      const next = { ...state, ...accepted(fields, changes).state };
      if (Object.keys(fields).every((name) => next[name] === state[name])) return;
      state = next;
      for (const listener of [...listeners]) listener(state, origin);
    },

    /** Call `listener(state, origin)` after every change; returns the function that stops it. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The valid part of `given`, and one sentence for each part that is not. */
export function accepted(fields, given) {
  const state = {};
  const problems = [];
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : null;
    if (field === null) problems.push(`there is no “${name}” here`);
    else if (!field.accepts(value)) problems.push(`${name} must be ${field.expected}`);
    else state[name] = value;
  }
  return { state, problems };
}

function defaults(fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial]));
}

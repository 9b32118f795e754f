// The figures that are alive where this script runs, for whatever else on the page speaks of them.
//
// Each widget of a notebook is a module of its own: what they share stands on globalThis.

const KEY = Symbol.for("segloss.figures");

/** All figures alive: a set of {figure, store, name}; a notebook gives none of them a name. */
function figures() {
  globalThis[KEY] ??= new Set();
  return globalThis[KEY];
}

/** Announce a figure that has been mounted; returns the function that takes it off again. */
export function announce(figure, store, name = null) {
  const live = { figure, store, name };
  figures().add(live);
  return () => figures().delete(live);
}

/** The live figure that links call "smoothing" or "smoothing-2", or undefined. */
export function findFigure(wanted) {
  const all = [...figures()].filter(({ figure }) => figure.isConnected);
  const named = all.find(({ name }) => name === wanted);
  if (named) return named;
  const [kind, nth = 1] = wanted.split("-");
  return all.filter(({ figure, name }) => name === null && figure.dataset.explorer === kind)
    .sort((a, b) => (isBefore(a.figure, b.figure) ? -1 : 1))[nth - 1];
}

function isBefore(one, other) {
  return Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}

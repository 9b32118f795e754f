// What was answered, kept in the reader's browser and nowhere else: an entry for each question of a
// page, and one for each page all of whose questions are answered right. A browser may refuse to
// keep anything; then it is forgotten with the page.

const PREFIX = "segloss:";

export function pathOf(address) {
  return new URL(address, location.href).pathname.replace(/index\.html$/, "");
}

/** The last answer to a question of this page: {answered, given}, or null. */
export function recall(id) {
  return attempt(() => {
    const kept = JSON.parse(localStorage.getItem(keyOf(id)));
    return ["right", "wrong"].includes(kept?.answered) ? kept : null;
  });
}

export function keep(id, answer) {
  attempt(() => localStorage.setItem(keyOf(id), JSON.stringify(answer)));
}

export function isDone(path) {
  return attempt(() => localStorage.getItem(PREFIX + path)) !== null;
}

export function keepDone(done) {
  const key = PREFIX + pathOf("");
  attempt(() => (done ? localStorage.setItem(key, "done") : localStorage.removeItem(key)));
}

export function forget(id) {
  attempt(() => localStorage.removeItem(keyOf(id)));
}

/** Forget the answers on all pages. */
export function forgetAll() {
  attempt(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) localStorage.removeItem(key);
    }
  });
}

function keyOf(id) {
  return `${PREFIX}${pathOf("")}#${id}`;
}

function attempt(action) {
  try {
    return action() ?? null;
  } catch {
    return null;
  }
}

// What is slow to compute is computed once for as long as it stays the same.

const KEPT = 3; // the state, the one before the last move, and the one that comes

/** `compute(argument)`, not repeated for the keys that were asked for last, so many are kept. */
export function remember(compute, kept = KEPT) {
  const results = new Map();
  return (key, argument) => {
    const result = results.has(key) ? results.get(key) : compute(argument);
    results.delete(key); // and in again, as the latest
    results.set(key, result);
    if (results.size > kept) results.delete(results.keys().next().value);
    return result;
  };
}

// What is slow to compute is computed once for as long as it stays the same.

const KEPT = 3; // the state, the one before the last move, and the one that comes

/** `compute(argument)`, not repeated for the keys that were asked for last. */
export function remember(compute) {
  const results = new Map();
  return (key, argument) => {
    const result = results.has(key) ? results.get(key) : compute(argument);
    results.delete(key); // and in again, as the latest
    results.set(key, result);
    if (results.size > KEPT) results.delete(results.keys().next().value);
    return result;
  };
}

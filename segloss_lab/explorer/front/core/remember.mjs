// What is slow to compute is computed once for as long as it stays the same.

/** `compute(argument)`, not repeated while the key stays. */
export function remember(compute) {
  let last = { key: null, result: null };
  return (key, argument) => {
    if (key !== last.key) last = { key, result: compute(argument) };
    return last.result;
  };
}

// The options of a loss: each kind knows its default and which values it takes.

/** True or false. */
export function flag(initial) {
  return { initial, expected: "true or false", accepts: (value) => typeof value === "boolean" };
}

/** A finite number >= 0. */
export function notNegative(initial) {
  return {
    initial, expected: "a finite number >= 0",
    accepts: (value) => Number.isFinite(value) && value >= 0,
  };
}

/** A finite number > 0. */
export function positive(initial) {
  return {
    initial, expected: "a finite number > 0",
    accepts: (value) => Number.isFinite(value) && value > 0,
  };
}

/** A number from 0 to 1. */
export function share(initial) {
  return {
    initial, expected: "a number from 0 to 1",
    accepts: (value) => Number.isFinite(value) && value >= 0 && value <= 1,
  };
}

/** One of a few words, the first of them unless told. */
export function oneOf(...words) {
  return {
    initial: words[0], expected: `one of ${words.join(", ")}`,
    accepts: (value) => words.includes(value),
  };
}

/** What another kind takes, or null, which is the default. */
export function orNull({ expected, accepts }) {
  return {
    initial: null, expected: `${expected}, or null`,
    accepts: (value) => value === null || accepts(value),
  };
}

/** The given options over their defaults, each checked; `counts` belongs to every loss. */
export function complete(given, options) {
  // Plain loops: a surface asks thousands of times, and more than half its time was spent here.
  const settings = { counts: null };
  for (const name of Object.keys(options)) settings[name] = options[name].initial;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(settings, name)) {
      const known = [...Object.keys(options), "counts"].join(", ");
      throw new RangeError(`there is no option ${name}, only ${known}`);
    }
    const { expected, accepts } = name === "counts" ? COUNTS : options[name];
    const value = given[name];
    if (!accepts(value)) {
      const shown = typeof value === "object" ? JSON.stringify(value) : value;
      throw new RangeError(`${name} must be ${expected}, got ${shown}`);
    }
    settings[name] = value;
  }
  return settings;
}

const array = {
  expected: "an array of numbers",
  accepts: (value) => Array.isArray(value) || ArrayBuffer.isView(value),
};

const COUNTS = orNull(array);

// How an explorer is laid out: as its author says, and where nobody says as the explorer has it.

import { accepted, quoted } from "./store.mjs";

const AT_MOST = 3; // controls, and numbers, beside the picture of a figure

/**
 * {layout, show, numbers, states, caption, problems} of an explorer and of what a host was given,
 * which may be anything at all; what is wrong of it is left out and told.
 */
export function lookOf({ fields, figure = {} }, { layout, show, states, caption }) {
  const problems = [];
  const own = { show: Object.keys(fields).slice(0, AT_MOST), numbers: ["loss"], states: [], ...figure };
  return {
    layout: layout === "bench" ? "bench" : "figure",
    show: known(Array.isArray(show) ? show : own.show, fields, problems),
    numbers: own.numbers,
    states: valid(Array.isArray(states) ? states : own.states, fields, problems),
    caption: typeof caption === "string" ? caption : own.caption ?? "",
    problems,
  };
}

function known(names, fields, problems) {
  const [there, missing] = [true, false].map((wanted) => (
    names.filter((name) => Object.hasOwn(fields, name) === wanted)
  ));
  problems.push(...missing.map((name) => `there is no ${quoted(String(name))} here`));
  return there;
}

/** The states, [label, changes], of which every part is accepted. */
function valid(states, fields, problems) {
  return states.filter((each) => {
    const [label, changes] = Array.isArray(each) ? each : [];
    const wrong = typeof label === "string" && Object(changes) === changes
      ? accepted(fields, changes).problems : [`${quoted(String(each))} is no state`];
    problems.push(...wrong);
    return wrong.length === 0;
  });
}

// How an explorer is laid out: as its author says, and where nobody says as the explorer has it.

import { accepted, quoted } from "./store.mjs";

const AT_MOST = 3; // controls, and numbers, beside the picture of a figure

/**
 * {layout, show, numbers, states, caption, problems} of an explorer and of what a host was given,
 * which may be anything at all; what is wrong of it is left out and told.
 */
export function lookOf({ fields, figure = {} }, { layout, show, states, caption }) {
  const problems = [];
  const controls = Object.keys(fields).filter((name) => hasControl(fields, name));
  const own = { show: controls.slice(0, AT_MOST), numbers: ["loss"], states: [], ...figure };
  return {
    layout: layout === "bench" ? "bench" : "figure",
    show: known(Array.isArray(show) ? show : own.show, fields, problems),
    numbers: own.numbers,
    states: valid(Array.isArray(states) ? states : own.states, fields, problems),
    caption: typeof caption === "string" ? caption : own.caption ?? "",
    problems,
  };
}

function hasControl(fields, name) {
  return typeof name === "string" && Object.hasOwn(fields, name) && fields[name].kind !== "hidden";
}

/** The names that are a control's, each once, and of them no more than fit beside a picture. */
function known(names, fields, problems) {
  const there = [...new Set(names)].filter((name) => {
    const found = hasControl(fields, name);
    if (!found) problems.push(`there is no control ${named(name)} here`);
    return found;
  });
  if (there.length > AT_MOST) problems.push(`at most ${AT_MOST} controls stand beside a picture`);
  return there.slice(0, AT_MOST);
}

/** The states, [label, changes], of which every part is accepted. */
function valid(states, fields, problems) {
  return states.filter((each) => {
    const [label, changes] = Array.isArray(each) ? each : [each];
    const wrong = typeof label === "string" && isRecord(changes)
      ? accepted(fields, changes).problems : [`${named(label)} is no state`];
    problems.push(...wrong);
    return wrong.length === 0;
  });
}

function isRecord(value) {
  return Object(value) === value && !Array.isArray(value);
}

/** A name from outside, in quotation marks; what is none may not even have a text. */
function named(name) {
  return quoted(typeof name === "string" ? name : "…");
}

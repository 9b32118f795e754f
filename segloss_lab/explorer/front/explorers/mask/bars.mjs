// The pull on one pixel of the object, missed or found, as bars on a scale that never changes; what
// it was before the last move is dashed.

import { colorMap } from "../../core/colors.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { OVER } from "./scale.mjs";
import { pullsOf } from "./state.mjs";

const ROWS = { missed: "missed", found: "found" };
const RAISES = `rgb(${colorMap("diverging")(0.9)})`; // as the map shows what raises a logit

/** The bars: {element, update(state, before)}. */
export function pullBars() {
  const rows = Object.entries(ROWS).map(([part, words]) => createRow(part, words));
  const ends = ["0", "1, the most of cross-entropy"];
  return {
    element: h(
      "div.sg-chart.mask-bars",
      h("div.sg-chart-title", "Pull on one pixel of the object"),
      ...rows.map(({ element }) => element),
      h("div.mask-ends", ...ends.map((text) => h("span", text))),
    ),
    update(state, before) {
      const now = pullsOf(state);
      const was = before === null ? {} : pullsOf(before);
      for (const row of rows) row.update(now[row.part], was[row.part] ?? null);
    },
  };
}

function createRow(part, words) {
  const fill = h("i", { class: "mask-fill", style: `background:${RAISES}` });
  const ghost = h("i.mask-ghost");
  const beyond = h("span");
  const track = h("div.mask-track", { role: "img" }, fill, ghost, beyond);
  return {
    part,
    element: h(
      "div.mask-bar",
      h("span", h("i", { class: `mask-key ${part}` }), words), track,
    ),
    update(now, was) {
      fill.style.width = widthOf(now);
      ghost.hidden = was === null || rounded(was) === rounded(now ?? 0);
      ghost.style.width = widthOf(was);
      beyond.textContent = now > OVER ? `${rounded(now)} ▸` : "";
      track.setAttribute("aria-label", labelOf(words, now, was));
    },
  };
}

/** A pull that is beyond the scale fills it. */
function widthOf(pull) {
  return `${100 * Math.min(Math.max(pull ?? 0, 0), 1)}%`;
}

function labelOf(words, now, was) {
  if (now === null) return `No pixel is ${words}.`;
  const before = was === null ? "" : `, it was ${rounded(was)}`;
  return `Pull on a ${words} pixel ${rounded(now)}${before}.`;
}

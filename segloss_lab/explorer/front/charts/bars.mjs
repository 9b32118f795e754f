// Horizontal bars on one linear scale, to compare a few numbers by eye. Where a bar ended before the
// last move stands a dashed tick; a bar that is longer than the scale is torn off, and says so.

import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";

const TICKS = [0, 0.5, 1]; // shares of the scale
const SEEN = 1.001; // of the scale: what is longer by less fills it

/**
 * Bars titled `title`, their numbers written by `format`: {element, update(bars, label, end), stop}.
 * The bars, always the same in the same order, are each {name, note (how its value came about,
 * below the name), value (null where there is none), before (its value before the last move, if
 * there is one), color, apart (whether a gap parts it from those above)}; `label` is for those who
 * do not see them; the scale is from 0 to `end`.
 */
export function barChart(title, format = rounded) {
  const ticks = TICKS.map((share) => at(h("span"), share));
  const plot = h("div.sg-bars", { role: "img" }, h("div.sg-bars-axis", ...ticks));
  let rows = null;
  return {
    element: h("div.sg-chart.sg-bar-chart", h("div.sg-chart-title", title), plot),
    update(bars, label, end = 1) {
      if (rows === null) plot.prepend(...(rows = bars.map(createRow)).map(({ element }) => element));
      plot.setAttribute("aria-label", label);
      ticks.forEach((tick, i) => { tick.textContent = format(TICKS[i] * end); });
      rows.forEach((row, i) => row.update(bars[i], end, format));
    },
    stop() {},
  };
}

function createRow({ name, color, apart = false }) {
  const [note, value, beyond] = ["note", "value", "beyond"].map((part) => h(`span.sg-bars-${part}`));
  const [fill, ghost] = [h("i.sg-bars-fill", beyond), h("i.sg-bars-ghost")];
  return {
    element: h(
      `div.sg-bars-row${apart ? ".apart" : ""}`, { style: `--bar:${color}` },
      h("div.sg-bars-words", h("span.sg-bars-name", name), note),
      h("div.sg-bars-track", fill, ghost), value,
    ),
    update(bar, end, format) {
      const { before = null } = bar;
      const length = bar.value / end;
      note.textContent = bar.note ?? "";
      value.textContent = bar.value === null ? "none" : format(bar.value);
      fill.style.width = `${100 * length}%`;
      fill.classList.toggle("torn", length > SEEN);
      beyond.textContent = length > SEEN ? `${rounded(length)} times the scale` : "";
      ghost.hidden = before === null || before === bar.value;
      ghost.classList.toggle("torn", before / end > SEEN);
      at(ghost, Math.min(before / end, 1));
    },
  };
}

/** Lay a node at a share of the scale. */
function at(node, share) {
  node.style.left = `${100 * share}%`;
  return node;
}

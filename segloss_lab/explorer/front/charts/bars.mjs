// Horizontal bars on one linear scale, the same at every state: to compare a few numbers by eye.
// Where a bar ended before the last move stands a dashed tick.

import { h } from "../core/dom.mjs";
import { rounded } from "../core/numbers.mjs";

/**
 * Bars titled `title`, from 0 to `end`, with `ticks` below them: {element, update(bars, label),
 * stop}. Each of the bars, always as many and in the same order, is {name, note (how its value came
 * about, below the name), value, before (its value before the last move, null where there is
 * none), color, apart (whether a gap parts it from those above), format (of its value; three
 * digits)}; `label` is for those who do not see them.
 */
export function barChart(title, { end = 1, ticks = [0, 0.5, 1] } = {}) {
  const rows = [];
  const axis = ticks.map((tick) => at(h("span", rounded(tick)), tick / end));
  const scale = h("div.sg-bars-axis", ...axis);
  const plot = h("div.sg-bars", { role: "img" }, scale);

  function rowAt(i) {
    rows[i] ??= createRow(plot, scale, ticks.map((tick) => tick / end));
    return rows[i];
  }

  const heading = h("div.sg-chart-title", title);
  return {
    element: h("div.sg-chart", heading, plot),
    update(bars, label) {
      plot.setAttribute("aria-label", label);
      for (const [i, bar] of bars.entries()) write(rowAt(i), bar, end);
    },
    stop() {},
  };
}

function createRow(plot, scale, ticks) {
  const [name, note, value] = ["name", "note", "value"].map(
    (part) => h("span", { class: `sg-bars-${part}` }),
  );
  const [fill, ghost] = ["fill", "ghost"].map((part) => h("i", { class: `sg-bars-${part}` }));
  const rules = ticks.map((tick) => at(h("i.sg-bars-rule"), tick));
  const track = h("div.sg-bars-track", ...rules, fill, ghost);
  const words = h("div.sg-bars-words", name, note);
  const row = h("div.sg-bars-row", words, track, value);
  plot.insertBefore(row, scale);
  return { row, name, note, value, fill, ghost };
}

function write(nodes, bar, end) {
  const { name, note = "", value, before = null, color, apart = false, format = rounded } = bar;
  nodes.row.classList.toggle("apart", apart);
  nodes.row.style.setProperty("--bar", color);
  nodes.name.textContent = name;
  nodes.note.textContent = note;
  nodes.value.textContent = format(value);
  nodes.fill.style.width = `${shareOf(value, end)}%`;
  nodes.ghost.hidden = before === null || before === value;
  if (!nodes.ghost.hidden) at(nodes.ghost, before / end);
}

/** Lay a node at a share of the scale. */
function at(node, share) {
  node.style.left = `${shareOf(share, 1)}%`;
  return node;
}

function shareOf(value, end) {
  return 100 * Math.min(Math.max(value / end, 0), 1);
}

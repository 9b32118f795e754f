// Pull and push as bars on one linear scale, that of the pull in the same picture at smooth 1e-5;
// dashed, where they ended before the last move.

import { h } from "../../core/dom.mjs";
import { percent } from "../../core/numbers.mjs";

const SLIGHT = 5e-4;

export function tugBars() {
  const bars = {
    pull: createBar("pull on the lesion"), push: createBar("push beside it"),
  };
  const ticks = ["0", "50%", "100%"].map((text) => h("span", text));
  const axis = h("div.smoothing-axis", { "aria-hidden": "true" }, ...ticks);
  const name = h("div.smoothing-axis-name", "of the pull at smooth 10⁻⁵");
  return {
    element: h(
      "div.smoothing-bars", bars.pull.element, bars.push.element, axis, name,
    ),
    update(now, before) {
      for (const [name, bar] of Object.entries(bars)) bar.update(now[name], before?.[name] ?? null);
    },
  };
}

function createBar(label) {
  const number = h("strong");
  const fill = h("i");
  const ghost = h("s.smoothing-ghost", { "aria-hidden": "true" });
  return {
    element: h(
      "div", { class: `smoothing-bar ${label.split(" ")[0]}` },
      h("div", label, number), h("div.smoothing-track", fill, ghost),
    ),
    update(share, before) {
      number.textContent = textOf(share);
      fill.style.width = widthOf(share ?? 0);
      ghost.hidden = before === null || share === null || widthOf(before) === widthOf(share);
      if (!ghost.hidden) ghost.style.width = widthOf(before);
    },
  };
}

function textOf(share) {
  if (share === null) return "none";
  return share > 0 && share < SLIGHT ? "< 0.1%" : percent(share);
}

function widthOf(share) {
  return `${(100 * Math.min(share, 1)).toFixed(2)}%`;
}

// What charts and maps stand on: a frame with an SVG of layers, as wide as the page lets it be, and
// the words under the pointer.

import { h } from "../core/dom.mjs";
import { followPointer } from "../core/pointer.mjs";
import { s } from "./svg.mjs";

/**
 * A stage with layers of these names, {frame, svg, layers, update(model), stop}: `draw(model, width)`
 * is called with each model, and again when the frame has another width; `drag(x, y)` as the
 * pointer drags; `describe(x, y)` gives the lines under the pointer, or null.
 */
export function createStage(names, { draw, drag, describe }) {
  const layers = Object.fromEntries(names.map((name) => [name, s(`g.sg-${name}`)]));
  const svg = s("svg", { role: "img" }, ...Object.values(layers));
  const tooltip = h("div.sg-tooltip", { hidden: "", "aria-hidden": "true" });
  const frame = h("div.sg-frame", svg, tooltip);
  let model = null;
  let width = 0; // until the frame first has a place on the page

  function redraw() {
    if (model !== null && width > 0) draw(model, width);
  }

  function point(x, y) {
    const lines = describe(x, y);
    tooltip.hidden = lines === null;
    if (lines === null) return;
    tooltip.replaceChildren(...lines.map((line) => h("span", line)));
    const flip = x > width / 2;
    Object.assign(tooltip.style, {
      left: flip ? "" : `${x + 14}px`,
      right: flip ? `${width - x + 14}px` : "",
      top: `${Math.max(y - 20, 0)}px`,
    });
  }

  followPointer(svg, { move: drag, point, leave: () => { tooltip.hidden = true; } });
  const observer = new ResizeObserver(() => { width = frame.clientWidth; redraw(); });
  observer.observe(frame);
  return {
    frame, svg, layers,
    update(next) { model = next; redraw(); },
    stop: () => observer.disconnect(),
  };
}

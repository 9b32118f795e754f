// The losses of the charts as a table: dash and marker of each, its name, its values at the pixel.

import { swatch } from "../../charts/chart.mjs";
import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";

/** {element, update(terms, {loss, slope} of each, axis of `curves.mjs`)}. */
export function keyTable() {
  const body = h("tbody");
  const slopeHead = h("th", { scope: "col" });
  const heads = ["loss", "L"].map((text) => h("th", { scope: "col" }, text));
  const head = h("thead", h("tr", h("td"), ...heads, slopeHead));
  const caption = h("caption", "At this pixel");
  return {
    element: h(
      "table.sg-ladder.sg-pixel-key", caption, head, body,
    ),
    update(terms, now, { slopeName }) {
      slopeHead.textContent = slopeName;
      body.replaceChildren(...terms.map((term, j) => row(term, [now[j].loss, now[j].slope])));
    },
  };
}

function row(term, values) {
  return h(
    "tr", { class: term.chosen ? "chosen" : null },
    h("td", swatch(term)), h("th", { scope: "row" }, term.title),
    ...values.map((value) => h("td", rounded(value))),
  );
}

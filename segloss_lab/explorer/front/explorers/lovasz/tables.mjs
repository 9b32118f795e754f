// Two tables that sum up to the Lovász loss: errors times weights, and shares of corners times
// their Jaccard losses.

import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";
import { pathOf, ranksOf } from "./math.mjs";

/** By rank: each pixel's error times its weight. */
export function rankTable() {
  return createTable("The loss by rank", "pixel", "error", "weight", ({ truth, errors, weights }) => (
    ranksOf(errors).map((i) => {
      const [kind, name] = truth[i] === 1 ? ["miss", "object"] : ["alarm", "background"];
      return { name: [h(`i.sg-key.${kind}`), `${i + 1}, ${name}`], factors: [errors[i], weights[i]] };
    })
  ));
}

/** By corner on the path from no wrong pixel to all: the Jaccard loss there times its share. */
export function pathTable() {
  const caption = "The same loss as a mixture of corners";
  return createTable(caption, "wrong pixels", "Jaccard loss", "share", ({ truth, errors }) => (
    pathOf(truth, errors).map(({ wrong, loss, share }) => ({
      name: [wrong.map((i) => i + 1).sort().join(", ") || "none"], factors: [loss, share],
    }))
  ));
}

/** Rows {name, factors} of what `rowsOf` finds in {truth, errors, weights, loss}. */
function createTable(caption, first, one, other, rowsOf) {
  const [body, total] = [h("tbody"), h("td")];
  const heads = [first, one, other, "product"].map((text) => h("th", { scope: "col" }, text));
  const foot = h("tr", h("th", { scope: "row", colspan: 3 }, "sum, the loss"), total);
  return {
    element: h(
      "table.sg-ladder", h("caption", caption), h("thead", h("tr", ...heads)), body,
      h("tfoot", foot),
    ),
    update(now) {
      total.textContent = rounded(now.loss);
      body.replaceChildren(...rowsOf(now).map(({ name, factors: [a, b] }) => h(
        "tr", h("th", { scope: "row" }, ...name),
        ...[a, b, a * b].map((number) => h("td", rounded(number))),
      )));
    },
  };
}

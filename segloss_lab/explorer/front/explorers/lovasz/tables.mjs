// Two tables that sum up to the Lovász loss: errors times weights, and shares of corners times
// their Jaccard losses.

import { h } from "../../core/dom.mjs";
import { ranksOf } from "./math.mjs";
import { rounded } from "../../core/numbers.mjs";

/** By rank, from {truth, errors, weights, loss}: each pixel's error times its weight. */
export function rankTable() {
  const table = createTable("The loss by rank", ["pixel", "error", "weight", "product"]);
  return {
    element: table.element,
    update({ truth, errors, weights, loss }) {
      table.update(loss, ranksOf(errors).map((i) => ({
        name: [h("i", { class: `sg-key ${truth[i] === 1 ? "miss" : "alarm"}` }),
          `${i + 1}, ${truth[i] === 1 ? "object" : "background"}`],
        numbers: [errors[i], weights[i], errors[i] * weights[i]],
      })));
    },
  };
}

/** By corner, from the path of `pathOf`: the Jaccard loss there times its share. */
export function pathTable() {
  const heads = ["wrong pixels", "Jaccard loss", "share", "product"];
  const table = createTable("The same loss as a mixture of corners", heads);
  return {
    element: table.element,
    update(path, loss) {
      table.update(loss, path.map(({ wrong, loss: value, share }) => ({
        name: [wrong.length === 0 ? "none" : wrong.map((i) => i + 1).sort().join(", ")],
        numbers: [value, share, value * share],
      })));
    },
  };
}

function createTable(caption, heads) {
  const [body, foot] = [h("tbody"), h("tfoot")];
  const head = h("tr", ...heads.map((text) => h("th", { scope: "col" }, text)));
  return {
    element: h(
      "table.sg-ladder",
      h("caption", caption), h("thead", head), body, foot,
    ),
    update(total, rows) {
      body.replaceChildren(...rows.map(row));
      const name = h("th", { scope: "row", colspan: 3 }, "sum, the loss");
      foot.replaceChildren(h("tr", name, h("td", rounded(total))));
    },
  };
}

function row({ name, numbers }) {
  const cells = numbers.map((number) => h("td", rounded(number)));
  return h("tr", h("th", { scope: "row" }, ...name), ...cells);
}

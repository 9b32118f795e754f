// A table of numbers, one of its rows chosen. Only what differs is written: text is slow to lay out.

import { select } from "d3-selection";

import { h } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";

/**
 * A table with a class: {element, update(title, heads, rows)}. The heads are each a list of lines;
 * the rows, each {key, chosen, leads (gives the cells before its numbers), numbers}.
 */
export function numberTable(name) {
  const [caption, head, body] = [h("caption"), h("tr"), h("tbody")];
  let headed = "";
  return {
    element: h(`table.sg-ladder.${name}`, caption, h("thead", head), body),
    update(title, heads, rows) {
      write(caption, title);
      if (headed !== String(heads)) head.replaceChildren(...heads.map(headOf));
      headed = String(heads);
      select(body).selectAll("tr").data(rows, ({ key }) => key)
        .join((enter) => enter.append(({ leads }) => h("tr", ...leads()))).order()
        .classed("chosen", ({ chosen }) => chosen)
        .attr("aria-current", ({ chosen }) => (chosen ? "true" : null))
        .selectAll(".number").data(({ numbers }) => numbers).join("td").attr("class", "number")
        .each(function fill(number) { write(this, rounded(number)); });
    },
  };
}

function headOf([first, ...more]) {
  if (first === "") return h("td");
  return h("th", { scope: "col" }, first, ...more.flatMap((line) => [h("br"), line]));
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

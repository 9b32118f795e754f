// A table of numbers, one of its rows chosen. Only what differs is written: text is slow to lay out.

import { refill, set } from "../../charts/svg.mjs";
import { h, setText } from "../../core/dom.mjs";
import { rounded } from "../../core/numbers.mjs";

/**
 * A table with a class: {element, update(title, heads, rows)}. The heads are each a list of lines;
 * the rows, each {key, chosen, leads (gives the cells before its numbers), numbers}.
 */
export function numberTable(name) {
  const [caption, head, body] = [h("caption"), h("tr"), h("tbody")];
  const nodes = new Map(); // a row for each key
  return {
    element: h(`table.sg-ladder.${name}`, caption, h("thead", head), body),
    update(title, heads, rows) {
      setText(caption, title);
      refill(head, String(heads), () => heads.map(headOf));
      for (const row of rows) nodes.set(row.key, updated(nodes.get(row.key) ?? h("tr"), row));
      refill(body, rows.map(({ key }) => key).join(), () => rows.map(({ key }) => nodes.get(key)));
    },
  };
}

function updated(node, { chosen, leads, numbers }) {
  refill(node, numbers.length, () => [...leads(), ...numbers.map(() => h("td.number"))]);
  const cells = node.querySelectorAll(".number");
  numbers.forEach((number, i) => setText(cells[i], rounded(number)));
  return set(node, { class: chosen ? "chosen" : null, "aria-current": chosen || null });
}

function headOf([first, ...more]) {
  if (first === "") return h("td");
  return h("th", { scope: "col" }, first, ...more.flatMap((line) => [h("br"), line]));
}

// A short hand for building HTML.

/**
 * `h("p.note.wide", {id: "a"}, "text", node)`: an element with classes, attributes (which may be
 * left out; one that is null is not set; one that is a function listens) and children.
 */
export function h(selector, ...parts) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  if (tag === "button") element.type = "button"; // it sends no form
  if (Object.getPrototypeOf(parts[0] ?? "") === Object.prototype) {
    for (const [name, value] of Object.entries(parts.shift())) {
      if (typeof value === "function") element[name] = value; // onclick
      else if (value !== null) element.setAttribute(name, value);
    }
  }
  element.append(...parts);
  return element;
}

let serial = 0;

/** An id that no other element of the page has: several explorers may share a page. */
export function freshId(stem) {
  serial += 1;
  return `sg-${stem}-${serial}`;
}

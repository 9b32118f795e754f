// A short hand for building HTML.

/** `h("p", {class: "note"}, "text", node)`: an element with attributes and children. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

let serial = 0;

/** An id that no other element of the page has: several explorers may share a page. */
export function freshId(stem) {
  serial += 1;
  return `segloss-${stem}-${serial}`;
}

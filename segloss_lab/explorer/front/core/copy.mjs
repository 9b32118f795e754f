// The buttons: the state as code, as a link, a move back, and back to the first state.

import { h } from "./dom.mjs";

const SAID_FOR = 1600; // milliseconds that a button says "Copied"

/** {plain, code, fallback, update()}: plain buttons, those that copy code, and where text is shown. */
export function actions(explorer, store, link) {
  const fallback = createFallback();
  const copier = (label, textOf) => copyButton(label, () => textOf(store.get()), fallback);
  const texts = Object.entries({ PyTorch: explorer.torch, TensorFlow: explorer.tensorflow });
  const code = texts.filter(([, textOf]) => textOf !== undefined)
    .map(([name, textOf]) => copier(`Copy as ${name}`, textOf));
  const undo = h("button.sg-quiet", { onclick: store.undo }, "Undo");
  const reset = h("button.sg-quiet", { onclick: () => store.set(store.initial, "reset") }, "Reset");
  const links = link === null ? [] : [copier("Copy link", link)];
  return {
    plain: [...links, undo, reset],
    code: h("div.sg-code.sg-actions", ...code),
    fallback: fallback.element,
    update() {
      // Not `disabled`: that would take the focus from who has just pressed it.
      undo.setAttribute("aria-disabled", !store.canUndo());
    },
  };
}

function copyButton(label, textOf, fallback) {
  const button = h("button.sg-quiet", { onclick: copy }, label);
  return button;

  async function copy() {
    const text = textOf();
    fallback.hide();
    if (!(await toClipboard(text))) return fallback.show(text);
    button.textContent = "Copied";
    return setTimeout(() => { button.textContent = label; }, SAID_FOR);
  }
}

/** Whether the text reached the clipboard, which pages opened from a file may not have. */
async function toClipboard(text) {
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false; // not allowed: the caller shows the text
    throw error;
  }
}

/** Where the clipboard is closed: the text itself, selected. */
function createFallback() {
  const area = h("textarea", { readonly: "", rows: 8, "aria-label": "Text to copy" });
  const words = h("p", "Press Ctrl+C to copy:");
  const element = h("div.sg-fallback", { hidden: "" }, words, area);
  return {
    element,
    show(text) { area.value = text; element.hidden = false; area.focus(); area.select(); },
    hide() { element.hidden = true; },
  };
}

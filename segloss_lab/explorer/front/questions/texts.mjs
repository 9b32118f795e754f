// Texts with `code` and $mathematics$, which MathJax sets where a page has it.

import { h } from "../core/dom.mjs";

const PARTS = /`([^`]+)`|\$([^$]+)\$/g; // as in explorer/_texts.py

/** A text as nodes. */
export function rich(text) {
  const nodes = [];
  let end = 0;
  for (const { 0: { length }, 1: code, 2: tex, index } of text.matchAll(PARTS)) {
    nodes.push(text.slice(end, index));
    nodes.push(code === undefined
      ? h("span.math.notranslate.nohighlight", `\\(${tex}\\)`) : h("code", code));
    end = index + length;
  }
  return [...nodes, text.slice(end)];
}

/** Have the mathematics in an element set. MathJax that is still on its way finds it by itself. */
export function typeset(element) {
  const { MathJax } = globalThis;
  if (!MathJax?.startup?.promise || !element.querySelector(".math")) return;
  MathJax.startup.promise = MathJax.startup.promise
    .then(() => MathJax.typesetPromise([element]))
    .catch(() => {}); // the formula's source stays, which is better than no reply
}

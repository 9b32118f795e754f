// The palette as CSS variables, light and dark, so that a change of theme needs no redraw.

import palette from "../../../palette.json";
import style from "./style.css";

// Each host says in its own way that it is dark; one that says nothing leaves it to the system.
const DARK_HOSTS = [
  "html[data-theme=dark]", // the book
  "html[theme=dark]", // Colab
  'body[data-jp-theme-light="false"]', // JupyterLab
];
const SILENT_HOST = "html:not([data-theme]):not([theme]):not(:has(body[data-jp-theme-light]))";

/** Give the document, or the shadow root, the style of all explorers and of this one, once each. */
export function addStyle(root, { kind, style: own = "" }) {
  const home = root.head ?? root;
  addOnce(home, "sg-style", () => themes() + style);
  addOnce(home, `sg-style-${kind}`, () => own);
}

function addOnce(home, id, textOf) {
  if (home.querySelector(`#${id}`)) return;
  const element = document.createElement("style");
  element.id = id;
  element.textContent = textOf();
  home.append(element);
}

function themes() {
  const dark = variables("dark");
  return `.segloss{color-scheme:light;${variables("light")}}`
    + `${DARK_HOSTS.map((host) => `${host} .segloss`).join()}{color-scheme:dark;${dark}}`
    + `@media (prefers-color-scheme:dark){${SILENT_HOST} .segloss{color-scheme:dark;${dark}}}`;
}

function variables(theme) {
  const named = Object.entries({ ...palette.roles, ...palette[theme] });
  const ladder = palette.ladder.map((rung) => [`ladder-${rung.size}`, rung[theme]]);
  const losses = Object.entries(palette.losses).map(([loss, { color }]) => [`loss-${loss}`, color]);
  return [...named, ...ladder, ...losses]
    .map(([name, color]) => `--sg-${name}:${color};`).join("");
}

/** Call `redraw` when the host's theme may have changed, for a canvas, which does not follow it. */
export function followTheme(redraw) {
  const hosts = new MutationObserver(redraw);
  for (const node of [document.documentElement, document.body]) {
    hosts.observe(node, { attributes: true });
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", redraw);
  return () => { hosts.disconnect(); system.removeEventListener("change", redraw); };
}

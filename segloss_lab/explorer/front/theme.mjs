// The palette as CSS variables, light and dark, so that a change of theme needs no redraw.

import palette from "../../palette.json";
import style from "./style.css";

// Each host says in its own way that it is dark; one that says nothing leaves it to the system.
const DARK_HOSTS = [
  "html[data-theme=dark]", // the book
  "html[theme=dark]", // Colab
  'body[data-jp-theme-light="false"]', // JupyterLab
];
const SILENT_HOST = "html:not([data-theme]):not([theme]):not(:has(body[data-jp-theme-light]))";
const ID = "segloss-style";

/** Give the document, or the shadow root, the explorers' style once. */
export function addStyle(root) {
  const home = root.head ?? root;
  if (home.querySelector(`#${ID}`)) return;
  const element = document.createElement("style");
  element.id = ID;
  element.textContent = themes() + style;
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
    .map(([name, color]) => `--segloss-${name}:${color};`).join("");
}

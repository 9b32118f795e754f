// The bundle: a classic script for pages, and, with `export default segloss.widget`, a module for
// anywidget.

import { startBook } from "./hosts/book.mjs";
import { lovasz } from "./explorers/lovasz/index.mjs";
import { mask } from "./explorers/mask/index.mjs";
import { createWidget } from "./hosts/notebook.mjs";
import { overlap } from "./explorers/overlap/index.mjs";
import { pixel } from "./explorers/pixel/index.mjs";
import { sampled } from "./explorers/sampled/index.mjs";
import { smoothing } from "./explorers/smoothing/index.mjs";
import { training } from "./explorers/training/index.mjs";

const explorers = { lovasz, mask, overlap, pixel, sampled, smoothing, training };

export const widget = createWidget(explorers);

// Only a classic script has a currentScript: as a notebook's module the bundle mounts nothing.
if (document.currentScript) startBook(explorers);

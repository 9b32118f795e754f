// The bundle: a classic script for pages, and, with `export default segloss.widget`, a module for
// anywidget.

import { startBook } from "./book.mjs";
import { lovasz } from "./lovasz.mjs";
import { mask } from "./mask.mjs";
import { createWidget } from "./notebook.mjs";
import { overlap } from "./overlap.mjs";
import { pixel } from "./pixel.mjs";
import { sampled } from "./sampled.mjs";
import { smoothing } from "./smoothing.mjs";

const explorers = { lovasz, mask, overlap, pixel, sampled, smoothing };

export const widget = createWidget(explorers);

// Only a classic script has a currentScript: as a notebook's module the bundle mounts nothing.
if (document.currentScript) startBook(explorers);

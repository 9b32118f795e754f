// The bundle: a classic script for pages, and, with `export default segloss.widget`, a module for
// anywidget.

import { crowd } from "./explorers/crowd/index.mjs";
import { lovasz } from "./explorers/lovasz/index.mjs";
import { mask } from "./explorers/mask/index.mjs";
import { means } from "./explorers/means/index.mjs";
import { overlap } from "./explorers/overlap/index.mjs";
import { pixel } from "./explorers/pixel/index.mjs";
import { sampled } from "./explorers/sampled/index.mjs";
import { scores } from "./explorers/scores/index.mjs";
import { smoothing } from "./explorers/smoothing/index.mjs";
import { training } from "./explorers/training/index.mjs";
import { volume } from "./explorers/volume/index.mjs";
import { startBook } from "./hosts/book.mjs";
import { createWidget } from "./hosts/notebook.mjs";

const explorers = {
  crowd, lovasz, mask, means, overlap, pixel, sampled, scores, smoothing, training, volume,
};

export const widget = createWidget(explorers);

// Only a classic script has a currentScript: as a notebook's module the bundle mounts nothing.
if (document.currentScript) startBook(explorers);

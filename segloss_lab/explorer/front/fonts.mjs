// The book's text face, copied from its package to where the book is built from: the page asks
// nobody for it. `node fonts.mjs`, or `node fonts.mjs FOLDER` to write elsewhere.

import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const PACKAGE = here("node_modules/@fontsource/source-serif-4");
const FACES = ["400-normal", "400-italic", "600-normal", "600-italic"];

const folder = process.argv[2] ?? here("../../../_static/fonts");
await mkdir(folder, { recursive: true });
for (const face of FACES) {
  const name = `source-serif-4-latin-${face}.woff2`;
  await copyFile(join(PACKAGE, "files", name), join(folder, name));
}
await copyFile(join(PACKAGE, "LICENSE"), join(folder, "source-serif-4.LICENSE.txt"));

// Build the one bundle: `node build.mjs`, or `node build.mjs FILE` to write it elsewhere.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A style sheet is imported as its minified text. */
const styleText = {
  name: "style-text",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const { code } = await transform(css, { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

await build({
  absWorkingDir: here("."),
  entryPoints: ["index.mjs"],
  outfile: process.argv[2] ?? here("../static/explorer.js"),
  bundle: true,
  charset: "utf8",
  format: "iife",
  globalName: "segloss",
  legalComments: "none",
  minify: true,
  plugins: [styleText],
  target: ["es2023"],
});

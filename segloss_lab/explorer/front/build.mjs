// Build the one bundle, and beside it the licences of what it holds of other packages: `node
// build.mjs`, or `node build.mjs FOLDER` to write both elsewhere.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";
import { minify } from "terser";

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

/**
 * The licences of the packages in a bundle. Those that grant the same in the same words share them:
 * above stand the packages, each with its own copyright.
 */
async function licences({ outputs: { [OUTPUT]: { inputs } } }) {
  const names = new Set(Object.keys(inputs).flatMap((path) => (
    path.match(/(?<=node_modules\/)(@[^/]+\/)?[^/]+/g) ?? []
  )));
  const holders = new Map();
  for (const name of [...names].sort()) {
    const read = (file) => readFile(here(`node_modules/${name}/${file}`), "utf8");
    const { version } = JSON.parse(await read("package.json"));
    const [copyright, ...terms] = (await read("LICENSE")).trim().split("\n\n");
    const text = terms.join("\n\n");
    holders.set(text, [...(holders.get(text) ?? []), `${name} ${version}: ${copyright}`]);
  }
  return [...holders].map(([text, held]) => `${held.join("\n")}\n\n${text}\n`).join("\n\n");
}

const OUTPUT = "explorer.js";
const { metafile, outputFiles: [bundle] } = await build({
  absWorkingDir: here("."),
  alias: { "d3-format": here("no-format.mjs"), "d3-interpolate": here("interpolate.mjs") },
  entryPoints: ["index.mjs"],
  bundle: true,
  charset: "utf8",
  format: "iife",
  globalName: "segloss",
  legalComments: "none", // the licences go to the head of it all
  metafile: true,
  minify: true,
  outfile: OUTPUT,
  plugins: [styleText],
  target: ["es2023"],
  write: false,
});
// A second look at the same text takes another 3% off it.
const { code } = await minify(bundle.text, {
  compress: {
    keep_fargs: false, passes: 3, pure_getters: true, unsafe: true, unsafe_arrows: true,
  },
  ecma: 2020,
});
const folder = process.argv[2] ?? here("../static");
const texts = await licences(metafile);
await writeFile(join(folder, OUTPUT), `/*! The explorers of segloss-lab (MIT), with parts of

${texts}*/
${code}
`);
await writeFile(join(folder, "explorer.LICENSES.txt"), `explorer.js holds parts of these packages.

${texts}`);

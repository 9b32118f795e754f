// What an explorer shows at a moment.

/**
 * Wait for a frame, then read the first figure of `kind`: {state, quantities, missing, note, wrong,
 * drawn}. Quantities are texts of full doubles; `missing` says why for those that do not exist;
 * `wrong` lists what no page should show; `drawn` changes with results and pictures, and does not
 * with controls and words. Runs in the page.
 */
export async function snapshot(kind) {
  await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
  const figure = document.querySelector(`figure[data-explorer="${kind}"]`);
  const outputs = [...figure.querySelectorAll("output[data-quantity]")];
  const exists = ({ dataset }) => dataset.value !== undefined;
  const pairs = (chosen, textOf) => Object.fromEntries(
    chosen.map((output) => [output.dataset.quantity, textOf(output)]),
  );

  const visible = (tag) => [...figure.querySelectorAll(tag)].filter((node) => node.checkVisibility());
  const svgs = visible("svg").map((svg) => svg.outerHTML);
  const canvases = visible("canvas").map((canvas) => canvas.toDataURL());
  const tables = [...figure.querySelectorAll("table, output")].map((node) => node.textContent);

  return {
    state: JSON.parse(figure.dataset.state),
    quantities: pairs(outputs.filter(exists), ({ dataset }) => dataset.value),
    missing: pairs(outputs.filter((output) => !exists(output)), (output) => output.textContent),
    note: figure.querySelector(".sg-note").textContent,
    wrong: around(figure.innerHTML, /NaN|Infinity|undefined|\[object/g),
    drawn: digest([...svgs, ...canvases, ...tables].join("\n")),
  };

  function around(text, pattern) {
    return [...text.matchAll(pattern)].map(({ index }) => text.slice(index - 60, index + 20));
  }

  /** FNV-1a, 32 bits. */
  function digest(text) {
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    return hash >>> 0;
  }
}

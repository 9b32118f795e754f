"""Measure the explorers in a headless Chromium: time a move, the descent, size, load, memory.

Prints a table with the targets beside; a missed target is printed, not an error. The test modules
are needed on the path: ``PYTHONPATH=tests python tools/measure_explorers.py`` (`make measure`).
"""

import argparse
import gzip
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import oracle
from browser import chromium, offline
from explorer_page import BUNDLE, html_of, write_page

# A browser hands over input at the start of a frame, so each move is made there, as the slider's
# own `input` event. The frame's painting follows; a message that the frame posted is the first task
# after it. The time between the two is all that the page's thread has to do for the move: handlers,
# style, layout and paint. (The compositor, a thread of its own, then puts the picture on the
# screen.)
HELPERS = """
  window.frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  window.painted = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(null);
  });
  window.sliders = (kind) => [
    ...document.querySelectorAll(`figure[data-explorer="${kind}"] input[type=range]`),
  ].filter((slider) => slider.checkVisibility()).map(({ name }) => name);
  window.move = async (kind, name, moves) => {
    const selector = `figure[data-explorer="${kind}"] input[type=range][name="${name}"]`;
    const slider = document.querySelector(selector);
    const times = [];
    for (let i = 0; i < moves; i += 1) {
      const start = await frame();
      // Through all positions, forth and back, by a step that visits ever new ones.
      const turn = (i * 0.0618) % 2;
      const next = Math.round(Number(slider.max) * (turn < 1 ? turn : 2 - turn));
      slider.value = slider.valueAsNumber === next ? (next === 0 ? 1 : next - 1) : next;
      const before = performance.now();
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      times.push((await painted()) - before);
    }
    return times;
  };
  window.ready = new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", async () => {
      const before = performance.now();
      const figures = document.querySelectorAll("figure[data-explorer]");
      const alive = (figure) => (
        figure.querySelector("input[type=range]") && figure.querySelector("svg g, canvas")
      );
      do await frame(); while (![...figures].every(alive));
      resolve((await painted()) - before);
    });
  });
"""

FRAMES = """async ([kind, seconds]) => {
  const figure = document.querySelector(`figure[data-explorer="${kind}"]`);
  const buttons = [...figure.querySelectorAll("button")];
  buttons.find(({ textContent }) => /play/i.test(textContent)).click();
  const start = await frame();
  const times = [start];
  const steps = new Set();
  while (times.at(-1) - start < seconds * 1000) {
    times.push(await frame());
    steps.add(JSON.parse(figure.dataset.state).step);
  }
  return { frames: times.length - 1, steps: steps.size, ms: times.at(-1) - start };
}"""

DESCENT = {
    "descent_1": "cross_entropy",
    "descent_2": "focal",
    "descent_3": "dice",
    "descent_4": "lovasz_hinge",
    "step": 0,
}


def main() -> None:
    """Measure everything and print it, row by row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=240, help="timed moves of each explorer")
    parser.add_argument("--heap-moves", type=int, default=1000, help="moves between two heaps")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long the descent plays")
    options = parser.parse_args()
    print_row("what", "measured", "target")
    for row in rows(options):
        print_row(*row)


def rows(options):
    """Give each row, (what, measured, target), as soon as it is measured."""
    yield from bundle_rows()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        figures = [html_of(oracle.example(kind)) for kind in oracle.ORACLES]
        page_file = write_page(Path(folder), *figures)
        yield load_row(browser, page_file)
        for kind in oracle.ORACLES:
            yield from explorer_rows(browser, page_file, kind, options)


def print_row(what: str, measured: str, target: str) -> None:
    """Print one row of the table."""
    print(f"{what:<64}  {measured:>22}  {target:>10}", flush=True)


def bundle_rows() -> list[tuple[str, str, str]]:
    """Weigh the bundle."""
    data = BUNDLE.read_bytes()
    return [
        ("bundle, minified", f"{len(data) / 1024:.1f} KiB", "<= 150 KiB"),
        ("bundle, gzipped", f"{len(gzip.compress(data, 9)) / 1024:.1f} KiB", ""),
    ]


def load_row(browser, page_file: Path) -> tuple[str, str, str]:
    """Time from DOMContentLoaded until every explorer stands painted; the median of five loads."""
    times = []
    for _ in range(5):
        with opened(browser, page_file.as_uri()) as page:
            times.append(page.evaluate("ready"))
    kinds = len(oracle.ORACLES)
    return f"load, {kinds} explorers", f"{np.median(times):.0f} ms", "<= 1000 ms"


def explorer_rows(browser, page_file: Path, kind: str, options):
    """Measure one explorer, in a page of its own."""
    with opened(browser, f"{page_file.as_uri()}#{kind}?") as page:
        page.evaluate("ready")
        yield from move_rows(page, kind, options.moves)
        yield heap_row(page, kind, options.heap_moves)
    if kind == "mask":
        address = f"{page_file.as_uri()}#{kind}?{oracle.query(DESCENT)}"
        with opened(browser, address) as page:
            page.evaluate("ready")
            yield descent_row(page, kind, options.seconds)


def move_rows(page, kind: str, moves: int) -> list[tuple[str, str, str]]:
    """Time moves of every slider in sight, and name the slowest."""
    names = page.evaluate("kind => sliders(kind)", kind)
    each = -(-moves // len(names))
    times = {}
    for name in names:
        restore(page, kind)
        times[name] = page.evaluate("([kind, name, n]) => move(kind, name, n)", [kind, name, each])
    every = np.concatenate(list(times.values()))
    slow = max(names, key=lambda name: np.percentile(times[name], 95))
    last = f"{np.percentile(every, 95):.1f} ms"
    slowest = f"{np.percentile(times[slow], 95):.1f} ms"
    return [
        (f"{kind}: move, median of {len(every)}", f"{np.median(every):.1f} ms", ""),
        (f"{kind}: move, 95th percentile", last, "<= 16 ms"),
        (f"{kind}: slowest slider, {slow}, 95th percentile", slowest, "<= 16 ms"),
    ]


def heap_row(page, kind: str, moves: int) -> tuple[str, str, str]:
    """Compare the heap before and after many moves, rubbish collected."""
    restore(page, kind)
    name = page.evaluate("kind => sliders(kind)[0]", kind)
    session = page.context.new_cdp_session(page)

    def heap() -> float:
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6

    before = heap()
    page.evaluate("([kind, name, n]) => move(kind, name, n).then(() => 0)", [kind, name, moves])
    after = heap()
    size = f"{before:.2f} -> {after:.2f} MB"
    return f"{kind}: heap over {moves} moves of {name}", size, "no growth"


def descent_row(page, kind: str, seconds: float) -> tuple[str, str, str]:
    """Count the frames while a descent of four losses plays."""
    counted = page.evaluate(FRAMES, [kind, seconds])
    if counted["steps"] < 2:
        raise RuntimeError(f"the descent did not play: {counted}")
    rate = 1000 * counted["frames"] / counted["ms"]
    return f"{kind}: descent under four losses", f"{rate:.0f} frames a second", "60"


def restore(page, kind: str) -> None:
    """Go back to the explorer's first state."""
    page.evaluate(
        """(kind) => {
          history.replaceState(null, "", `#${kind}?`);
          dispatchEvent(new HashChangeEvent("hashchange"));
        }""",
        kind,
    )


@contextmanager
def opened(browser, address: str):
    """Open an address in a context of its own, with the helpers in the page."""
    with offline(browser, viewport={"width": 1280, "height": 1000}) as (context, _):
        context.add_init_script(HELPERS)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(address)
        yield page


if __name__ == "__main__":
    main()

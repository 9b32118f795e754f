"""Measure the explorers in a headless Chromium: size in the window, a move, load, memory, plays.

Prints a row for each explorer in each layout, then the rest, the targets beside; a missed target is
marked with ``!``, not an error. Times are those of this machine at this hour, so the same moves are
made, in turn with them, on a page with one slider that redraws one path: the floor, of which a move
may take three. The test modules are needed on the path: ``PYTHONPATH=tests python
tools/measure_explorers.py`` (`make measure`).
"""

import argparse
import gzip
import tempfile
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import oracle
from browser import chromium, offline
from explorer_page import BUNDLE, alive, write_page

WINDOW = {"width": 1280, "height": 900}
# The width of the book's column in that window, and of the gallery; the height that each may take.
LAYOUTS = {"figure": (930, 640), "bench": (1240, 900)}
SHOWN = 3  # controls, and numbers, that a figure may have in sight
FLOORS = 3  # the 95th percentile of a move over that of the floor
LOADED = 5  # figures on a page that must be ready within a second
ROUNDS = 4  # in which the floor and the explorers take turns

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
  window.sliders = () => [
    ...document.querySelectorAll("figure input[type=range]"),
  ].filter((slider) => slider.checkVisibility()).map(({ name }) => name);
  window.moved = 0; // moves so far: each goes on from the last one's place
  window.move = async (name, moves) => {
    const slider = document.querySelector(`figure input[type=range][name="${name}"]`);
    const times = [];
    for (let i = 0; i < moves; i += 1) {
      await frame();
      // Through all positions, forth and back, by a step that visits ever new ones.
      const turn = (window.moved++ * 0.0618) % 2;
      const next = Math.round(Number(slider.max) * (turn < 1 ? turn : 2 - turn));
      slider.value = slider.valueAsNumber === next ? (next === 0 ? 1 : next - 1) : next;
      const before = performance.now();
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      times.push((await painted()) - before);
    }
    return times;
  };
  // Explorers without a slider in sight: their selects and boxes, one after the other.
  window.choose = async (moves) => {
    const all = [...document.querySelectorAll("figure :is(select[name], input[type=checkbox])")]
      .filter((control) => control.checkVisibility());
    const times = [];
    for (let i = 0; i < moves; i += 1) {
      await frame();
      const control = all[i % all.length];
      if (control.type === "checkbox") control.checked = !control.checked;
      else control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
      const before = performance.now();
      control.dispatchEvent(new Event("change", { bubbles: true }));
      times.push((await painted()) - before);
    }
    return times;
  };
  window.ready = new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", async () => {
      const before = performance.now();
      const figures = document.querySelectorAll("figure");
      const alive = (figure) => (
        figure.querySelector("input, select, button") && figure.querySelector("svg *, canvas")
      );
      do await frame(); while (![...figures].every(alive));
      resolve((await painted()) - before);
    });
  });
"""

# One slider, one path of a hundred points.
FLOOR = """<figure><svg width="560" height="380"><path fill="none" stroke="#0072B2"/></svg>
<input type="range" name="floor" min="0" max="100" step="1"></figure><script>
  const [path, slider] = [document.querySelector("path"), document.querySelector("input")];
  const draw = () => {
    const at = slider.valueAsNumber;
    const points = Array.from({ length: 100 }, (_, i) => (
      `${(5.6 * i).toFixed(2)},${(190 + 150 * Math.sin((i * (at + 10)) / 400)).toFixed(2)}`
    ));
    path.setAttribute("d", `M${points.join("L")}`);
  };
  slider.addEventListener("input", draw);
  draw();
</script>"""

COUNT = """() => {
  const count = (selector) => [...document.querySelectorAll(`figure ${selector}`)]
    .filter((node) => node.checkVisibility()).length;
  return {
    height: document.querySelector("figure").getBoundingClientRect().height,
    controls: count(":is(input[type=range], input[type=checkbox], select[name])"),
    numbers: count("output[data-quantity]"),
  };
}"""

PLAY = """async (seconds) => {
  const button = [...document.querySelectorAll("figure button")].find(isPlay);
  if (!button) return null;
  button.scrollIntoView({ block: "center" });
  button.click();
  const figure = button.closest("figure");
  const picture = () => [...figure.querySelectorAll("svg")].map((svg) => svg.innerHTML.length
    + svg.innerHTML.split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 0));
  const [state, drawn] = [figure.dataset.state, String(picture())];
  const start = await frame();
  const times = [start];
  while (times.at(-1) - start < seconds * 1000) times.push(await frame());
  const moved = figure.dataset.state !== state || String(picture()) !== drawn;
  return { frames: times.length - 1, ms: times.at(-1) - start, moved };
  function isPlay(node) { return /^\\W*play$/i.test(node.textContent) && node.checkVisibility(); }
}"""


def main() -> None:
    """Measure everything and print it, row by row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=120, help="timed moves of each explorer")
    parser.add_argument("--heap-moves", type=int, default=1000, help="moves between two heaps")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long what plays is watched")
    parser.add_argument("--kinds", nargs="+", default=[*oracle.ORACLES], help="those to measure")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        print(f"{now}, {browser.browser_type.name} {browser.version}; ! marks a missed target\n")
        for table in (layout_table, bundle_table, load_table, heap_table, play_table):
            table(browser, Path(folder), options)


def layout_table(browser, folder: Path, options) -> None:
    """Print of each explorer in each layout what is in the window and how long a move takes."""
    print(
        f"{'explorer':<12} {'layout':<7} {'height':>8} {'controls':>8} {'numbers':>8}"
        f" {'median':>9} {'95th':>9} {'floor':>7} {'ratio':>7}   ms; ratio <= {FLOORS}"
    )
    for kind in options.kinds:
        for layout in LAYOUTS:
            print(layout_row(browser, folder, kind, layout, options.moves), flush=True)
    print()


def layout_row(browser, folder: Path, kind: str, layout: str, moves: int) -> str:
    """Measure one explorer in one layout, in turns with the floor."""
    width, highest = LAYOUTS[layout]
    most = SHOWN if layout == "figure" else float("inf")
    with (
        opened(browser, page_of(folder, width, kind, layout=layout)) as page,
        opened(browser, write_page(folder, FLOOR, name="floor.html")) as floor,
    ):
        counted = page.evaluate(COUNT)
        times, floors = in_turns(page, floor, moves)
    median, last = np.percentile(times, [50, 95])
    lowest = np.percentile(floors, 95)
    ratio = last / lowest
    return (
        f"{kind:<12} {layout:<7} {marked(counted['height'], highest, '.0f', 8)}"
        f" {marked(counted['controls'], most, 'd', 8)} {marked(counted['numbers'], most, 'd', 8)}"
        f" {median:>9.1f} {last:>9.1f} {lowest:>7.1f} {marked(ratio, FLOORS, '.1f', 7)}"
    )


def in_turns(page, floor, moves: int) -> tuple[list[float], list[float]]:
    """Move everything in sight, a part at a time, and between the parts the floor's slider."""
    names = page.evaluate("sliders()")
    each = max(moves // (ROUNDS * max(len(names), 1)), 2)
    times, floors = [], []
    page.bring_to_front()
    for _ in range(ROUNDS):
        floor.bring_to_front()
        floors += floor.evaluate("n => move('floor', n)", max(moves // ROUNDS, 2))
        page.bring_to_front()
        for name in names:
            times += page.evaluate("([name, n]) => move(name, n)", [name, each])
        if not names:
            times += page.evaluate("n => choose(n)", each)
    return times, floors


def bundle_table(browser, folder: Path, options) -> None:
    """Weigh the bundle."""
    data = BUNDLE.read_bytes()
    print_row("bundle, bytes", marked(len(data), 220_000, "d", 12), "<= 220000")
    print_row("bundle, gzipped, bytes", f"{len(gzip.compress(data, 9)):>12}", "")


def load_table(browser, folder: Path, options) -> None:
    """Time from DOMContentLoaded until five figures stand painted; the median of five loads."""
    kinds = [*oracle.ORACLES][:LOADED]
    kinds += kinds[: LOADED - len(kinds)]
    file, times = page_of(folder, LAYOUTS["figure"][0], *kinds), []
    for _ in range(5):
        with opened(browser, file) as page:
            times.append(page.evaluate("ready"))
    print_row(f"load, {LOADED} figures, ms", marked(np.median(times), 1000, ".0f", 12), "<= 1000")


def heap_table(browser, folder: Path, options) -> None:
    """Compare the heap before and after many moves of the first slider, rubbish collected."""
    for kind in options.kinds:
        with opened(browser, page_of(folder, LAYOUTS["bench"][0], kind, layout="bench")) as page:
            page.evaluate("ready")
            session = page.context.new_cdp_session(page)
            (name, *_) = page.evaluate("sliders()")
            # The first moves bring caches and compiled code, which stay.
            page.evaluate("([name, n]) => move(name, n).then(() => 0)", [name, 20])
            before = heap(session)
            page.evaluate("([name, n]) => move(name, n).then(() => 0)", [name, options.heap_moves])
            after = heap(session)
        grown = marked(after - before, max(0.5, 0.2 * before), "+.2f", 12)
        what = f"{kind}: heap over {options.heap_moves} moves of {name}, MB"
        print_row(what, grown, f"from {before:.2f}")


def heap(session) -> float:
    """Collect rubbish and read the heap, in megabytes."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def play_table(browser, folder: Path, options) -> None:
    """Count the frames while an explorer plays, in each layout that has a button named Play."""
    for kind in options.kinds:
        for layout, (width, _) in LAYOUTS.items():
            with opened(browser, page_of(folder, width, kind, layout=layout)) as page:
                page.evaluate("ready")
                played = page.evaluate(PLAY, options.seconds)
            if played is None:
                continue
            if not played["moved"]:
                raise RuntimeError(f"{kind} did not play: {played}")
            rate = 1000 * played["frames"] / played["ms"]
            text = marked(-rate, -55, ".0f", 12).replace("-", " ")
            print_row(f"{kind}: plays, {layout}, frames a second", text, "60")


def marked(value: float, most: float, form: str, width: int) -> str:
    """Write a number, marked where it is over what it may be."""
    return f"{'! ' if value > most else ''}{value:{form}}".rjust(width)


def print_row(what: str, measured: str, target: str) -> None:
    """Print one row of those that are no explorer's in a layout."""
    print(f"{what:<60} {measured}   {target}".rstrip(), flush=True)


def page_of(folder: Path, width: int, *kinds: str, layout: str = "figure") -> Path:
    """Write a page of explorers in a column of a width."""
    figures = [alive(oracle.example(kind, layout)) for kind in kinds]
    columns = [f'<div style="width: {width}px">{figure}</div>' for figure in figures]
    name = f"{'-'.join(kinds)}-{layout}.html"
    return write_page(folder, "<style>figure { margin: 0 !important }</style>", *columns, name=name)


@contextmanager
def opened(browser, file: Path):
    """Open a page in a context of its own, with the helpers in it."""
    with ExitStack() as stack:
        context, record = stack.enter_context(offline(browser, viewport=WINDOW))
        context.add_init_script(HELPERS)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(file.as_uri())
        page.evaluate("ready")
        yield page
        if record.console:
            raise RuntimeError(f"{file.name} complains: {record.console}")


if __name__ == "__main__":
    main()

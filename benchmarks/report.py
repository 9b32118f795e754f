"""Results as JSON and as Markdown, with the machine described."""

import json
import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

import torch
from contenders import OURS, READ, WRITE, is_peer

MEMORY_WANTED = 0.5
AT_THE_FLOOR = 1.25  # of one pass that reads (forward) and one that writes too (backward)
PACKAGES = ["torch", "tensorflow", "keras", "numpy", "monai", "nnunetv2", "kornia"]
PACKAGES += ["segmentation-models-pytorch", "torchvision"]


def options_of(loss: str, mode: str) -> dict:
    """The mode, for the losses that have one."""
    return {} if loss == "lovasz_softmax" else {"mode": mode}


def title(row, logits: str) -> str:
    """Name a row so that --only finds it."""
    return f"{row.framework} {row.shape} {row.name} {logits}"


def identity(row, logits: str) -> dict:
    """What tells a row from others, for JSON."""
    names = ("framework", "shape", "loss", "options")
    return {name: getattr(row, name) for name in names} | {"logits": logits}


def summary(times: list[float]) -> dict:
    """The least and the median of milliseconds, and how many there were."""
    return {"min_ms": min(times), "median_ms": median(times), "rounds": len(times)}


def machine(device: str) -> dict:
    """The hardware and the versions; no names of hosts, people or places."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        named = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        cpu = named[1] if named else cpu
    described = {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "threads_of_torch": torch.get_num_threads(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.system(),
        "versions": {"python": platform.python_version()}
        | {name: _version(name) for name in PACKAGES},
    }
    if device == "cuda":
        described["gpu"] = torch.cuda.get_device_name()
    return described


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


# --- Verdicts ----------------------------------------------------------------------------------


def judge(row: dict, variant: str) -> dict:
    """One variant of ours beside the fastest peer, the floor and the leanest peer."""
    measured, wanted = row["measured"], row["wanted"].get(variant)
    ours, peers = measured[variant], [one for name, one in measured.items() if is_peer(name)]
    floor = measured[READ]["min_ms"] + measured[WRITE]["min_ms"]
    verdict = {"floors": ours["min_ms"] / floor}
    if peers:
        for kind in ("min", "median"):
            verdict[kind] = min(one[f"{kind}_ms"] for one in peers) / ours[f"{kind}_ms"]
    if peers and wanted:
        verdict["reached"] = "yes" if min(verdict["min"], verdict["median"]) >= wanted else "NO"
        if verdict["reached"] == "NO" and row["or_floor"] and verdict["floors"] <= AT_THE_FLOOR:
            verdict["reached"] = "at the floor"
    known = [one["memory_mib"] for one in peers if one.get("memory_mib") is not None]
    if known and min(known) >= 1 and ours.get("memory_mib") is not None:  # less is noise
        verdict |= {"leanest_mib": min(known), "memory": ours["memory_mib"] / min(known)}
    return verdict


# --- Markdown ----------------------------------------------------------------------------------


LEGEND = f"""Times are milliseconds, minimum / median of rounds in which all took their turn.
A ratio is the fastest peer's time over ours, by the minima and by the medians. Memory is MiB at the
peak beyond inputs and gradient (of torch: TensorFlow keeps what it frees); wanted is a ratio of
{MEMORY_WANTED:g} to the leanest peer's. The floor is a pass that reads logits and truth, and one
that writes the gradient too; `floors` is ours over their sum. The first call of what is compiled is
given in seconds."""
HEAD = ["loss", "logits", "ours", "min / median", "peers", "ratios", "wanted", "reached"]
HEAD += ["read, write", "floors", "memory, leanest peer's", "ratio"]


def markdown(results: dict) -> str:
    """Everything as tables."""
    machine = dict(results["machine"])
    versions = machine.pop("versions")
    lines = [f"# Losses, forward and backward: {results['date']}", ""]
    lines += [", ".join(f"{k.replace('_', ' ')}: {v}" for k, v in machine.items()) + ".", ""]
    lines += [", ".join(f"{k} {v}" for k, v in versions.items()) + ".", "", LEGEND]
    groups = {}
    for row in results["rows"]:
        groups.setdefault((row["framework"], tuple(row["shape_of_logits"])), []).append(row)
    for (framework, shape), rows in groups.items():
        name = framework if framework == "torch" else f"TensorFlow, {framework}"
        body = [_cells(row, variant) for row in rows for variant in row["verdicts"]]
        lines += ["", f"## {name}, (N, C, *spatial) = {shape}", "", *_table(HEAD, body)]
        lines += _refusals(rows)
    return "\n".join([*lines, *_growth(results), ""])


def short(results: dict) -> str:
    """The table of the notes: PyTorch's losses, by the minima."""
    head = ["loss", "logits", "ours, ms", "compiled", "fastest peer, ms", "ratio", "memory, MiB"]
    chosen = [row for row in results["rows"] if row["framework"] == "torch" and _is_shown(row)]
    return "\n".join(_table(head, [_short_cells(row) for row in chosen]))


def _is_shown(row: dict) -> bool:
    """One setting of a loss at one shape; both kinds of logits where the time depends on them."""
    kinds = ("random", "trained") if "lovasz" in row["loss"] else ("random",)
    shown = row["shape"] != "volumes" and row["logits"] in kinds
    return shown and row["options"].get("over") != "batch" and bool(row["wanted"].get("ours"))


def _short_cells(row: dict) -> list[str]:
    measured, verdict = row["measured"], row["verdicts"]["ours"]
    compiled = measured.get("ours, compiled")
    peer, fastest = min(
        ((name, one["min_ms"]) for name, one in measured.items() if is_peer(name)),
        key=lambda pair: pair[1],
    )
    classes = f", {row['shape_of_logits'][1]} classes" if row["shape"] == "classes" else ""
    memory = f"{measured['ours']['memory_mib']:.0f}, {verdict['leanest_mib']:.0f}"
    return [
        f"`{row['loss']}`{classes}",
        row["logits"],
        f"{measured['ours']['min_ms']:.1f}",
        f"{compiled['min_ms']:.1f}" if compiled else "",
        f"{peer.split('(')[0]} {fastest:.1f}",
        f"{verdict['min']:.2f}",
        memory,
    ]


def _table(head: list[str], body) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]


def _call(row: dict) -> str:
    options = {k: v for k, v in row["options"].items() if k != "mode" and not isinstance(v, list)}
    return f"`{row['loss']}({', '.join(f'{k}={v}' for k, v in options.items())})`"


def _ms(one: dict) -> str:
    first = f" (first {one['first_call_s']:.1f} s)" if "first_call_s" in one else ""
    return f"{one['min_ms']:.3g} / {one['median_ms']:.3g}{first}"


def _cells(row: dict, variant: str) -> list[str]:
    measured, verdict = row["measured"], row["verdicts"][variant]
    ours = measured[variant]
    peers = [f"`{name}` {_ms(one)}" for name, one in measured.items() if is_peer(name)]
    memory = [ours.get("memory_mib"), verdict.get("leanest_mib")]
    return [
        _call(row),
        row["logits"],
        variant.removeprefix(OURS).removeprefix(", "),
        _ms(ours),
        "; ".join(peers) if variant == OURS else "",
        ", ".join(f"{verdict[kind]:.2f}" for kind in ("min", "median") if kind in verdict),
        str(row["wanted"].get(variant) or ""),
        verdict.get("reached", ""),
        f"{measured[READ]['min_ms']:.3g}, {measured[WRITE]['min_ms']:.3g}",
        f"{verdict['floors']:.1f}",
        ", ".join(f"{mib:.1f}" for mib in memory if mib is not None),
        f"{verdict['memory']:.2f}" if "memory" in verdict else "",
    ]


def _refusals(rows: list[dict]) -> list[str]:
    """Who was not timed, and why."""
    said = {
        f"- {_call(row)}, {row['logits']}: `{name}`: {why}"
        for row in rows
        for name, why in row["refused"].items()
    }
    return ["", "Not timed:", "", *sorted(said)] if said else []


def _growth(results: dict) -> list[str]:
    """How time grows; one image, random logits, torch."""
    lines = []
    if "pixels" in results:
        grown = results["pixels"]
        head = ["torch, ms", *(f"2^{size.bit_length() - 1} pixels" for size in grown["sizes"])]
        lines += ["", "## How time grows with the pixels of one image", "", *_series(head, grown)]
    if "classes" in results:
        grown = results["classes"]
        head = ["torch, ms", *(f"{count} classes" for count in grown["counts"])]
        title = "## How time grows with the classes, the number of pixels being the same"
        lines += ["", title, "", *_series(head, grown)]
    return lines


def _series(head: list[str], grown: dict) -> list[str]:
    return _table(
        head, ([f"`{n}`", *(f"{ms:.3g}" for ms in all_)] for n, all_ in grown["ms"].items())
    )


def keep(results: dict, folder: Path, device: str) -> None:
    """Print the tables, and write them and the numbers behind them."""
    for row in results["rows"]:
        ours = [name for name in row["measured"] if name.startswith(OURS)]
        row["verdicts"] = {name: judge(row, name) for name in ours}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{results['date']}-{device}.json"
    path.write_text(json.dumps(results, indent=1) + "\n")
    text = markdown(results)
    path.with_suffix(".md").write_text(text)
    print(text)

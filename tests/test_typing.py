"""Types: what README and the page on frameworks write passes the strictest check."""

import os
import re
import subprocess
import sys
from pathlib import Path

from segloss_lab import conventions

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = [
    block
    for name in ("README.md", "reference/frameworks.md")
    for block in re.findall(
        r"^```python\n(.*?)^```", (ROOT / name).read_text(), flags=re.DOTALL | re.MULTILINE
    )
]
SETTINGS = [name for name, value in vars(conventions).items() if name[0] != "_" and name.islower()]


def mypy(folder, **files):
    """What mypy says of files with a user's lines; Keras, which has no types, is left out."""
    (folder / "mypy.ini").write_text("[mypy]\n[mypy-keras.*]\nignore_missing_imports = True\n")
    for name, lines in files.items():
        (folder / f"{name}.py").write_text(lines)
    command = ["-m", "mypy", "--strict", "--follow-imports=silent", *(f"{n}.py" for n in files)]
    done = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"MYPYPATH": str(ROOT)},
        timeout=600,
    )
    return done.stdout + done.stderr


def test_what_the_documents_write_passes_mypy_strict(tmp_path):
    settings = [f"Loss(**conventions.{name})" for name in SETTINGS]
    settings += ['Loss(**conventions.monai_dice | {"smooth": 1.0})']
    files = {f"block{number}": block for number, block in enumerate(BLOCKS)}
    for module in ("torch", "tensorflow"):
        start = ["from segloss_lab import conventions", f"from segloss_lab.{module} import Loss"]
        files[f"settings_{module}"] = "\n".join([*start, *settings, ""])
    files["wrong"] = "from segloss_lab.tensorflow import Loss\n\nLoss(loss=1, reduction=2)\n"
    said = mypy(tmp_path, **files)
    assert "Found 2 errors in 1 file" in said, said
    assert said.count("wrong.py:3: error: Argument ") == 2

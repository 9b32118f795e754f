"""The README's picture is taken anew as `make picture` takes it."""

import os
import subprocess
import sys
from pathlib import Path

from browser import chromium_path
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "pictures" / "explorer.png"


def test_the_picture_is_the_figure_alone_in_twice_its_pixels(tmp_path):
    chromium_path()  # skips where there is none
    taken = tmp_path / "taken.png"
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "take_picture.py", "--to", taken],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    for file in (taken, COMMITTED):  # fonts differ between machines, and with them lines and pixels
        picture = Image.open(file).convert("RGB")
        assert picture.width == 1920
        assert 900 < picture.height <= 1280
        edge = [picture.getpixel((x, 0)) for x in range(100, 1820, 50)]
        assert set(edge) == {edge[0]} != {(255, 255, 255)}  # its frame, and no margin around it
        ground = picture.getpixel((960, picture.height - 8))
        assert ground == (255, 255, 255)  # light

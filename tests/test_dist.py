"""What is given out: sdist and wheel, built as `make dist` builds them, and the wheel tried."""

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from test_project import own_files

import segloss_lab

ROOT = Path(__file__).resolve().parent.parent
NAME = f"segloss_lab-{segloss_lab.__version__}"
OWN = {path.relative_to(ROOT).as_posix() for path in own_files()}
PACKAGE = {name for name in OWN if name.startswith("segloss_lab/")}
SOURCES = {name for name in PACKAGE if name.startswith("segloss_lab/explorer/front/")}


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """Build and try, beside what was left of an older version; give the folder and what is said."""
    folder = tmp_path_factory.mktemp("dist")
    for old in ("segloss_lab-0.0.1.tar.gz", "segloss_lab-0.0.1-py3-none-any.whl"):
        (folder / old).touch()
    command = [sys.executable, ROOT / "tools" / "make_dist.py", "--to", folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_the_wheel_works_with_numpy_alone_and_it_is_said_what_was_done(dist):
    folder, said = dist
    assert {path.name for path in folder.iterdir()} == {
        f"{NAME}.tar.gz",
        f"{NAME}-py3-none-any.whl",
    }
    first = [line.split()[0] for line in said.splitlines()]
    assert first == ["built:", "built:", "installed:", "computed:", "found:"]
    version = re.escape(segloss_lab.__version__)
    assert re.search(rf"segloss-lab {version}, numpy \d[\d.]+, nothing else", said)
    assert "0.909" in said


def test_the_wheel_holds_the_package_without_the_sources_of_its_bundle(dist):
    with zipfile.ZipFile(dist[0] / f"{NAME}-py3-none-any.whl") as wheel:
        held = set(wheel.namelist())
    about = {name for name in held if name.startswith(f"{NAME}.dist-info/")}
    assert held - about == PACKAGE - SOURCES
    assert {"explorer/static/explorer.js", "palette.json", "manifest.json", "py.typed"} <= {
        name.removeprefix("segloss_lab/") for name in held
    }
    licences = {name.partition("/licenses/")[2] for name in about if "/licenses/" in name}
    assert licences == {"LICENSE", "segloss_lab/explorer/static/explorer.LICENSES.txt"}


def test_the_sdist_holds_the_package_with_them_and_its_documents(dist):
    with tarfile.open(dist[0] / f"{NAME}.tar.gz") as sdist:
        held = {name.removeprefix(f"{NAME}/") for name in sdist.getnames()}
    documents = {"README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "pyproject.toml"}
    assert SOURCES
    assert held == PACKAGE | documents | {".gitignore", "PKG-INFO"}

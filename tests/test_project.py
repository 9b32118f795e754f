"""The project agrees with itself: addresses, versions, requirements, notebooks, documents."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import segloss_lab

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())
ADDRESS = CONFIG["repository"]["url"]
CHAPTERS = sorted((ROOT / "chapters").rglob("*.ipynb"))
README = (ROOT / "README.md").read_text()


def _name(path: Path) -> str:
    """A chapter or a note as the table of contents calls it."""
    return path.relative_to(ROOT).with_suffix("").as_posix()


def own_files() -> list[Path]:
    """Every file of the project: what lies here, less what .gitignore names."""
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()} | {".git"}
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not _matches(name, ignored)]
        found += [Path(folder, name) for name in files if not _matches(name, ignored)]
    return found


def _matches(name: str, patterns: set[str]) -> bool:
    return any(Path(name).match(pattern) for pattern in patterns)


def own_texts() -> dict[str, str]:
    """The project's text files by their path."""
    pictures = {".png", ".ico", ".woff2"}
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in own_files()
        if path.suffix not in pictures
    }


def run_python(code: str) -> subprocess.CompletedProcess:
    """Run code in a process of its own, which has imported nothing yet."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)


# --- The package -----------------------------------------------------------------------------


def test_importing_the_package_or_its_reference_imports_no_framework():
    heavy = {"torch", "tensorflow", "keras", "matplotlib", "anywidget", "ipywidgets"}
    code = f"""
import sys, segloss_lab, segloss_lab.reference
assert not {heavy!r} & set(sys.modules), {heavy!r} & set(sys.modules)
"""
    done = run_python(code)
    assert done.returncode == 0, done.stderr


def test_submodules_load_when_they_are_used():
    done = run_python(
        "import sys, segloss_lab\n"
        "assert 'segloss_lab.data' not in sys.modules\n"
        "assert segloss_lab.data is sys.modules['segloss_lab.data']\n"
        "segloss_lab.nothing\n"
    )
    assert "module 'segloss_lab' has no attribute 'nothing'" in done.stderr


def test_the_package_lists_exactly_its_submodules_and_one_function():
    package = ROOT / "segloss_lab"
    files = {path.stem for path in package.glob("[!_]*.py")}
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    assert "two_knobs" in segloss_lab.data.__all__  # the scenes are offered there
    assert sorted((files - {"scenes"}) | folders | {"check"}) == segloss_lab.__all__
    assert callable(segloss_lab.check)


def test_the_version_stands_everywhere_the_same():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    changes = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert str(citation["version"]) == segloss_lab.__version__
    assert changes[0] == segloss_lab.__version__


# --- Requirements ----------------------------------------------------------------------------


def declared() -> dict[str, Requirement]:
    """Every requirement of pyproject.toml, of the package and of its extras."""
    lines = PROJECT["dependencies"] + sum(PROJECT["optional-dependencies"].values(), [])
    parsed = [Requirement(line) for line in lines]
    return {item.name: item for item in parsed if item.name != PROJECT["name"]}


def pinned() -> dict[str, str]:
    """The version of every line of requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_requirements_pin_what_pyproject_declares_and_nothing_else():
    assert set(pinned()) == set(declared())


@pytest.mark.parametrize(("name", "version"), pinned().items())
def test_pinned_versions_satisfy_pyproject(name, version):
    assert declared()[name].specifier.contains(version)


# Colab's 2026.07 runtime: the package must not make any of these move.
@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("numpy", "2.0.2"),
        ("torch", "2.11"),
        ("tensorflow", "2.20"),
        ("matplotlib", "3.10.0"),
        ("ipywidgets", "7.7.1"),
        ("anywidget", "0.9.21"),
    ],
)
def test_colab_versions_satisfy_pyproject(name, version):
    assert declared()[name].specifier.contains(version)


def test_the_makefile_accepts_the_pythons_that_the_package_accepts():
    # The oldest is one thing said twice; the newest is the book's, whose pins have no later wheels.
    oldest = re.search(r"\((\d+), (\d+)\) <= sys", (ROOT / "Makefile").read_text())
    assert PROJECT["requires-python"] == f">={'.'.join(oldest.groups())}"


# --- The environment -------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path):
    """Run make in a folder that has the Makefile, and requirements that are quickly refused."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "requirements-peers.txt").touch()
    (tmp_path / "requirements.txt").write_text("segloss-lab-needs-no-such-thing==1\n")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            ["make", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PIP_NO_INDEX": "1", "MAKEFLAGS": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode != 0
        return done.stderr

    return run


def stops(said: str) -> list[str]:
    """The lines of an output that say what to do."""
    return [line for line in said.splitlines() if line.startswith("STOP: ")]


@pytest.mark.parametrize("python", ["no-such-python", "./old-python"])
def test_another_python_stops_with_one_line(fresh, tmp_path, python):
    old = tmp_path / "old-python"
    old.write_text(
        f"#!{sys.executable}\nimport sys\nsys.version_info = (3, 10, 0)\nexec(sys.argv[2])\n"
    )
    old.chmod(0o755)
    (stop,) = stops(fresh(f"PYTHON={python}", "book"))
    assert stop == (
        f"STOP: {python} is not Python 3.11 to 3.13. Name one that is: make PYTHON=python3.12 book"
    )
    assert not (tmp_path / ".venv").exists()


def test_an_environment_that_could_not_be_completed_is_not_taken_as_done(fresh, tmp_path):
    for _ in range(2):
        (stop,) = stops(fresh(f"PYTHON={sys.executable}", "test"))
        assert "installing failed. Is there a network? Then run make again." in stop
        assert "no-such-thing" in (tmp_path / ".venv" / "install.log").read_text()


def test_there_is_nothing_to_serve_before_there_is_a_book(fresh):
    (stop,) = stops(fresh("serve"))
    assert stop == "STOP: there is no book yet. Run: make book"


@pytest.mark.parametrize(("no_skips", "failed"), [("", []), ("1", ["test_browser", "test_whole"])])
def test_a_skip_is_a_failure_in_ci_unless_it_is_for_want_of_a_gpu(no_skips, failed, tmp_path):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = gpu\n")
    (tmp_path / "test_some.py").write_text(
        "import pytest\n"
        "def test_browser(): pytest.skip('no browser')\n"
        "@pytest.mark.gpu\n"
        "def test_gpu(): pytest.skip('no gpu')\n"
    )
    (tmp_path / "test_whole.py").write_text(
        "import pytest\npytest.skip('no data', allow_module_level=True)\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors"]
    environment = {**os.environ, "SEGLOSS_NO_SKIPS": no_skips}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (
        re.findall(r"^(?:FAILED|ERROR) .*?(test_browser|test_whole|test_gpu)", done.stdout, re.M)
        == failed
    )
    assert (done.returncode == 0) == (not failed)
    assert "skipped" in done.stdout


# --- Addresses -------------------------------------------------------------------------------


def test_every_mention_of_the_repository_is_its_address():
    owner_and_name = ADDRESS.removeprefix("https://github.com/")
    mention = re.compile(r"github(?:\.com|usercontent\.com|\.io)?/([\w.-]+/segloss[\w-]*)")
    wrong = {
        (path, found)
        for path, text in own_texts().items()
        for found in mention.findall(text)
        if found != owner_and_name
    }
    assert not wrong
    assert PROJECT["urls"]["Repository"] == ADDRESS
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["repository-code"] == ADDRESS
    assert citation["url"] == PROJECT["urls"]["Documentation"]
    assert f"git+{ADDRESS}" in README


@pytest.mark.parametrize("path", CHAPTERS, ids=_name)
def test_colab_links_of_a_chapter_open_that_chapter(path):
    branch = CONFIG["repository"]["branch"]
    target = f"{ADDRESS.removeprefix('https://')}/blob/{branch}/{_name(path)}.ipynb"
    target = target.replace("github.com", "github", 1)
    links = re.findall(r"colab\.research\.google\.com/([\w./-]+)", path.read_text())
    assert set(links) <= {target}


def test_no_file_names_a_package_registry_or_a_cdn():
    hosts = re.compile(
        r"(pypi|pythonhosted|npmjs|yarnpkg|anaconda|unpkg|jsdelivr|cdnjs|esm)\.(org|com|net|sh)\b"
        r"|download\.pytorch|deb\.debian"
    )
    found = {path: hosts.search(text) for path, text in own_texts().items()}
    assert not {path: match[0] for path, match in found.items() if match}


def test_no_sample_image_is_committed():
    formats = {".tif", ".tiff", ".gz", ".nii", ".npy", ".npz", ".jpg", ".jpeg"}
    assert not [path for path in own_files() if path.suffix in formats]
    allowed = {ROOT / "pictures"}
    assert not [p for p in own_files() if p.suffix == ".png" and p.parent not in allowed]


# --- Chapters --------------------------------------------------------------------------------


def test_there_are_chapters():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    listed = {part["caption"]: [page["file"] for page in part["chapters"]] for part in toc["parts"]}
    # In a part of their own, so that "Next" leads from a chapter to the next one.
    assert listed["Field notes"] == [name.replace("/", "/notes/") for name in listed["Losses"]]
    pages = [toc["root"], *(name for part in listed.values() for name in part)]
    chapters = {name for name in pages if name.startswith("chapters/")}
    assert chapters == {_name(path) for path in CHAPTERS}
    assert len(set(pages)) == len(pages)


@pytest.mark.parametrize("path", CHAPTERS, ids=_name)
def test_a_chapter_is_committed_without_outputs(path):
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert "widgets" not in notebook["metadata"]


@pytest.mark.parametrize("path", CHAPTERS, ids=_name)
def test_a_chapter_is_plain_markdown(path):
    # What Colab would show as it stands: fences and roles of MyST, labels, comments, substitutions.
    myst = re.compile(r"^ *(```+|:::+) *\{|\{[\w:-]+\}`|^\([\w-]+\)= *$|^% |\{\{", re.MULTILINE)
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "markdown":
            found = myst.search("".join(cell["source"]))
            assert not found, found[0]


@pytest.mark.parametrize("path", CHAPTERS, ids=_name)
def test_the_first_cell_of_a_chapter_installs_the_package_in_colab_only(path):
    cells = json.loads(path.read_text())["cells"]
    first = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert "google.colab" in first
    assert f"@ git+{ADDRESS}" in first


@pytest.mark.parametrize("path", CHAPTERS, ids=_name)
def test_a_chapter_defines_no_second_copy_of_a_loss(path):
    losses = set(segloss_lab.reference.__all__)
    for cell in json.loads(path.read_text())["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not re.search(r"^\s*[%!]", source, re.MULTILINE):
            defined = {n.name for n in ast.walk(ast.parse(source)) if hasattr(n, "name") and n.name}
            assert not defined & losses


# --- Documents -------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "count"), [("README.md", 2), ("reference/frameworks.md", 3)])
def test_every_python_block_of_a_document_runs(name, count):
    text = (ROOT / name).read_text()
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    assert len(blocks) == count
    for block in blocks:
        done = run_python(block)
        assert done.returncode == 0, done.stderr


def test_the_readme_starts_with_code_that_prints_what_stands_under_it():
    first = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", re.DOTALL | re.MULTILINE)
    ((code, printed),) = first.findall(README)
    assert README.index(code) < README.index("\n## ")
    assert len([line for line in code.splitlines() if line]) <= 10
    done = run_python(code)
    assert done.stdout == printed, done.stderr


def test_the_readme_says_of_its_picture_what_the_figure_computes():
    (alt,) = re.findall(r"!\[([^]]*)\]\(pictures/explorer\.png\)", README)
    state = {**segloss_lab.explorer.SmoothingExplorer().state, "smooth": 100.0}
    loss, _ = segloss_lab.plots.dice_of_object(state)
    pull, push = segloss_lab.plots.pull_and_push(state)
    before, nothing = segloss_lab.plots.pull_and_push({**state, "smooth": 1e-5})
    assert round(nothing / before, 5) == 0  # "did not push then"
    said = re.findall(r"[\d.]*\d%?", alt.partition("At smooth ")[2])
    shares = [f"{100 * part / before:.2f}%" for part in (pull, push)]
    expected = ["100", f"{loss:.4f}", "0.00001", "1", *shares, "1", f"{pull / push:.1f}"]
    assert said == expected


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 95


def test_badges_lead_to_what_they_speak_of():
    badges = re.findall(r"^\[!\[([^]]+)\]\((\S+)\)\]\((\S+)\)$", README, re.MULTILINE)
    owner, name = ADDRESS.removeprefix("https://github.com/").split("/")
    pages = f"https://{owner}.github.io/{name}/"
    ran = {
        file: f"{ADDRESS}/actions/workflows/{file}"
        for file in (path.name for path in (ROOT / ".github" / "workflows").iterdir())
    }
    (tests, book, licence, python) = badges
    assert tests == ("tests", f"{ran['tests.yml']}/badge.svg", ran["tests.yml"])
    assert book == ("book", f"{ran['book.yml']}/badge.svg", pages)
    assert licence[0] == "licence: MIT, text CC BY 4.0" and PROJECT["license"] == "MIT"
    assert (ROOT / licence[2]).exists()
    assert PROJECT["urls"]["Documentation"] == pages
    versions = re.findall(r"3\.\d+", python[0])
    bounds = re.search(r"\(3, (\d+)\) <= sys.*<= \(3, (\d+)\)", (ROOT / "Makefile").read_text())
    first, last = map(int, bounds.groups())
    assert versions == [f"3.{minor}" for minor in range(first, last + 1)]
    assert re.findall(r"3\.\d+", python[1]) == versions
    stated = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if ":: 3." in line]
    assert stated == versions


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_and_pictures_of_a_document_exist(name):
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text())
    missing = [t for t in targets if "://" not in t and not (ROOT / t).exists()]
    assert not missing


def test_the_documents_name_the_commands_that_there_are():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    for text in (README, contributing):
        assert set(re.findall(r"^make(?: PYTHON=\S+)? (\w+)", text, flags=re.MULTILINE)) <= targets
    in_ci = re.findall(r"^make \w+", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    assert in_ci == ["make lint", "make test"]
    assert all(re.search(f"^{command}$", contributing, re.MULTILINE) for command in in_ci)


def test_every_setting_of_the_page_on_which_loss_runs():
    import torch

    from segloss_lab.torch import Loss

    text = (ROOT / "reference" / "which_loss.md").read_text()
    settings = re.findall(r"Loss\(\"(?:[^()`]|\([^()]*\))*\)", text)
    assert len(settings) == 11
    (default,) = re.findall(r"^terms = (.*)$", text, re.MULTILINE)
    for setting in settings:
        terms = ast.literal_eval(default)
        loss = eval(setting, {"Loss": Loss, "terms": terms})
        multiclass = "multiclass" in setting
        logits = torch.zeros(1, 3 if multiclass else 1, 4, 4)
        target = torch.ones(logits[:, 0].shape if multiclass else logits.shape, dtype=torch.long)
        assert torch.isfinite(loss(logits, target)), setting

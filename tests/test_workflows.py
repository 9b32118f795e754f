"""GitHub's workflows: sound by actionlint, pinned, with few rights, and no second copy of rules."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from npm import installed

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / ".github" / "workflows").iterdir())
# YAML reads the key `on` as true.
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in FILES}
FULL = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def actionlint(*files: Path) -> dict[str, list[dict]]:
    """Give what actionlint finds in each file."""
    folder = Path(__file__).parent
    command = ["node", folder / "actionlint.mjs", *files]
    done = subprocess.run(command, env=installed(folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def steps(workflow: dict, key: str) -> list[str]:
    """Give what the steps of all jobs have under a key."""
    jobs = workflow["jobs"].values()
    return [step[key] for job in jobs for step in job["steps"] if key in step]


def test_actionlint_finds_nothing():
    assert actionlint(*FILES) == {str(path): [] for path in FILES}


def test_actionlint_finds_what_is_wrong(tmp_path):
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text()
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(text.replace("matrix.python", "matrix.pyhton"))
    ((found,),) = actionlint(wrong).values()
    assert 'property "pyhton" is not defined' in found["message"]


def test_the_three_workflows_start_when_they_should():
    assert {name: workflow[True] for name, workflow in WORKFLOWS.items()} == {
        "book.yml": {"push": {"branches": ["main"]}, "workflow_dispatch": None},
        "release.yml": {"push": {"tags": ["v*"]}},
        "tests.yml": {
            "push": {"branches": ["main"]},
            "pull_request": None,
            "workflow_dispatch": None,
        },
    }


def test_they_run_the_projects_own_commands_and_nothing_else():
    assert steps(WORKFLOWS["tests.yml"], "run") == ["bash .ci/run"]
    assert steps(WORKFLOWS["book.yml"], "run") == ["make book"]
    make, release = steps(WORKFLOWS["release.yml"], "run")
    assert make == "make dist"
    assert release.startswith('gh release create "$GITHUB_REF_NAME" --verify-tag')
    assert release.count("${GITHUB_REF_NAME#v}") == 2


def test_tests_run_on_the_oldest_and_the_newest_python_that_make_accepts():
    (accepted,) = re.findall(
        r"\((\d+), (\d+)\) <= sys.*?<= \((\d+), (\d+)\)", (ROOT / "Makefile").read_text()
    )
    ends = [".".join(accepted[:2]), ".".join(accepted[2:])]
    assert WORKFLOWS["tests.yml"]["jobs"]["tests"]["strategy"]["matrix"]["python"] == ends


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_workflow_pins_what_it_uses_bounds_its_time_and_waits_its_turn(path):
    lines = [line for line in path.read_text().splitlines() if "uses:" in line]
    assert lines
    assert not [line for line in lines if not FULL.search(line)]
    workflow = WORKFLOWS[path.name]
    assert workflow["concurrency"]["group"]
    assert all(job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())
    assert all("latest" not in job["runs-on"] for job in workflow["jobs"].values())
    checkouts = [
        step
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if "/checkout@" in step.get("uses", "")
    ]
    assert not any(step["with"]["persist-credentials"] for step in checkouts)


def test_a_job_may_write_only_what_it_publishes():
    read = {"contents": "read"}
    rights = {
        (name, job): at_job.get("permissions", workflow["permissions"])
        for name, workflow in WORKFLOWS.items()
        for job, at_job in workflow["jobs"].items()
    }
    assert rights == {
        ("book.yml", "build"): read,
        ("book.yml", "publish"): {"pages": "write", "id-token": "write"},
        ("release.yml", "release"): {"contents": "write"},
        ("tests.yml", "tests"): read,
    }

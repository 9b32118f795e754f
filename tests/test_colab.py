"""The explorers and the chapters on Colab's versions: a kernel there, and its messages."""

import base64
import json
import os
import subprocess
import sys
import sysconfig
import time
from contextlib import contextmanager
from pathlib import Path

import oracle
import pytest
from jupyter_client import KernelManager

ROOT = Path(__file__).resolve().parents[1]
COLAB = ROOT / ".venv" / "colab"
WIDGET = "application/vnd.jupyter.widget-view+json"
STATES = {kind: oracle.ORACLES[kind].STATES for kind in oracle.ORACLES}
CHAPTERS = sorted((ROOT / "chapters").rglob("*.ipynb"))
PINS = dict(
    line.split("==")
    for line in (ROOT / "requirements-colab.txt").read_text().splitlines()
    if "==" in line
)
# A chapter also needs the frameworks: they come from the environment of the tests, behind all that
# Colab's pins bring. What Colab does not have is not to be found here either.
BEHIND = f"""
import sys
sys.path.append({sysconfig.get_path("purelib")!r})
for name in ("kornia", "monai", "nnunetv2", "segmentation_models_pytorch"):
    sys.modules[name] = None
"""


@pytest.fixture(scope="module")
def python():
    """Make the environment of requirements-colab.txt where it is missing; give its Python."""
    if sys.version_info >= (3, 13):
        pytest.skip("Colab's NumPy has no wheel for this Python")
    command = ["make", f"PYTHON={sys.executable}", "colab"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return COLAB / "bin" / "python"


class Kernel:
    """A kernel, and what came from it on the public channel, message by message."""

    def __init__(self, manager):
        self.client = manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code, seconds=60):
        """Execute code: the messages until the kernel is idle again."""
        return self._answers(self.client.execute(code), seconds)

    def print(self, code):
        """Execute code that prints JSON; give what it says."""
        streams = [m["content"]["text"] for m in self.run(code) if m["msg_type"] == "stream"]
        return json.loads("".join(streams))

    def send(self, comm_id, changes):
        """Send changes of traits, as a front end does."""
        data = {"method": "update", "state": changes, "buffer_paths": []}
        content = {"comm_id": comm_id, "data": data}
        message = self.client.session.msg("comm_msg", content)
        self.client.shell_channel.send(message)
        return self._answers(message["header"]["msg_id"])

    def _answers(self, asked, seconds=60):
        messages = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            message = self.client.get_iopub_msg(timeout=seconds)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "error":
                pytest.fail("\n".join(message["content"]["traceback"]))
            if message["content"].get("execution_state") == "idle":
                return messages
            messages.append(message)
        pytest.fail(f"the kernel was busy for {seconds} s")


@contextmanager
def started(python, home):
    """Start a kernel on Colab's versions in a folder of its own, as Colab does."""
    manager = KernelManager(kernel_name="python3")
    # Not the one that is installed under this name, but Colab's.
    manager.kernel_spec.argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager.start_kernel(env=os.environ | {"IPYTHONDIR": str(home)}, cwd=str(home))
    try:
        yield Kernel(manager)
    finally:
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel(python, tmp_path_factory):
    with started(python, tmp_path_factory.mktemp("ipython")) as kernel:
        kernel.run(f"import json, sys\nsys.path.append({str(ROOT / 'tests')!r})")
        yield kernel


@pytest.fixture(params=oracle.ORACLES)
def kind(request):
    return request.param


def making(kind):
    """Write the code that makes an explorer, by no more than the explorers need."""
    if hasattr(oracle.ORACLES[kind], "example"):
        return f"import oracle_{kind}\nexplorer = oracle_{kind}.example()"
    name = oracle.ORACLES[kind].EXPLORER.__name__
    return f"from segloss_lab.explorer import {name}\nexplorer = {name}()"


@pytest.fixture
def displayed(kernel, kind):
    """Make an explorer, display it; give its MIME bundle and the traits sent as it was opened."""
    messages = kernel.run(f"{making(kind)}\nexplorer")
    (result,) = [m for m in messages if m["msg_type"] == "execute_result"]
    opened = {
        message["content"]["comm_id"]: message["content"]["data"]["state"]
        for message in messages
        if message["msg_type"] == "comm_open"
    }
    data = result["content"]["data"]
    return data, opened


def test_the_kernel_has_colabs_versions(kernel):
    names = ["anywidget", "IPython", "ipywidgets", "matplotlib", "numpy", "traitlets"]
    versions = kernel.print(
        f"import importlib\nprint(json.dumps({{name: importlib.import_module(name).__version__ "
        f"for name in {names}}}))"
    )
    assert versions == {name: PINS[name.lower()] for name in names}


def test_the_bundle_holds_the_view_the_figure_and_a_picture(displayed, kind):
    data, opened = displayed
    assert data[WIDGET]["model_id"] in opened
    state = json.dumps(oracle.example(kind).state).replace('"', "&quot;")
    assert data["text/html"].startswith(f'<figure data-explorer="{kind}" data-state="{state}" ')
    assert ' data-layout="figure"' in data["text/html"]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")


def test_every_trait_is_sent_as_the_widget_opens(displayed, kind):
    data, opened = displayed
    sent = opened[data[WIDGET]["model_id"]]
    expected = {"kind": kind, **oracle.example(kind).state}
    assert {name: sent.get(name, "not sent") for name in expected} == expected
    assert sent["_esm"].endswith("export default segloss.widget;\n")


def test_a_message_of_the_front_end_sets_the_traits(kernel, displayed, kind):
    data, _ = displayed
    for state in STATES[kind]:
        kernel.send(data[WIDGET]["model_id"], state)
        now = kernel.print("print(json.dumps(explorer.state))")
        assert {name: now[name] for name in state} == state


def test_a_trait_set_in_python_is_sent_to_the_front_end(kernel, displayed, kind):
    data, _ = displayed
    before = oracle.example(kind).state
    for state in STATES[kind]:
        changed = {name: value for name, value in state.items() if before[name] != value}
        messages = kernel.run(f"for item in {state!r}.items(): setattr(explorer, *item)")
        updates = [m["content"] for m in messages if m["msg_type"] == "comm_msg"]
        assert {update["comm_id"] for update in updates} <= {data[WIDGET]["model_id"]}
        sent = {}
        for update in updates:
            sent |= update["data"]["state"]
        assert sent == changed
        before |= state


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_chapter_runs_from_top_to_bottom(python, tmp_path, path):
    cells = json.loads(path.read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    with started(python, tmp_path) as kernel:
        kernel.run(BEHIND)
        said = [message for source in sources for message in kernel.run(source, seconds=300)]
        loaded = kernel.print(
            "import json\nprint(json.dumps({name: getattr(module, '__version__', None) "
            f"for name, module in sys.modules.items() if name.lower() in {list(PINS)}}}))"
        )
    assert {"numpy", "ipywidgets"} <= set(loaded)
    assert loaded == {name: PINS[name.lower()] for name in loaded}
    warned = [m["content"]["text"] for m in said if m["content"].get("name") == "stderr"]
    assert not [text for text in warned if "A phantom stands in for" not in text]

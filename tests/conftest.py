"""What all tests share: quiet frameworks, the GPU marker, and skips that count in CI."""

import os
from pathlib import Path

import pytest

# Both are read when TensorFlow and Keras are first imported.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

NO_SKIPS = os.environ.get("SEGLOSS_NO_SKIPS") == "1"
# Files whose tests read the one built book: no second process may build it at the same time.
READ_BOOK = {"tests/test_book.py", "tests/test_book_phantom.py"}
OWN = {"segloss_lab", *(path.stem for path in Path(__file__).parent.glob("*.py"))}


def pytest_configure() -> None:
    """Resolve the folder of the sample data once: tests run programs in folders of their own."""
    if os.environ.get("SEGLOSS_DATA"):
        from segloss_lab import data

        try:
            os.environ["SEGLOSS_DATA"] = str(data._named_folder())
        except data.DataError as error:
            raise pytest.UsageError(str(error)) from None


def pytest_report_header() -> str | None:
    """Say where the sample data are read from, where a folder is named."""
    folder = os.environ.get("SEGLOSS_DATA")
    return f"sample data: {folder} (SEGLOSS_DATA)" if folder else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Keep a file's tests in one process, in their order, and in one all that read the book."""
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "the book" if file in READ_BOOK else file

    return Files(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """See that every file that reads the book is known to."""
    readers = {item.nodeid.split("::")[0] for item in items if "book" in item.fixturenames}
    if readers - READ_BOOK:
        raise pytest.UsageError(f"{readers - READ_BOOK} read the book: name them in READ_BOOK")


@pytest.fixture(scope="session")
def book():
    """Build the book once and return the folder of its pages."""
    from book import ROOT, build

    said = build(ROOT)
    pages = ROOT / "_build" / "html"
    assert f"file://{pages}/index.html" in said
    assert "make serve" in said
    return pages


@pytest.fixture(scope="module")
def browser():
    """Start a Chromium for the tests of a module."""
    from browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser):
    """Open a context of 1280 pixels; the test fails if a page asked for anything or complained."""
    from browser import offline

    with offline(browser, viewport={"width": 1280, "height": 900}) as (context, record):
        yield context
        assert record.refused == []
        assert record.console == []


@pytest.fixture
def page(context, page_file):
    """Open the page that a module writes, its ``page_file``."""
    from explorer_page import opened_page

    return opened_page(context, page_file.as_uri())


@pytest.fixture
def opened(page):
    """Open the module's page at a part of a state, and give its figure."""
    from functools import partial

    from explorer_page import open_at

    return partial(open_at, page)


@pytest.fixture(scope="module")
def benches(browser, tmp_path_factory):
    """Open a page of all explorers, each on its bench, on which nothing may be thrown."""
    import oracle
    from browser import offline
    from explorer_page import alive, write_page

    figures = [alive(oracle.example(kind)) for kind in oracle.ORACLES]
    file = write_page(tmp_path_factory.mktemp("benches"), *figures)
    with offline(browser) as (context, record):
        page = context.new_page()
        page.goto(file.as_uri())
        yield page
        assert record.console == []


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests marked ``gpu`` on a machine without a CUDA device."""
    if item.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("needs a CUDA device")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Fail a test that was skipped for want of a browser or of data where CI has both."""
    report = yield
    if not item.get_closest_marker("gpu"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    """Skip a module that lacks a package, as on a GPU machine with one framework; not in CI."""
    report = yield
    missing = _missing_package(report)
    if missing:
        report.outcome = "skipped"
        report.longrepr = (report.nodeid, None, f"Skipped: needs {missing}")
    _refuse_skip(report)
    return report


def _missing_package(report: pytest.CollectReport) -> str | None:
    """Name the package, none of this project's own, for want of which a module did not load."""
    error = report.call.excinfo.value if report.failed and report.call.excinfo else None
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name:
            package = error.name.partition(".")[0]
            return None if package in OWN else package
        error = error.__cause__ or error.__context__
    return None


def _refuse_skip(report: pytest.CollectReport | pytest.TestReport) -> None:
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although SEGLOSS_NO_SKIPS=1: {report.longrepr[2]}"

"""Break the package in small ways and see whether the tests notice: `make mutants`.

A mutant is one module with one operator, constant, condition, call or statement changed. Nothing is
written into the tree: this process imports the frameworks once, and for each mutant forks a child
that imports the changed module from memory and runs tests until one fails. A mutant that no test
kills is printed with its line. mutants_answered.txt lists those that compute the same, or that only
tests too slow to be asked here can kill, each with its reason.
"""

import argparse
import ast
import contextlib
import importlib.util
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parent.parent
ANSWERED = Path(__file__).with_name("mutants_answered.txt")
# How many mutants are drawn of which modules.
SAMPLES = [(300, ("reference/*.py", "torch/*.py", "_ranking.py")), (100, ("tensorflow/*.py",))]
# The tests that judge them, and those of a backend's own, less what is slow or of another backend.
FILES = ["conformance", "lovasz", "misuse", "metrics", "training"]
SLOW = "javascript or slope or compile or a_job_trains or replicas or (large and not dice)"
SLOW += " or a_keras_model or keras_fits or (tf_function_checks and not dice)"
NOT_RUN = {
    "reference": f"{SLOW} or tensorflow or tf_ or megapixel or half or training",
    "torch": f"{SLOW} or tensorflow or tf_ or keras or (megapixel and not dice) or by_reference"
    " or test_lovasz.py or metrics",
    "tensorflow": f"{SLOW} or torch or megapixel or every_integer or by_reference"
    " or test_lovasz.py or metrics",
}
WANTED = 0.95
MEMORY = 8 * 2**30  # of one child: a changed shape may ask for any


# --- Mutants -----------------------------------------------------------------------------------


@dataclass
class Mutant:
    """A node of a module's tree and what takes its place.

    Attributes:
        path: of the module, from the root.
        function: the innermost function or class, or "" at the top.
        line: its number.
        tree: the module, as it is.
        place: (parent, field, position in a list or None) of the node.
        new: what takes its place.
        was: the line as Python writes it, before.
        now: and after.
    """

    path: str
    function: str
    line: int
    tree: ast.Module
    place: tuple[ast.AST, str, int | None]
    new: ast.AST
    was: str = ""
    now: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from others wherever its line moves."""
        return self.path, self.function, self.was, self.now

    @property
    def module(self) -> str:
        """The module's name in Python."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def backend(self) -> str:
        """The backend whose tests judge it: its folder's, or of what several share torch."""
        folder = Path(self.path).parent.name
        return folder if folder in NOT_RUN else "torch"

    def code(self) -> CodeType:
        """Compile the module with the change in it."""
        old = self._put(self.new)
        try:
            return compile(ast.fix_missing_locations(self.tree), ROOT / self.path, "exec")
        finally:
            self._put(old)

    def describe(self, statement: ast.stmt) -> None:
        """Write down the statement's line before and after."""
        self.was = _written(statement)
        old = self._put(self.new)
        self.now = _written(self.new if old is statement else statement)
        self._put(old)

    def _put(self, node: ast.AST) -> ast.AST:
        parent, field, position = self.place
        old = getattr(parent, field)
        if position is None:
            setattr(parent, field, node)
            return old
        old[position], old = node, old[position]
        return old


def _written(statement: ast.stmt) -> str:
    """One line: of an `if` or `for`, its head."""
    lines = ast.unparse(statement).splitlines()
    return lines[0] if hasattr(statement, "body") else " ".join(lines)


def mutants_of(path: Path) -> list[Mutant]:
    """All mutants of a module, each once."""
    tree, name = ast.parse(path.read_text()), path.relative_to(ROOT).as_posix()
    found = {}
    for function, statement, place, new in _changes(tree, "", None):
        mutant = Mutant(name, function, statement.lineno, tree, place, new)
        mutant.describe(statement)
        if mutant.was != mutant.now:
            found.setdefault((mutant.line, mutant.now), mutant)
    return list(found.values())


# Annotations and defaults are compared by a test of their own; messages of exceptions are words.
_LEFT_OUT = {"annotation", "returns", "args", "decorator_list", "bases", "type_params"}


def _changes(node: ast.AST, function: str, statement: ast.stmt | None) -> Iterator[tuple]:
    """Walk a tree: (function, statement, place, new node) of each change."""
    assigned = set()  # names that a block has assigned before
    for field, value in ast.iter_fields(node):
        if field in _LEFT_OUT and not isinstance(node, ast.Call):
            continue
        for position, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_left_out(child, node):
                continue
            place = node, field, position if isinstance(value, list) else None
            inside = child if isinstance(child, ast.stmt) else statement
            for new in (*_replacements(child, node), *_deletions(child, assigned)):
                yield function, inside, place, new
            named = isinstance(child, ast.FunctionDef | ast.ClassDef)
            yield from _changes(child, child.name if named else function, inside)


def _is_left_out(node: ast.AST, parent: ast.AST) -> bool:
    """Imports, exceptions, docstrings, `__all__`, and at the top names of types."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Raise():
            return True
        case ast.Expr(ast.Constant(str())) | ast.Assign([ast.Name("__all__")]):
            return True
        case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr())):
            return isinstance(parent, ast.Module)
    return False


_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_NAMES = {"min": "max", "minimum": "maximum", "any": "all", "reduce_any": "reduce_all"}
_NAMES |= {other: name for name, other in _NAMES.items()}


def _replacements(node: ast.AST, parent: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    match node:
        case ast.operator() | ast.boolop() | ast.cmpop() if type(node) in _OPERATORS:
            yield _OPERATORS[type(node)]()
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(str()) if isinstance(parent, ast.Compare):
            yield ast.Constant("")
        case ast.IfExp(test, body, other):
            yield ast.IfExp(test, other, body)
        case ast.If(test, body, other):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, other, lineno=node.lineno)
        case ast.Attribute(value, name) if name in _NAMES:
            yield ast.Attribute(value, _NAMES[name], node.ctx)
        case ast.Call():
            yield from _changed_calls(node)


def _changed_calls(node: ast.Call) -> Iterator[ast.AST]:
    """A call without one of its keywords, with two arguments swapped, or only its argument."""
    function, arguments, keywords = node.func, node.args, node.keywords
    for left_out in keywords:
        yield ast.Call(function, arguments, [k for k in keywords if k is not left_out])
    name = getattr(function, "attr", getattr(function, "id", ""))
    if name == "where" and len(arguments) == 3:
        yield ast.Call(function, [arguments[0], arguments[2], arguments[1]], keywords)
    if len(arguments) == 1 and not keywords and not isinstance(arguments[0], ast.Starred):
        yield arguments[0]
    if isinstance(function, ast.Attribute) and not arguments:
        yield function.value


def _deletions(node: ast.AST, assigned: set[str]) -> Iterator[ast.AST]:
    """Nothing in the place of a call for its effect, or of a name's second assignment."""
    match node:
        case ast.Expr() | ast.AugAssign():
            yield ast.Pass()
        case ast.Assign([ast.Name(name)]):
            if name in assigned:
                yield ast.Pass()
            assigned.add(name)


# --- Judging -----------------------------------------------------------------------------------


class Changed(SourceFileLoader):
    """Loads a module from a mutant's code."""

    def __init__(self, mutant: Mutant):
        super().__init__(mutant.module, str(ROOT / mutant.path))
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """Return the changed code in the place of the file's."""
        return self.mutant.code()

    def find_spec(self, fullname: str, path=None, target=None):
        """Find this module and no other."""
        if fullname == self.mutant.module:
            return importlib.util.spec_from_file_location(fullname, self.path, loader=self)
        return None


def prepare() -> None:
    """Import all that is slow to import and that no mutant changes; start no thread."""
    os.environ |= {
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1"),
        **dict.fromkeys(["TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"], "1"),
    }
    for name in ("numpy", "torch", "tensorflow", "keras", "pytest"):
        importlib.import_module(name)


def start(mutant: Mutant, output) -> int:
    """Fork a child that runs the tests on a mutant; its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setsid()
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        sys.meta_path.insert(0, Changed(mutant))
        status = run_tests(mutant.backend)
    except BaseException:
        traceback.print_exc()
    finally:  # whatever happened: this process is a copy, and must not go on as the parent
        sys.stdout.flush()
        os._exit(status)


def run_tests(backend: str) -> int:
    """Run the tests of a backend until one fails."""
    import pytest

    files = [ROOT / "tests" / f"test_{name}.py" for name in [*FILES, backend]]
    files = [str(path) for path in files if path.is_file()]
    quiet = ["-x", "-q", "-p", "no:cacheprovider", "--tb=short", "--rootdir", str(ROOT)]
    return int(pytest.main([*files, *quiet, "-k", f"not ({NOT_RUN[backend]})"]))


def check_unchanged(mutants: list[Mutant], timeout: float) -> None:
    """The tests of each backend must pass, in good time, on a module loaded so but not changed."""
    for backend, mutant in {mutant.backend: mutant for mutant in mutants}.items():
        begun = time.monotonic()
        ignores = mutant.tree.type_ignores
        control = replace(mutant, place=(mutant.tree, "type_ignores", None), new=ignores)
        with tempfile.TemporaryFile("w+") as output:
            _, status = os.waitpid(start(control, output), 0)
            output.seek(0)
            text = output.read()
        if status:
            sys.exit(f"{text}\nSTOP: the tests of {backend} fail with nothing changed.")
        seconds = time.monotonic() - begun
        print(f"{backend}: {text.splitlines()[-1]}, {seconds:.0f} s a survivor")
        if seconds > timeout / 2:
            sys.exit("STOP: so slow that mutants would be killed by the clock. Give --timeout.")


def judge(mutants: list[Mutant], jobs: int, timeout: float) -> list[Mutant]:
    """Run tests on each mutant, some at a time; return those that none killed."""
    waiting, running, survivors, begun = mutants[::-1], {}, [], time.monotonic()
    while waiting or running:
        while waiting and len(running) < jobs:
            with open(os.devnull, "w") as nowhere:
                mutant = waiting.pop()
                running[start(mutant, nowhere)] = mutant, time.monotonic() + timeout
        time.sleep(0.02)
        for child, (mutant, deadline) in list(running.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended or time.monotonic() > deadline:
                stop(child, ended)
                del running[child]
                if ended and status == 0:
                    survivors.append(mutant)
                    show(mutant)
                done = len(mutants) - len(waiting) - len(running)
                if done % 10 == 0 or done == len(mutants):
                    pace, killed = (time.monotonic() - begun) / done, done - len(survivors)
                    print(f"{done} of {len(mutants)}: {killed} killed, {pace:.1f} s each")
    return survivors


def stop(child: int, ended: int) -> None:
    """Kill what is left of a child's group; a test may have started processes."""
    with contextlib.suppress(ProcessLookupError):  # nothing may be left
        os.killpg(child, signal.SIGKILL)
    if not ended:
        os.waitpid(child, 0)


def show(mutant: Mutant) -> None:
    """Print a survivor in the form of mutants_answered.txt."""
    print(f"\n{mutant.path} {mutant.function} (line {mutant.line})")
    print(f"- {mutant.was}\n+ {mutant.now}\n")


def answered() -> set[tuple]:
    """Read the mutants that need no test here: reason, file and function, line, changed line."""
    keys = set()
    for block in filter(None, ANSWERED.read_text().strip().split("\n\n")):
        reason, where, was, now = block.splitlines()
        if not reason.startswith("# ") or not was.startswith("- ") or not now.startswith("+ "):
            raise ValueError(f"{ANSWERED.name}: expected '# reason', file, '- ', '+ ': {block}")
        path, _, function = where.partition(" ")
        keys.add((path, function, was[2:], now[2:]))
    return keys


def main() -> None:
    """Sample, judge and score; the exit status is 1 below the wanted score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="which mutants are drawn")
    parser.add_argument("--count", type=int, help="how many, in the place of 300 and 100")
    parser.add_argument("--only", help="part of the path of the modules, such as torch/region")
    parser.add_argument("--jobs", type=int, default=2, help="children at a time")
    parser.add_argument("--timeout", type=float, default=150, help="seconds; then it is killed")
    given = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)

    drawn = []
    for count, patterns in SAMPLES:
        paths = [p for one in patterns for p in sorted((ROOT / "segloss_lab").glob(one))]
        paths = [p for p in paths if (given.only or "") in p.relative_to(ROOT).as_posix()]
        every = [mutant for path in paths for mutant in mutants_of(path)]
        count = min(given.count or count, len(every))
        drawn += random.Random(given.seed).sample(every, count)
        if every:
            print(f"{', '.join(patterns)}: {count} of {len(every)} mutants, seed {given.seed}")
    if not drawn:
        sys.exit(f"STOP: no module has {given.only!r} in its path.")
    reasons = answered()
    judged = [mutant for mutant in drawn if mutant.key not in reasons]
    prepare()
    check_unchanged(judged, given.timeout)
    survivors = judge(judged, given.jobs, given.timeout)
    score = 1 - len(survivors) / max(len(judged), 1)
    print(f"{len(drawn) - len(judged)} answered before; score {score:.1%} of {len(judged)}")
    sys.exit(score < WANTED)


if __name__ == "__main__":
    main()

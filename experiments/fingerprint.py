"""A hash of the code that a result was computed by."""

import ast
import hashlib
import sys
from pathlib import Path


def fingerprint(folder: Path, package: str) -> str:
    """Hash the scripts of a folder, and the modules of a package that are loaded by now.

    Comments, docstrings, layout and the version's name do not count, nor where the files lie.

    Args:
        folder: Where the scripts lie, ``*.py``.
        package: The package's name. Call this once everything that decides the result is imported.

    Returns:
        64 hexadecimal digits of SHA-256.

    Raises:
        ValueError: If no module of the package is loaded.
    """
    files = {path.name: path for path in folder.glob("*.py")}
    modules = {
        name: Path(module.__file__)
        for name, module in sys.modules.items()
        if name.partition(".")[0] == package
    }
    if not modules:
        raise ValueError(f"package: got {package!r}, of which no module is loaded")
    files |= modules
    texts = [f"{name}: {code_of(files[name].read_text('utf-8'))}" for name in sorted(files)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def code_of(source: str) -> str:
    """Write Python source without comments, docstrings, layout and the version's name."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not _is_version(node)]
    for node in ast.walk(tree):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return _written(tree)


def _is_version(node: ast.stmt) -> bool:
    """Whether a statement names the version: a release computes what the code before it did."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id == "__version__" for target in targets)


def _written(node) -> str:
    """Write a syntax tree. `ast.dump` writes it differently in each version of Python."""
    if isinstance(node, list):
        return f"[{', '.join(map(_written, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    # Versions differ in which fields there are; those that are new are empty in older code.
    fields = [(name, value) for name, value in ast.iter_fields(node) if value not in (None, [])]
    return f"{type(node).__name__}({', '.join(f'{k}={_written(v)}' for k, v in fields)})"

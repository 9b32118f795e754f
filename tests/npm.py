"""What the tests need from npm: each folder's own packages, as its lock file has them."""

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock


def installed(folder: Path) -> dict[str, str]:
    """Install a folder's packages where they are missing or stale; give npm's environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    stamp, locked = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    with FileLock(folder / ".npm.lock"):  # tests run in several processes
        if not stamp.exists() or stamp.stat().st_mtime < locked.stat().st_mtime:
            subprocess.run(["npm", "ci"], cwd=folder, env=environment, check=True, timeout=300)
    return environment


def axe() -> str:
    """Give the source of axe-core, which looks for what keeps people out of a page."""
    folder = Path(__file__).parent
    installed(folder)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

"""Sphinx extension: pages that are light to load.

MyST-NB writes the state of every widget of a notebook into its page, the explorers' whole bundle
once for each figure and question: megabytes for ipywidgets' own scripts, which the book does not
load. And a notebook holds its pictures, each of them twice; a page names files, and a browser
loads those that are shown.
"""

import base64
import hashlib
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

PICTURE = re.compile(r'(<img class="sg-[^>]*?) src="data:image/webp;base64,([^"]+)"')


def drop_widget_state(app: Sphinx, doctree: nodes.document) -> None:
    """Forget the script of a page that has been read."""
    scripts = app.env.nb_metadata.get(app.env.docname, {}).get("js_files", {})
    scripts.pop("ipywidgets_state", None)


def move_pictures(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Write the pictures of ``plots.show`` beside those of Sphinx, and let the page name them."""
    folder = Path(app.outdir) / app.builder.imagedir

    def named(found: re.Match) -> str:
        picture = base64.b64decode(found[2])
        name = f"{hashlib.sha256(picture).hexdigest()[:24]}.webp"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(picture)
        address = context["pathto"](f"{app.builder.imagedir}/{name}", 1)
        return f'{found[1]} loading="lazy" src="{address}"'

    if "body" in context:
        context["body"] = PICTURE.sub(named, context["body"])


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("doctree-read", drop_widget_state)
    app.connect("html-page-context", move_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

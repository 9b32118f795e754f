"""Sphinx extension: pages without the state of the widgets.

MyST-NB writes the state of every widget of a notebook into its page, the explorers' whole bundle
once for each figure and question: megabytes for ipywidgets' own scripts, which the book does not
load.
"""

from docutils import nodes
from sphinx.application import Sphinx


def drop_widget_state(app: Sphinx, doctree: nodes.document) -> None:
    """Forget the script of a page that has been read."""
    scripts = app.env.nb_metadata.get(app.env.docname, {}).get("js_files", {})
    scripts.pop("ipywidgets_state", None)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("doctree-read", drop_widget_state)
    return {"parallel_read_safe": True}

"""The pages of this project as a site (scripts/site.sh): Sphinx reads the Markdown as it stands."""
import inspect
import pathlib
import re
import sys

import latex2mathml.converter

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(SOURCE / "python"))

project = "qke-decouple"
author = "the qke-decouple authors"
project_copyright = author
version = release = re.search(r"project\(qke-decouple VERSION ([\d.]+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"))[1]

extensions = ["myst_nb", "sphinx.ext.autodoc"]
root_doc = "docs/site/index"
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**"]
html_theme = "furo"
html_title = f"qke-decouple {version}"
html_show_copyright = False

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # a test executes the notebook (python/tests/package_test.py)
html_math_renderer = "mathml"

autodoc_mock_imports = ["qke_decouple._core"]
autodoc_typehints = "description"
autodoc_member_order = "bysource"


def mathml(node, display):
    """Browsers render MathML by themselves. $`...`$ stands for inline formulas in pages."""
    return latex2mathml.converter.convert(node.astext().strip("`"), display=display)


def visit_inline(writer, node):
    from docutils import nodes
    writer.body.append(mathml(node, "inline"))
    raise nodes.SkipNode


def visit_block(writer, node):
    from docutils import nodes
    writer.body.append(f'<div class="equation">{mathml(node, "block")}</div>\n')
    raise nodes.SkipNode


def arguments_as_fields(app, what, name, thing, options, lines):
    """Lines "name: text" of a docstring, where name is an argument."""
    if what in ("function", "method"):
        known = inspect.signature(thing).parameters
        lines[:] = [re.sub(r"^(\w+): ", lambda m: f":param {m[1]}: " if m[1] in known else m[0], line) for line in lines]


def setup(app):
    app.connect("autodoc-process-docstring", arguments_as_fields)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))

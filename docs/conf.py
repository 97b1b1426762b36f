"""The documentation site: built without network by ``make docs``; every warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from generated_pages import write_pages

import osa_survey

project = "osa_survey"
author = copyright = "osa_survey contributors"
version = release = osa_survey.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_parser"]
exclude_patterns = ["_build"]
root_doc = "index"

html_theme = "alabaster"
html_theme_options = {
    "description": "From a raw survey export on adults' online sexual activities to a reproducible report.",
    "fixed_sidebar": True,
    "body_max_width": "none",
    "page_width": "1200px",
    "show_powered_by": False,
    "show_relbars": True,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None

napoleon_google_docstring = False
napoleon_numpy_docstring = True
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]  # pages of the repository, shown here too, link to files of the repository

write_pages(Path(__file__).resolve().parent)

"""How Sphinx makes the documentation out of what `docs/staging.py` lays out; a warning is an error."""

from importlib.metadata import version as installed

project = "Aurelius"
author = "The Aurelius authors"
version = release = installed("aurelius")
language = "en"

extensions = ["myst_nb", "sphinx_design"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # they are executed before, against a platform
nb_merge_streams = True
nitpicky = True
suppress_warnings = ["mystnb.unknown_mime_type"]  # what a job hands over is told to programs, beside what people see

html_theme = "pydata_sphinx_theme"
html_title = "Aurelius"
html_logo = html_favicon = "_static/mark.svg"
html_static_path = ["_static"]
html_css_files = ["aurelius.css"]
html_context = {"default_mode": "auto"}
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {
    "logo": {"text": "Aurelius"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "header_links_before_dropdown": 7,
    "navigation_depth": 2,
    "show_toc_level": 2,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "github-light",
    "pygments_dark_style": "github-dark",
}
html_sidebars = {"index": [], "changelog": [], "troubleshooting": []}
project_copyright = "Aurelius is under the Apache License 2.0"

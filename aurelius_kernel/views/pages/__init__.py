"""The dashboards' pages, one file each: a few functions that a notebook's cells call."""

from aurelius_kernel.views.pages import data_quality

__all__ = ["data_quality"]

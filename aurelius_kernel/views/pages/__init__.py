"""The dashboards' pages: each a few functions that a notebook's cells call, and the pieces they are made of."""

from aurelius_kernel.views.pages import data_quality
from aurelius_kernel.views.pages.pieces import Html, card, empty, table, tiles

__all__ = ["Html", "card", "data_quality", "empty", "table", "tiles"]

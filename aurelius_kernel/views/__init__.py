"""Figures and tables that reports and dashboards show: results in, charts and rows out."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

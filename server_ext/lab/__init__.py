"""Aurelius in JupyterLab: what its extension is told when a page is opened, and the tutorials it hands out."""

from __future__ import annotations

from server_ext.lab.page import page_told
from server_ext.lab.tutorials import TutorialsDoor

__all__ = ["TutorialsDoor", "page_told"]

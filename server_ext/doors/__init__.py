"""Jupyter's own doors: who they open for."""

"""Synthetic markets before the product gate: what it lets through where there is an edge, and where there is none."""

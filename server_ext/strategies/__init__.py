"""Strategies as rows: named, owned and versioned."""

"""Sweeps: what a strategy family would have earned under each of many parameter sets."""

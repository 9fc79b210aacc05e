"""Runs from a goal, or a strategy, through all stages to the verdict of the last gate that was reached."""

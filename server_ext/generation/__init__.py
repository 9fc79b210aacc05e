"""From goals in words to strategies as rows, and from strategies that failed to changed ones."""

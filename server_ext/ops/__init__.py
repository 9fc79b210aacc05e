"""Whether it runs, and what it did: health, metrics and logs."""

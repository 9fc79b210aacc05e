"""Processes for the benchmark of events: our server, its peer, and many clients; each obeys JSON lines on standard input."""

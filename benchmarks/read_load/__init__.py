"""Processes for the benchmark of reads: the client that asks, and the peer that answers as we do."""

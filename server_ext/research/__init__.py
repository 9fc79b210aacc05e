"""Research as rows: backtests and sweeps, each a job with a question of its own."""

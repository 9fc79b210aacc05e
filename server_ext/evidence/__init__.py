"""What is known of a strategy beyond a backtest: validations, and the verdicts of the gates."""

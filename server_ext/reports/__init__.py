"""Reports as files: of a backtest, several side by side or held together, a validation with its gates, an executed notebook."""

"""Schedules: notebooks that run by the clock or by an exchange's sessions, each firing once, whatever servers there are."""

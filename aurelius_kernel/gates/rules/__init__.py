"""The rules of verification, grouped by subject; `book` lists them."""

from aurelius_kernel.gates.rules.book import RULES, Rule

__all__ = ["RULES", "Rule"]

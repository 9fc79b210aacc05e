"""The settings as people read them: `.env.example` and the reference page, both made from the table."""

from __future__ import annotations

from server_ext.settings import table

__all__ = ["env_example", "reference_page"]


def env_example() -> str:
    """Every setting as a line of an environment file, commented out at its default."""
    head = "# Every setting of the platform. A secret may also be read from the file that <NAME>_FILE names.\n"
    return head + "".join(f"\n# {sentence}\n# {name}={default}\n" for name, default, sentence, _ in table())


def reference_page() -> str:
    """Every setting as one table of the documentation."""
    rows = [
        f"| `{name}` | {_cell(default)} | {sentence}{' *Secret.*' if secret else ''} |"
        for name, default, sentence, secret in table()
    ]
    head = [
        "# Settings",
        "",
        "Read once, at start. A secret may also be read from the file that `<NAME>_FILE` names.",
        "Secrets leave the environment before any kernel starts.",
        "",
        "| setting | default | what it does |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cell(default: str) -> str:
    return f"`{default}`" if default else ""

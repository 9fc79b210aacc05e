"""The pages that are made from tables in the code: `make docs` writes them, a test compares them with what is committed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docs import pages, rest, strategy_charts
from server_ext import settings_page
from server_ext.cli import reference as command_line
from server_ext.events import reference as events

ROOT = Path(__file__).resolve().parent.parent
REFERENCE: dict[str, Callable[[], str]] = {
    "cli.md": command_line.reference_page,
    "errors.md": pages.errors,
    "events.md": events.reference_page,
    "indicators.md": pages.indicators,
    "magics.md": pages.magics,
    "metrics.md": pages.metrics,
    "overfitting.md": pages.overfitting,
    "permissions.md": rest.permissions,
    "python.md": pages.python,
    "rest.md": rest.rest,
    "rules.md": pages.rules,
    "settings.md": settings_page.reference_page,
    "splits.md": pages.splits,
    "strategies.md": pages.strategies,
}


def generated() -> dict[str, str]:
    """Every generated file of the project: its path from the root, and its text."""
    reference = {f"docs/reference/{name}": page() for name, page in REFERENCE.items()}
    index = {"docs/reference/index.md": pages.index(reference)}
    return {**reference, **index, **strategy_charts.charts(), ".env.example": settings_page.env_example()}


def stale(root: Path) -> dict[str, str]:
    """The generated files that are missing under `root` or say something else."""
    return {path: text for path, text in generated().items() if not _says(root / path, text)}


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def main() -> None:
    """Write what is stale, and say which files those are."""
    for path, text in stale(ROOT).items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()

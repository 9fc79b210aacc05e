from __future__ import annotations

import re
from pathlib import Path

import pytest

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
TARGETS = (
    re.compile(r"\]\(<?([^)\s>]+)"),
    re.compile(r"""(?:src|href)=["']([^"']+)"""),
    re.compile(r"^\[[^\]]+\]:\s+(\S+)", re.MULTILINE),
)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def link_targets(text: str) -> list[str]:
    """Where the links and pictures of a Markdown page lead, code left out."""
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))
    return [target for pattern in TARGETS for target in pattern.findall(prose)]


def anchors(text: str) -> set[str]:
    """The fragments by which GitHub reaches the headings of a page."""
    headings = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(FENCE.sub("", text))]
    return {f"{name}-{before}" if (before := headings[:place].count(name)) else name for place, name in enumerate(headings)}


def link_faults(root: Path, path: Path, text: str) -> list[str]:
    """The links of a page that lead nowhere."""
    return [target for target in link_targets(text) if not ELSEWHERE.match(target) and not resolves(root, path, text, target)]


def resolves(root: Path, path: Path, text: str, target: str) -> bool:
    name, _, fragment = target.partition("#")
    if not name:
        return fragment in anchors(text)
    place = (root / path.parent / name).resolve()
    if not place.exists() or not place.is_relative_to(root.resolve()):
        return False
    return not fragment or place.suffix != ".md" or fragment in anchors(place.read_text(encoding="utf-8"))


def test_every_link_of_the_documentation_leads_somewhere(root, texts):
    pages = {path: text for path, text in texts.items() if path.suffix == ".md"}
    assert {str(path): wrong for path, text in pages.items() if (wrong := link_faults(root, path, text))} == {}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[here](page.md) [there](page.md#the-order-of-events) [code](../code.py#L3)", []),
        ("[far](https://example.com/nothing) [mail](mailto:quant@example.com)", []),
        ("`[code](nowhere.md)`\n```\n[code](nowhere.md)\n```\n", []),
        ("# Own heading\n[up](#own-heading)", []),
        ("[gone](nowhere.md)", ["nowhere.md"]),
        ("![picture](images/gone.png)", ["images/gone.png"]),
        ("[moved](page.md#no-such-heading)", ["page.md#no-such-heading"]),
        ("[out](../../outside.md)", ["../../outside.md"]),
        ("[by name][page]\n\n[page]: nowhere.md", ["nowhere.md"]),
        ('<img src="gone.png">', ["gone.png"]),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path, text, faults):
    house = tmp_path / "house"
    (house / "docs").mkdir(parents=True)
    (house / "docs" / "page.md").write_text("# A page\n## The order of events\n")
    (house / "code.py").touch()
    (tmp_path / "outside.md").touch()
    assert link_faults(house, Path("docs/index.md"), text) == faults

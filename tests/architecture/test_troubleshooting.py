"""What the troubleshooting page quotes is what the code says."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

from jupyter_server import serverapp

QUOTED = re.compile(r"^> (.+)$", re.MULTILINE)
REASONS = re.compile(r"^\| `(.+?)` \|", re.MULTILINE)
SHORTEST = 3


def messages(page: str) -> list[str]:
    """The messages that a page quotes: its block quotes, and the first column of its tables."""
    return QUOTED.findall(page) + REASONS.findall(page)


def texts_of(source: str) -> list[str]:
    """Every piece of text that some code is made of, what is put together across lines and f-strings in one piece."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant | ast.JoinedStr)]
    return [text for node in nodes if (text := text_of(node))]


def text_of(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def pieces(message: str) -> list[str]:
    """What is the same in every case of a message."""
    return [piece for part in message.split("…") if len(piece := part.strip(" .")) >= SHORTEST]


def unsaid(page: str, sources: list[str]) -> list[str]:
    """The quoted messages of which some piece is said nowhere."""
    said = "\n".join(text for source in sources for text in texts_of(source)).replace("%i", "…")
    return [message for message in messages(page) if not all(piece in said for piece in pieces(message))]


def test_every_message_on_the_page_is_one_that_the_code_prints(root: Path, python_texts):
    page = (root / "docs/troubleshooting.md").read_text(encoding="utf-8")
    ours = [text for path, text in python_texts.items() if path.parts[0] in {"aurelius_kernel", "server_ext", "scripts"}]
    assert len(messages(page)) > 25
    assert unsaid(page, [*ours, inspect.getsource(serverapp)]) == []


def test_a_message_that_nothing_prints_is_found():
    source = 'def f(port):\n    print(f"The port {port} is taken; " "wait.")\n'
    page = "> The port … is taken; wait.\n\n> The port … was stolen.\n\n| `never said` | |\n"
    assert unsaid(page, [source]) == ["The port … was stolen.", "never said"]

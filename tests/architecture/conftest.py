"""The files of the project, as Git knows them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def files(root: Path) -> list[Path]:
    """Every file that is committed or about to be, relative to the root and sorted."""
    # Without safe.directory Git refuses a checkout that belongs to another user, as it does in many containers.
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=True).stdout
    return sorted(Path(name) for name in listed.split("\0") if name and (root / name).is_file())


@pytest.fixture(scope="session")
def texts(root: Path, files: list[Path]) -> dict[Path, str]:
    """The content of every file that is text, by its path."""
    contents = {path: (root / path).read_bytes() for path in files}
    return {path: content.decode("utf-8") for path, content in contents.items() if b"\0" not in content}


@pytest.fixture(scope="session")
def python_texts(texts: dict[Path, str]) -> dict[Path, str]:
    """The source of every Python file."""
    return {path: text for path, text in texts.items() if path.suffix == ".py"}


@pytest.fixture(scope="session")
def packaged_texts(python_texts: dict[Path, str]) -> dict[Path, str]:
    """The source of every module of the two packages."""
    return {path: text for path, text in python_texts.items() if path.parts[0] in {"aurelius_kernel", "server_ext"}}

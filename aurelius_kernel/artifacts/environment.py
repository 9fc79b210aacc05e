"""What a result was made with: interpreter, machine, packages and the library's own source."""

from __future__ import annotations

import functools
import hashlib
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["environment", "source_hash"]

PACKAGES = ("aurelius", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scikit-learn", "scipy", "TA-Lib", "vectorbt")
LIBRARY = Path(__file__).parent.parent


@functools.cache
def environment() -> dict[str, Any]:
    """Python, platform, the versions of the packages that numbers depend on, and the hash of the library's source."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "source": source_hash(),
    }


@functools.cache
def source_hash() -> str:
    """The sha256 over every Python file of the library, names and contents, in order."""
    digest = hashlib.sha256()
    for path in sorted(LIBRARY.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(LIBRARY).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None

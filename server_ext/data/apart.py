"""A large file is imported by a process of its own: its memory is bounded, ends with it, and the server's loop goes on meanwhile.

python -m server_ext.data.apart FILE MEGABYTES < what is asked as JSON; the answer is JSON too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from aurelius_kernel.errors import AureliusError, BarsRefused
from server_ext.data.importing import imported
from server_ext.data.schemas import Imported, ImportQuery

__all__ = ["import_apart"]

_MOST_MB = 2_048
_SECONDS = 600


def import_apart(path: Path, query: ImportQuery, *, most_mb: int = _MOST_MB) -> Imported:
    """What `imported` answers or raises; raises BarsRefused for a file that takes more memory than `most_mb`, or too long."""
    command = [sys.executable, "-m", "server_ext.data.apart", str(path), str(most_mb)]
    try:
        done = subprocess.run(  # noqa: S603  (our own program, a path of our own)
            command, input=query.model_dump_json().encode(), capture_output=True, timeout=_SECONDS, check=True
        )
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise _too_much() from error
    if "error" in told:
        raise _again(**told["error"])
    return Imported.model_validate(told["imported"])


def main(path: str) -> dict[str, Any]:
    """Carry out one order."""
    query = ImportQuery.model_validate_json(sys.stdin.read())
    try:
        return {"imported": imported(Path(path), query).model_dump(mode="json")}
    except MemoryError:
        error: AureliusError = _too_much()
    except AureliusError as raised:
        error = raised
    return {"error": {"code": error.code, "message": error.message, "fields": error.fields}}


def _bound(megabytes: int) -> None:
    """Hold this process to its memory, and let the server's other work go first."""
    os.nice(10)
    if sys.platform == "linux":
        psutil.Process().rlimit(psutil.RLIMIT_DATA, (megabytes * 2**20, megabytes * 2**20))


def _too_much() -> BarsRefused:
    return BarsRefused("The file takes too much memory, or too long, to be read at once; import it in parts.")


def _again(code: str, message: str, fields: dict[str, str]) -> AureliusError:
    """An error of another process, of its own class; its message is made already."""
    kind = next(kind for kind in _tree(AureliusError) if kind.code == code)
    error = kind.__new__(kind)
    AureliusError.__init__(error, message, fields=fields)
    return error


def _tree(root: type[AureliusError]) -> Iterator[type[AureliusError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _tree(kind)


if __name__ == "__main__":
    _bound(int(sys.argv[2]))
    sys.stdout.write(json.dumps(main(sys.argv[1])))

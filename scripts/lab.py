"""Build JupyterLab's extension from `server_ext/lab/extension` into `share/jupyter/labextensions/aurelius`.

Needs Node 20 or later and a package registry; users need neither, for what is built is committed. Beside it stands the hash
of the sources it was made of, which a test compares with the sources that are there. Built twice in one folder the files are
the same; in another folder the entry has another number in it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server_ext.routes import ROUTES
from server_ext.web.document import document

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "server_ext/lab/extension"
BUILT = ROOT / "share/jupyter/labextensions/aurelius"
STAMP = BUILT / "sources.sha256"
PATTERNS = ("*.json", "schema/*.json", "src/*.ts", "src/*.tsx", "style/*.css")
GENERATED = SOURCES / "src/schema.ts"
WORDS = {"description", "summary", "title", "example", "examples"}
ERROR = "ErrorAnswer"
PATIENCE = 900.0


def main() -> int:
    """Build it; 0 when that is done, 1 with a sentence when it cannot be."""
    if shutil.which("npm") is None:
        print("There is no npm on this machine: install Node 20 or later.", file=sys.stderr)
        return 1
    (SOURCES / "openapi.json").write_text(calls(), encoding="utf-8")
    try:
        for command in (["npm", "ci", "--no-progress"], ["npm", "run", "build"], ["npm", "run", "lint"]):
            subprocess.run(command, cwd=SOURCES, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError) as problem:
        print(f"The build stopped: {problem}", file=sys.stderr)
        return 1
    STAMP.write_text(fingerprint() + "\n", encoding="utf-8")
    return 0


def fingerprint() -> str:
    """The hash of everything that the extension is built of."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in PATTERNS for path in SOURCES.glob(pattern) if path != GENERATED):
        digest.update(f"{path.relative_to(SOURCES)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def calls() -> str:
    """The calls that the extension makes, as an OpenAPI document without words: its types are generated from it."""
    whole = document(ROUTES, "1")
    made = re.findall(r"client\.(GET|POST|PATCH|DELETE)\(\s*'([^']+)'", (SOURCES / "src/api.ts").read_text(encoding="utf-8"))
    paths: dict[str, Any] = {}
    for method, path in sorted(made):
        operation = whole["paths"][path][method.lower()]
        paths.setdefault(path, {})[method.lower()] = {
            **{name: wordless(operation[name]) for name in ("parameters", "requestBody") if name in operation},
            "responses": {status: wordless(answer) for status, answer in operation["responses"].items() if status < "3"},
        }
    schemas = whole["components"]["schemas"]
    named = {name: wordless(schemas[name]) for name in sorted(reached({ERROR, *references(paths)}, schemas))}
    info = {"title": "Aurelius", "version": "1"}
    told = {"openapi": "3.1.0", "info": info, "paths": dict(sorted(paths.items())), "components": {"schemas": named}}
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def wordless(value: Any, *, names: bool = False) -> Any:
    """A part of the document without what is said to people; where `names`, the keys are names of the API and all stay."""
    if isinstance(value, list):
        return [wordless(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: wordless(one, names=key == "properties") for key, one in value.items() if names or key not in WORDS}


def references(value: Any) -> Iterator[str]:
    """The names of the schemas that a part of the document refers to."""
    if isinstance(value, dict):
        if isinstance(found := value.get("$ref"), str):
            yield found.rpartition("/")[2]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def reached(names: set[str], schemas: dict[str, Any]) -> set[str]:
    """These schemas, and all that they refer to."""
    more = {one for name in names for one in references(schemas[name])} - names
    return reached(names | more, schemas) if more else names


if __name__ == "__main__":
    sys.exit(main())

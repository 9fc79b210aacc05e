from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import aurelius_kernel as ak

HEAVY = ("distributed", "matplotlib", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "tornado", "vectorbt")
LONGEST_IMPORT = 0.5


def modules_after(statements: str, wanted: tuple[str, ...]) -> list[str]:
    """Which of the wanted modules a fresh process holds after it ran the statements."""
    code = f"{statements}\nimport json, sys\nprint(json.dumps([name for name in {wanted!r} if name in sys.modules]))"
    return json.loads(fresh_process(code))


def fresh_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def doors(root: Path) -> list[str]:
    stub = ast.parse((root / "aurelius_kernel" / "__init__.pyi").read_text(encoding="utf-8"))
    return [alias.name for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names]


def test_importing_the_library_loads_nothing_heavy():
    assert modules_after("import aurelius_kernel", HEAVY) == []


def test_importing_the_library_takes_less_than_half_a_second():
    code = "import time; start = time.perf_counter(); import aurelius_kernel; print(time.perf_counter() - start)"
    assert min(float(fresh_process(code)) for _ in range(3)) < LONGEST_IMPORT


def test_the_engine_is_named_without_loading_vectorbt():
    assert modules_after("import aurelius_kernel.engine", ("vectorbt", "numba")) == []


def test_the_server_never_loads_vectorbt(packaged_texts):
    # Alembic runs its own migrations; they are no modules to import.
    paths = [path for path in packaged_texts if path.parts[0] == "server_ext" and "migrations" not in path.parts]
    modules = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths if path.name != "__main__.py"]
    statements = "import importlib\n" + "\n".join(f"importlib.import_module({module!r})" for module in modules)
    assert modules_after(statements, ("vectorbt", "aurelius_kernel.engine.simulation")) == []


def test_a_fresh_process_that_imports_vectorbt_is_found_out():
    assert modules_after("import types, sys; sys.modules['vectorbt'] = types.ModuleType('vectorbt')", ("vectorbt",)) == ["vectorbt"]


def test_every_door_of_the_library_opens_and_says_what_is_behind_it(root):
    silent = [name for name in doors(root) if not inspect.getdoc(getattr(ak, name))]
    assert silent == []


def test_the_library_lists_exactly_its_doors(root):
    assert sorted(ak.__all__) == sorted(doors(root))


def test_an_unknown_door_is_an_attribute_error():
    with pytest.raises(AttributeError, match="backtset"):
        ak.backtset  # noqa: B018 (looking is the test)

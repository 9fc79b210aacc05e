from __future__ import annotations

import ast
from pathlib import Path

import pytest

LAZY_LINE = "__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)"


# Jupyter and IPython look for these by name in the package itself.
HOOKS = {"_jupyter_labextension_paths", "_jupyter_server_extension_points", "load_ipython_extension", "unload_ipython_extension"}
OWN = ("aurelius_kernel", "server_ext")


def door_faults(source: str, *, has_stub: bool) -> list[str]:
    """What is wrong with an `__init__.py`: it is a docstring, imports and the `__all__` that lists them, or a lazy stub."""
    module = ast.parse(source)
    if ast.get_docstring(module) is None:
        return ["has no docstring"]
    body = module.body[1:]
    if has_stub:
        return [] if [ast.unparse(node) for node in body] == ["import lazy_loader", LAZY_LINE] else ["is not lazy"]
    others = [node for node in body if not (is_import(node) or is_all(node) or is_hook(node))]
    if others:
        return [f"holds more than imports: line {node.lineno}" for node in others]
    return [f"{name} is imported or listed only" for name in sorted(imported_names(body) ^ listed_names(body))]


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def is_all(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign) and ast.unparse(node).startswith("__all__")


def is_hook(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in HOOKS


def imported_names(body: list[ast.stmt]) -> set[str]:
    own = [node for node in body if isinstance(node, ast.ImportFrom) and str(node.module).startswith(OWN)]
    return {alias.asname or alias.name for node in own for alias in node.names}


def listed_names(body: list[ast.stmt]) -> set[str]:
    return {name for node in body if is_all(node) for name in ast.literal_eval(node.value)}


def foreign_rooms(path: Path, source: str) -> list[str]:
    """The modules with a leading underscore that `path` imports from a package it does not belong to."""
    modules = [node.module for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.module]
    private = [module.split(".") for module in modules if "._" in module]
    own = list(path.parent.parts)
    return [".".join(parts) for parts in private if own[: len(parts) - 1] != parts[:-1]]


def uses_of_the_front_door(source: str, doors: set[str]) -> list[str]:
    """The names taken through `aurelius_kernel` itself, which are loaded behind the back of import-linter."""
    nodes = list(ast.walk(ast.parse(source)))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "aurelius_kernel"]
    taken = [alias.name for node in froms for alias in node.names]
    return [name for name in modules if name == "aurelius_kernel"] + [name for name in taken if name in doors]


def test_every_package_opens_with_a_table_of_contents(root, packaged_texts):
    doors = {path: source for path, source in packaged_texts.items() if path.name == "__init__.py"}
    faults = {
        str(path): wrong
        for path, source in doors.items()
        if (wrong := door_faults(source, has_stub=(root / path).with_suffix(".pyi").exists()))
    }
    assert faults == {}


def test_every_package_has_a_front_door(packaged_texts):
    folders = {path.parent for path in packaged_texts if "migrations" not in path.parts}
    assert {str(folder) for folder in folders if folder / "__init__.py" not in packaged_texts} == set()


def test_no_package_enters_a_private_room_of_another(packaged_texts):
    faults = {str(path): wrong for path, source in packaged_texts.items() if (wrong := foreign_rooms(path, source))}
    assert faults == {}


def test_nobody_inside_the_house_uses_the_lazy_front_door(root, packaged_texts):
    stub = ast.parse((root / "aurelius_kernel" / "__init__.pyi").read_text(encoding="utf-8"))
    doors = {alias.name for node in stub.body if isinstance(node, ast.ImportFrom) and node.module for alias in node.names}
    faults = {str(path): wrong for path, source in packaged_texts.items() if (wrong := uses_of_the_front_door(source, doors))}
    assert faults == {}


@pytest.mark.parametrize(
    ("source", "has_stub"),
    [
        ("from server_ext.app import App\n__all__ = ['App']\n", False),
        ('"""Doc."""\nfrom server_ext.app import App, start\n__all__ = ["App"]\n', False),
        ('"""Doc."""\n__all__ = ["b"]\n', False),
        ('"""Doc."""\nLIMIT = 3\n', False),
        ('"""Doc."""\ndef start(): ...\n', False),
        ('"""Doc."""\nimport pandas\n', True),
    ],
)
def test_a_door_that_hides_or_promises_something_is_refused(source, has_stub):
    assert door_faults(source, has_stub=has_stub) != []


def test_a_room_is_open_to_its_own_package_only():
    source = "from aurelius_kernel.engine._prices import open_price"
    assert foreign_rooms(Path("aurelius_kernel/engine/fills.py"), source) == []
    assert foreign_rooms(Path("aurelius_kernel/engine/fused/tiles.py"), source) == []
    assert foreign_rooms(Path("aurelius_kernel/views/equity.py"), source) == ["aurelius_kernel.engine._prices"]


def test_a_use_of_the_front_door_is_found_and_a_package_is_none():
    source = "import aurelius_kernel as ak\nfrom aurelius_kernel import backtest, metrics"
    assert uses_of_the_front_door(source, {"backtest"}) == ["aurelius_kernel", "backtest"]

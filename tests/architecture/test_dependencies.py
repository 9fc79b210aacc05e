from __future__ import annotations

import importlib.metadata
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import grimp
import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What a room may import, besides the standard library: the lists of pyproject.toml that bring it. The longest name counts.
BROUGHT_BY = {
    "aurelius_kernel": ["floor"],
    "aurelius_kernel.engine": ["floor", "research"],
    "aurelius_kernel.generation": ["floor", "research"],
    "aurelius_kernel.lab": ["floor", "research", "jobs"],
    "aurelius_kernel.portfolio": ["floor", "research"],
    "aurelius_kernel.reporting": ["floor", "report"],
    "aurelius_kernel.research": ["floor", "research"],
    "aurelius_kernel.strategies": ["floor", "research"],
    "aurelius_kernel.validation": ["floor", "research"],
    "aurelius_kernel.views": ["floor", "report"],
    "aurelius_kernel.views.pages": ["floor", "report", "jobs", "server"],
    "server_ext": ["floor", "jobs", "server"],
}
HEAVY = {"distributed", "jupyter-server", "jupyterlab", "matplotlib", "numba", "sqlalchemy", "tornado", "vectorbt", "voila"}


@pytest.fixture(scope="session")
def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def locked(root: Path) -> dict[str, list[Requirement]]:
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {name(one): [other for other in requirements if name(other) == name(one)] for one in requirements}


@pytest.fixture(scope="session")
def declared(project: dict) -> dict[str, list[Requirement]]:
    """The direct dependencies by the list that names them: the floor, each extra and each group, without the groups it includes."""
    lists = {
        "floor": project["project"]["dependencies"],
        **project["project"]["optional-dependencies"],
        **project["dependency-groups"],
    }
    return {key: [Requirement(line) for line in lines if isinstance(line, str)] for key, lines in lists.items()}


def name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)


def names(requirements: list[Requirement]) -> set[str]:
    return {name(requirement) for requirement in requirements} - {"aurelius"}


def test_the_lock_holds_every_direct_dependency_at_a_version_that_fits(declared, locked):
    wanted = [requirement for key, requirements in declared.items() if key != "all" for requirement in requirements]
    missing = [str(requirement) for requirement in wanted if not fits(requirement, locked.get(name(requirement), []))]
    assert missing == []


def fits(requirement: Requirement, pins: list[Requirement]) -> bool:
    versions = [next(iter(pin.specifier)).version for pin in pins]
    return bool(versions) and all(requirement.specifier.contains(version, prereleases=True) for version in versions)


def test_the_lock_pins_one_exact_version_a_line_and_says_nowhere_where_it_comes_from(locked):
    pins = [pin for pins in locked.values() for pin in pins]
    assert [str(pin) for pin in pins if pin.url or [one.operator for one in pin.specifier] != ["=="]] == []


def test_this_environment_is_the_locked_one(locked):
    here = default_environment()
    pins = [pin for pins in locked.values() for pin in pins if pin.marker is None or pin.marker.evaluate(here)]
    different = {name(pin): version(name(pin)) for pin in pins if not pin.specifier.contains(version(name(pin)), prereleases=True)}
    assert different == {}


def version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "0"


def test_the_extra_all_is_every_other_extra(project):
    extras = project["project"]["optional-dependencies"]
    (everything,) = [Requirement(line) for line in extras["all"]]
    assert (everything.name, everything.extras) == ("aurelius", set(extras) - {"all"})


def test_the_conda_environment_defers_to_the_project(root, project):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    python, pip, deferred = environment["dependencies"]
    assert python == f"python {project['project']['requires-python']}"
    assert pip == "pip"
    assert deferred == {"pip": ["-e .[all]"]}
    assert environment["name"] == project["project"]["name"]


def test_the_floor_of_the_library_is_light(declared):
    assert names(declared["floor"]) & HEAVY == set()


def test_the_server_comes_without_the_engine(declared):
    assert (names(declared["floor"]) | names(declared["jobs"]) | names(declared["server"])) & {"vectorbt", "numba"} == set()


def test_every_room_imports_only_what_its_extra_brings(declared):
    brought = {room: set().union(*(names(declared[key]) for key in keys)) for room, keys in BROUGHT_BY.items()}
    assert undeclared(third_party_imports(), brought) == []


def third_party_imports() -> list[tuple[str, str, set[str]]]:
    """Each import of a module from outside: who imports, what, and the distributions that bring it."""
    graph = grimp.build_graph("aurelius_kernel", "server_ext", include_external_packages=True, cache_dir=None)
    outside = {module for module in graph.modules if graph.is_module_squashed(module)} - set(sys.stdlib_module_names)
    distributions = importlib.metadata.packages_distributions()
    return [
        (importer, module, {canonicalize_name(one) for one in distributions.get(module.partition(".")[0], [])})
        for module in sorted(outside)
        for importer in sorted(graph.find_modules_that_directly_import(module))
    ]


def undeclared(imports: list[tuple[str, str, set[str]]], brought: dict[str, set[str]]) -> list[str]:
    return [f"{importer} imports {module}" for importer, module, brings in imports if not brings & brought[room(importer, brought)]]


def room(module: str, rooms: Iterable[str]) -> str:
    return max((name for name in rooms if f"{module}.".startswith(f"{name}.")), key=len)


def test_an_import_that_nothing_brings_is_found():
    brought = {"aurelius_kernel": {"numpy"}, "aurelius_kernel.engine": {"numpy", "vectorbt"}}
    imports = [
        ("aurelius_kernel.engine.book", "vectorbt", {"vectorbt"}),
        ("aurelius_kernel.data.charts", "vectorbt", {"vectorbt"}),
        ("aurelius_kernel.data", "numpy", {"numpy"}),
        ("aurelius_kernel.engine", "yaml", {"pyyaml"}),
    ]
    assert undeclared(imports, brought) == ["aurelius_kernel.data.charts imports vectorbt", "aurelius_kernel.engine imports yaml"]

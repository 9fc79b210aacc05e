from __future__ import annotations

import importlib.metadata
import sys
import tomllib
from pathlib import Path

import grimp
import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
    """The direct dependencies by the list that names them: the floor, each extra and each group."""
    lists = {
        "floor": project["project"]["dependencies"],
        **project["project"]["optional-dependencies"],
        **project["dependency-groups"],
    }
    return {key: [Requirement(line) for line in lines] for key, lines in lists.items()}


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


def test_every_third_party_import_is_declared(declared):
    runtime = set().union(*(names(requirements) for key, requirements in declared.items() if key not in project_groups(declared)))
    assert undeclared(imported_distributions(), runtime) == {}


def project_groups(declared: dict) -> set[str]:
    return {"all", "dev"} & set(declared)


def imported_distributions() -> dict[str, set[str]]:
    """Each third-party top-level module that the packages import, with the distributions that bring it."""
    graph = grimp.build_graph("aurelius_kernel", "server_ext", include_external_packages=True, cache_dir=None)
    outside = {module for module in graph.modules if graph.is_module_squashed(module)} - set(sys.stdlib_module_names)
    brought_by = importlib.metadata.packages_distributions()
    return {module: {canonicalize_name(one) for one in brought_by.get(module.partition(".")[0], [])} for module in outside}


def undeclared(imported: dict[str, set[str]], declared: set[str]) -> dict[str, set[str]]:
    return {module: distributions for module, distributions in imported.items() if not distributions & declared}


def test_an_import_that_nobody_declared_is_found():
    assert undeclared({"yaml": {"pyyaml"}, "numpy": {"numpy"}}, {"numpy"}) == {"yaml": {"pyyaml"}}

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

SHIPPED = {
    "notebooks": "share/aurelius/notebooks",
    "reports": "share/aurelius/reports",
    "dashboards": "share/aurelius/dashboards",
    "etc": "etc",
    "share": "share",
}


@pytest.fixture(scope="session")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built by the backend that pip and uv call."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=root, capture_output=True, timeout=120, check=True)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> dict[str, bytes]:
    """The files of the wheel, with shared data under its place in the environment."""
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {member.partition(".data/data/")[2] or member: archive.read(member) for member in archive.namelist()}


@pytest.fixture(scope="session")
def metadata(wheel: dict[str, bytes]):
    (name,) = [name for name in wheel if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel[name].decode("utf-8"))


def test_the_wheel_holds_every_file_of_both_packages_and_nothing_else_of_the_tree(wheel, files):
    python = {path for path in files if path.parts[0] in {"aurelius_kernel", "server_ext"}}
    packaged = {str(path) for path in python if not path.is_relative_to("server_ext/lab/extension")}
    inside = {name for name in wheel if ".dist-info/" not in name and not name.startswith(("share/", "etc/"))}
    assert inside == packaged


def test_the_wheel_holds_the_notebooks_the_reports_and_the_jupyter_configuration(wheel, files):
    expected = {str(Path(SHIPPED[path.parts[0]], *path.parts[1:])) for path in files if path.parts[0] in SHIPPED}
    assert {name for name in wheel if name.startswith(("share/", "etc/"))} == expected


def test_no_folder_that_the_wheel_should_share_is_missing(root):
    # hatch leaves a missing path out without a word.
    hatch = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert [source for source in hatch["wheel"]["shared-data"] if not (root / source).exists()] == []


def test_the_wheel_tells_type_checkers_that_it_is_typed(wheel):
    assert {"aurelius_kernel/py.typed", "aurelius_kernel/__init__.pyi", "server_ext/py.typed"} <= set(wheel)


def test_the_wheel_brings_the_command_the_licence_and_the_readme(wheel, metadata, root):
    (entry_points,) = [content.decode() for name, content in wheel.items() if name.endswith("/entry_points.txt")]
    assert "aurelius = server_ext.cli.main:main" in entry_points
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_payload().strip() == (root / "README.md").read_text(encoding="utf-8").strip()
    assert [content for name, content in wheel.items() if name.endswith("/licenses/LICENSE")] == [(root / "LICENSE").read_bytes()]


def test_the_source_archive_holds_the_whole_tree(built, files):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    expected = {str(name) for name in files if name.parts[0] != ".ci"}
    assert expected - inside == set()

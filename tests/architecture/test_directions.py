from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

LAYERS = "The library is built in layers"
ORDER = "The platform stands on the library, never the other way round"
CYCLES = "No package of the library has a cycle"
PLATFORM = "No package of the platform has a cycle"
ENGINE = "Only the engine imports vectorbt"
SERVER = "The server never loads vectorbt, not even through others"
LIBRARY = "The library knows no web server"


@pytest.fixture(scope="session")
def contracts(root: Path) -> list[dict]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


@pytest.fixture
def house(root: Path, contracts: list[dict], tmp_path: Path) -> Path:
    """A house of empty rooms under the real contracts."""
    (tmp_path / "pyproject.toml").write_bytes((root / "pyproject.toml").read_bytes())
    layers = next(contract["layers"] for contract in contracts if contract["name"] == LAYERS)
    rooms = [room.strip() for layer in layers for room in layer.replace("|", ":").split(":")]
    for room in ["server_ext", "aurelius_kernel", *(f"aurelius_kernel/{room.strip('()')}" for room in rooms)]:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "aurelius_kernel" / "engine" / "simulation.py").write_text("import vectorbt")
    return tmp_path


def broken_contracts(house: Path, sources: Mapping[str, str]) -> list[str]:
    """The contracts that import-linter finds broken when the sources are added to the house."""
    for name, source in sources.items():
        path = house / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=60, check=False)
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")]


def test_a_house_that_keeps_the_directions_breaks_no_contract(house):
    upward = {"aurelius_kernel/strategies/trend.py": "from aurelius_kernel import indicators, metrics, model"}
    assert broken_contracts(house, upward) == []


@pytest.mark.parametrize(
    ("sources", "broken"),
    [
        ({"aurelius_kernel/data/charts.py": "import vectorbt"}, [ENGINE]),
        ({"aurelius_kernel/data/charts.py": "def draw():\n    from vectorbt import Portfolio"}, [ENGINE]),
        ({"server_ext/sweeps.py": "from aurelius_kernel.engine import simulation"}, [SERVER]),
        (
            {
                "server_ext/runs.py": "import aurelius_kernel.research.runs",
                "aurelius_kernel/research/runs.py": "import aurelius_kernel.engine",
            },
            [SERVER],
        ),
        ({"aurelius_kernel/views/live.py": "import tornado.web"}, [LIBRARY]),
        ({"aurelius_kernel/lab/server.py": "from jupyter_server.auth import User"}, [LIBRARY]),
        ({"aurelius_kernel/reporting/users.py": "import server_ext"}, [ORDER]),
        ({"aurelius_kernel/model/bars.py": "import aurelius_kernel.data"}, [LAYERS]),
        ({"aurelius_kernel/data/ratios.py": "import aurelius_kernel.metrics"}, [LAYERS]),
        ({"aurelius_kernel/utils/__init__.py": ""}, [LAYERS]),
        (
            {
                "aurelius_kernel/model/bars.py": "import aurelius_kernel.model.spec",
                "aurelius_kernel/model/spec.py": "import aurelius_kernel.model.bars",
            },
            [CYCLES],
        ),
        (
            {
                "server_ext/web/call.py": "import server_ext.accounts.roles",
                "server_ext/accounts/roles.py": "",
                "server_ext/accounts/handlers.py": "import server_ext.web.call",
                "server_ext/accounts/__init__.py": "",
                "server_ext/web/__init__.py": "",
            },
            [PLATFORM],
        ),
    ],
)
def test_an_import_in_the_wrong_direction_breaks_its_contract(house, sources, broken):
    assert broken_contracts(house, sources) == broken


def test_every_contract_is_seen_to_bite(contracts):
    proven = {LAYERS, ORDER, CYCLES, PLATFORM, ENGINE, SERVER, LIBRARY}
    assert {contract["name"] for contract in contracts} == proven


def a_cycle(imports: Mapping[str, set[str]]) -> list[str]:
    """Modules that import each other in a ring, the first one again at the end; none where there is no ring."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_module_needs_itself_through_others():
    graph = grimp.build_graph("aurelius_kernel", "server_ext", cache_dir=None)
    assert a_cycle({module: graph.find_modules_directly_imported_by(module) for module in graph.modules}) == []


def test_a_ring_of_modules_is_found():
    assert a_cycle({"bars": {"spec"}, "spec": {"costs"}, "costs": {"bars"}, "model": {"bars"}}) != []

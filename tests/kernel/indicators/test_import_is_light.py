import json
import subprocess
import sys

import pytest

HEAVY = ["numba", "scipy", "talib._ta_lib", "pandas", "vectorbt"]
CHANGED = "import talib; talib.set_unstable_period('EMA', 30); from aurelius_kernel.indicators import ema; ema([1.0, 2.0, 3.0], 2)"


@pytest.mark.parametrize("package", ["indicators", "metrics"])
def test_importing_it_loads_nothing_heavy(package):
    code = f"import json, sys; import aurelius_kernel.{package}; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == []


def test_changed_settings_of_ta_lib_are_refused_instead_of_changing_results():
    done = subprocess.run([sys.executable, "-c", CHANGED], capture_output=True, text=True, timeout=60, check=False)
    assert "RunFailed: TA-Lib's compatibility or EMA's unstable period was changed" in done.stderr

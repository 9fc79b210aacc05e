import json
import subprocess
import sys

import pytest

HEAVY = ["arch", "pandas", "scipy", "skfolio", "sklearn", "statsmodels", "vectorbt"]
CLOSED_FORMS = "from aurelius_kernel.validation import overfitting; overfitting.deflated_sharpe_ratio(0.1, 250, 10, 0.01)"
OVERFITTING = (
    "from aurelius_kernel.validation import overfitting; overfitting.probability_of_backtest_overfitting([[0.0, 1.0]] * 4, 2)"
)


@pytest.mark.parametrize("use", ["import aurelius_kernel.validation.splits", CLOSED_FORMS, OVERFITTING])
def test_nothing_heavy_is_loaded_before_a_bootstrap_or_a_clustering_asks_for_it(use):
    code = f"import json, sys; {use}; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == []

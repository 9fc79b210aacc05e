"""`aurelius demo`: the platform's main job, from bundled bars to a report."""

from __future__ import annotations

import time

import click

from aurelius_kernel import data
from aurelius_kernel.home import home
from aurelius_kernel.metrics import Metric
from aurelius_kernel.reporting import write_json, write_pdf
from aurelius_kernel.views.metric_table import label, written
from aurelius_kernel.views.numerals import plural
from server_ext.cli.answer import Answer, facts
from server_ext.cli.backtest import run_backtest
from server_ext.cli.command import AureliusCommand
from server_ext.cli.files import write_file
from server_ext.cli.progress import progress

__all__ = ["command"]

ASKED = {
    "strategy": "trend_following",
    "parameters": {"fast": 10, "slow": 30},
    "instruments": ["GOOG"],
    "costs": {"commission_bps": 10.0, "slippage_bps": 5.0},
}
SHOWN = (Metric.TOTAL_RETURN, Metric.CAGR, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN, Metric.TOTAL_TRADES)


@click.command(cls=AureliusCommand)
def command() -> Answer:
    """Run a backtest on bundled bars through its notebook, and write the report, the notebook and the numbers.

    They are in the folder `demo` of AURELIUS_HOME. A second run finds the same hash.
    """
    started = time.monotonic()
    with progress("bundled bars") as tell:
        data.install_samples(progress=lambda done, total, name: tell(done / total, name))
    finished, result = run_backtest(ASKED)
    folder = home() / "demo"
    notebook = write_file(folder / "backtest.ipynb", finished.content)
    paths = {
        "report": write_pdf(result, folder / "report.pdf"),
        "notebook": notebook,
        "result": write_json(result, folder / "result.json"),
    }
    source = result.provenance["GOOG"]
    did = [
        ("bars", f"{plural(len(result.index), 'daily bar')} of GOOG from {source.provider}"),
        ("strategy", "trend_following, averages of 10 and 30 bars, long, fills at the next open"),
        ("costs", "10 bps commission and 5 bps slippage a fill"),
        *((label(metric), written(metric, result.metrics[metric])) for metric in SHOWN),
        ("result", result.hash),
        ("took", f"{time.monotonic() - started:.1f} s"),
    ]
    document = {
        "hash": result.hash,
        "identity": {**result.identity.document(), "key": result.identity.key},
        "metrics": dict(result.metrics),
        "paths": {name: str(path) for name, path in paths.items()},
    }
    return Answer(document, [facts(did), "", *(str(path) for path in paths.values())])

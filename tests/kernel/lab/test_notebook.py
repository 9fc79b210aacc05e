"""Magics, completion, errors and long calls in a real kernel, as somebody at a notebook meets them."""

import re
import subprocess
import sys
import timeit

import pytest

import aurelius_kernel as ak
from aurelius_kernel.lab.completion import names_at

DIP = """%%backtest --on GOOG --as dipped
import numpy as np

class Dip(ak.SingleInstrumentStrategy):
    type = "dip"
    summary = "Buys after a fall."
    days: int = ak.Parameter(3, ge=1, description="How many days it looks back.")

    @property
    def warm_up(self):
        return self.days

    def decide_one(self, bars):
        close = bars["close"].to_numpy()
        fallen = np.r_[np.zeros(self.days, bool), close[self.days :] < close[: -self.days]]
        return {"entries": fallen, "exits": ~fallen}
"""


def test_bars_come_as_a_frame(notebook):
    notebook.run("%bars GOOG --start 2012-01-03 --end 2012-01-31 --as january")
    assert notebook.ask("january.equals(ak.load_bars('GOOG', '2012-01-03', '2012-01-31'))") == "True"


@pytest.mark.parametrize(
    "cell",
    [
        "%backtest trend_following --on GOOG --start 2010-01-04 fast=5 slow=40 commission_bps=7 --as r",
        "%%backtest trend_following --on GOOG --fast 5 --commission-bps 7 --as r\n# d\nslow = 40  # of it\n\nstart = '2010-01-04'",
        "r = %backtest trend_following --on=GOOG slow=40 --start=2010-01-04 fast=5 commission_bps=7",
    ],
)
def test_a_backtest_is_the_call_that_it_stands_for(notebook, cell):
    assert notebook.run(cell).error is None
    notebook.run("costs = {'commission_bps': 7}")
    strategy = "ak.Strategy.create('trend_following', fast=5, slow=40)"
    call = f"ak.backtest({strategy}, instruments=['GOOG'], start='2010-01-04', costs=costs)"
    assert notebook.ask(f"r.hash == {call}.hash") == "True"


def test_a_cell_that_defines_a_strategy_runs_it(notebook):
    cell = notebook.run(DIP)
    assert cell.error is None
    assert (
        notebook.ask("dipped.spec.strategy.type, dipped.hash == ak.backtest(Dip(), instruments=['GOOG']).hash") == "('dip', True)"
    )


def test_a_sweep_is_the_call_that_it_stands_for(notebook):
    notebook.run("%sweep trend_following --on GOOG fast=5:15:5 slow=20,40 average=ema --where 'fast < slow' --as swept")
    call = (
        "ak.sweep('trend_following', grid={'fast': [5, 10, 15], 'slow': [20, 40]}, fixed={'average': 'ema'},"
        " where='fast < slow', instruments=['GOOG'])"
    )
    assert notebook.ask(f"swept.hash == {call}.hash, swept.trials") == "(True, 6)"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%bars GOGG", "Unknown instrument 'GOGG': did you mean GOOG?"),
        ("%backtest trend_folowing --on GOOG", "Unknown strategy type 'trend_folowing': did you mean trend_following?"),
        ("%backtest trend_following --on GOOG fst=3", "Unknown parameter 'fst': did you mean fast?"),
        ("%backtest trend_following --on GOOG --slwo 3", "Unknown parameter 'slwo': did you mean slow?"),
        ("%sweep trend_following --on GOOG fst=3:9", "Unknown parameter 'fst': did you mean fast?"),
        ("%bars GOOG --strat 2012-01-01", "Unknown option '--strat': did you mean --start?"),
        ("%backtest trend_following", "--on is required: what to trade, as --on GOOG; ak.instruments() lists what there is."),
        ("%sweep trend_following --on GOOG fast=3", "grid is empty: name at least one parameter and its values, as fast=5:50:5."),
        ("%backtest trend_following --on GOOG fast=1 fast=2", "fast is given twice."),
        ("%bars GOOG --as a-b", "--as must be the name of a variable, not 'a-b'."),
        ("%bars 'GOOG", "line cannot be read (no closing quotation): quotes come in pairs."),
        ("%jobs", "%jobs needs the platform that started the kernel, and none did"),
        ("%submit this notebook", "%submit needs the platform that started the kernel, and none did"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_a_sentence(notebook, line, said):
    assert notebook.run(line).error["evalue"].startswith(said)


@pytest.mark.parametrize("magic", ["bars", "backtest", "sweep", "jobs", "submit"])
def test_a_question_mark_shows_what_a_magic_takes(notebook, magic):
    (page,) = notebook.run(f"%{magic}?").pages
    assert f"usage: %{'%' if magic == 'backtest' else ''}{magic} " in page


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("%bars GO", ["%bars GOOG", "%bars GOOG.CARRY"]),
        ("%bars GOOG --sta", ["%bars GOOG --start"]),
        ("%%backtest tr", ["%%backtest trend_following"]),
        ("r = %backtest bre", ["r = %backtest breakout"]),
        (
            "%%backtest trend_following --on MS",
            ["%%backtest trend_following --on MSFT", "%%backtest trend_following --on MSFT.CARRY"],
        ),
        ("%%backtest trend_following --on GOOG\nfa", ["%%backtest trend_following --on GOOG\nfast = "]),
        ("%sweep trend_following --on GOOG fast=5:50:5 sl", ["%sweep trend_following --on GOOG fast=5:50:5 slow="]),
        ("%sweep trend_following average=s", ["%sweep trend_following average=sma"]),
        ("%submit th", ["%submit this notebook"]),
        ('ak.backtest("tr', ['ak.backtest("trend_following']),
        ('ak.load_bars("GO', ['ak.load_bars("GOOG', 'ak.load_bars("GOOG.CARRY']),
        (
            "ak.backtest(x, instruments=['AAPL', 'IB",
            ["ak.backtest(x, instruments=['AAPL', 'IBM", "ak.backtest(x, instruments=['AAPL', 'IBM.CARRY"],
        ),
        ('ak.Strategy.create("trend_following", fast=3, s', ['ak.Strategy.create("trend_following", fast=3, slow=']),
        ('ak.sweep("trend_following", grid={"fa', ['ak.sweep("trend_following", grid={"fast']),
        ('ak.sweep("trend_following", objective="sharpe', ['ak.sweep("trend_following", objective="sharpe_ratio']),
        ("ak.Strategy.create('trend_following', average='e", ["ak.Strategy.create('trend_following', average='ema"]),
    ],
)
def test_names_are_completed(notebook, text, completed):
    assert notebook.typed(text) == completed


@pytest.mark.parametrize("text", ['other.backtest("tr', '# ak.backtest("tr', 'ak.backtest("trend_following", start="tr'])
def test_where_any_text_may_stand_nothing_of_ours_is_offered(notebook, text):
    assert [one for one in notebook.typed(text) if "trend_following" in one.rpartition("tr")[1]] == []


def test_completion_loads_no_engine(catalogue):
    code = (
        "import sys; from aurelius_kernel.lab.completion import names_at; print(names_at('%bars GOO', {}), 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "('GOO', ['GOOG', 'GOOG.CARRY']) False"


def test_an_error_of_ours_is_a_panel_and_a_line(notebook):
    cell = notebook.run("x = 1\nak.load_bars('GOGG')")
    (panel,) = cell.shown
    assert panel["text/plain"].splitlines()[0] == "Unknown instrument 'GOGG': did you mean GOOG?"
    assert re.search(r"In\[\d+\], line 2: ak\.load_bars", panel["text/plain"])
    assert (cell.error["ename"], len(cell.error["traceback"])) == ("UnknownName", 1)
    assert "<details" in panel["text/html"]
    assert "&#x27;GOGG&#x27;" in panel["text/html"]


def test_the_whole_traceback_is_there_on_demand(notebook):
    notebook.run("ak.load_bars('GOGG')")
    assert "loading.py" in "".join(notebook.run("%tb").error["traceback"])


def test_a_program_that_runs_notebooks_gets_the_whole_traceback(notebook):
    cell = notebook.run("ak.load_bars('GOGG')", somebody_types=False)
    assert "loading.py" in "".join(cell.error["traceback"])
    assert "<details" not in cell.html


def test_an_error_that_is_not_ours_stays_as_it_is(notebook):
    cell = notebook.run("1 / 0")
    assert (cell.error["ename"], cell.shown) == ("ZeroDivisionError", [])
    assert "Traceback" in "".join(cell.error["traceback"])


def test_loading_the_extension_again_changes_nothing(notebook):
    assert notebook.run("%load_ext aurelius_kernel.lab").error is None
    assert notebook.typed("%bars GO") == ["%bars GOOG", "%bars GOOG.CARRY"]


def test_a_long_call_draws_a_bar_and_an_interrupt_says_what_is_kept(notebook):
    big = "ak.sweep('trend_following', grid={'fast': range(2, 400), 'slow': range(10, 600)}, instruments=['GOOG'], metrics='all')"
    asked = notebook.client.execute(big)
    notebook.until_drawn(asked, "combinations")
    notebook.manager.interrupt_kernel()
    cell = notebook.wait(asked)
    assert cell.error["ename"] == "KeyboardInterrupt"
    assert re.match(
        r"sweep stopped at \d+ %\. Finished combinations are kept: the same call goes on", cell.updates[-1]["text/plain"]
    )


def test_a_short_call_draws_none(notebook):
    assert notebook.run("%backtest trend_following --on GOOG --as short").shown == []


def test_every_cell_of_the_page_on_notebooks_runs(notebook, root):
    page = (root / "docs/how-to/notebooks.md").read_text(encoding="utf-8")
    cells = re.findall(r"```ipython\n(.*?)```", page, flags=re.DOTALL)
    assert len(cells) >= 5
    assert [cell for cell in cells if notebook.run(cell).error is not None] == []


def test_the_extension_loads_nothing_heavy():
    code = "import sys, aurelius_kernel.lab.extension; print(sorted({'httpx', 'numpy', 'pandas', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"


def test_a_bar_moves_to_its_end_however_the_parts_of_a_call_end(notebook):
    head = "from aurelius_kernel.watching import watched; import time\n@watched('Nothing.')\ndef slowly(*, progress=None):\n"
    body = "    for fraction in (0.1, 1.0, 0.4):\n        time.sleep(0.45)\n        progress(fraction, 'a part')\nslowly()"
    cell = notebook.run(head + body)
    words = [one["text/plain"].split(" · ")[:2] for one in [*cell.shown, *cell.updates]]
    assert words == [["a part", "10 %"], ["a part", "100 %"], ["a part", "100 %"], ["done", "100 %"]]


def test_on_a_page_for_readers_there_is_neither_panel_nor_bar(notebook):
    notebook.run("import os; os.environ['SCRIPT_NAME'] = '/voila/render/dashboards/overview.ipynb'")
    cell = notebook.run("ak.load_bars('GOGG')", somebody_types=False)
    notebook.run("del os.environ['SCRIPT_NAME']")
    assert (cell.shown, cell.error["ename"]) == ([], "UnknownName")


def test_names_are_found_before_anybody_notices(catalogue):
    for text in ('ak.backtest("tr', "%bars GO", "%sweep trend_following --on GOOG fa"):
        names_at(text, {"ak": ak})
        seconds = min(timeit.repeat(lambda text=text: names_at(text, {"ak": ak}), number=1, repeat=20))
        assert seconds < 0.05


def test_it_is_loaded_into_any_other_kernel_by_a_line(tmp_path):
    code = "%load_ext aurelius_kernel.lab\n%bars --strat"
    (tmp_path / "cells.ipy").write_text(code)
    command = [sys.executable, "-m", "IPython", "--no-banner", tmp_path / "cells.ipy"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "Unknown option '--strat': did you mean --start?" in done.stdout

from .bars_asked import load_asked_bars as load_asked_bars
from .commands import AureliusMagics as AureliusMagics
from .jobs_table import watch_jobs as watch_jobs
from .options import PARSERS as PARSERS
from .runs_asked import run_asked_backtest as run_asked_backtest
from .runs_asked import run_asked_sweep as run_asked_sweep
from .submission import submit_notebook as submit_notebook

from . import backtest as backtest
from . import backtests as backtests
from . import data_quality as data_quality
from . import jobs as jobs
from . import overview as overview
from . import strategies as strategies
from . import system_health as system_health

from . import indicators as indicators
from . import metrics as metrics
from .data import instruments as instruments
from .data import load_bars as load_bars
from .errors import AureliusError as AureliusError

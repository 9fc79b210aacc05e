from . import indicators as indicators
from . import metrics as metrics
from .errors import AureliusError as AureliusError

from .purged_expanding import Model as Model
from .purged_expanding import probabilities as probabilities

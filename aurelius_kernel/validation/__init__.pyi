from . import overfitting as overfitting
from . import splits as splits

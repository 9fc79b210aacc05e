from . import overfitting as overfitting
from . import splits as splits
from .holdout import holdout_grade as holdout_grade
from .holdout import holdout_looks as holdout_looks
from .holdout import holdouts as holdouts
from .holdout import lock_holdout as lock_holdout
from .holdout import open_holdout as open_holdout

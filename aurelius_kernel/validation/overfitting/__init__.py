"""How much of a result is luck: what the number of trials, their likeness and the length of the record allow one to say.

Sharpe ratios here are per observation, not annualised, unless a name or a parameter says otherwise; kurtosis is the raw fourth
moment, 3 for a normal distribution. Tables of returns have a row a bar and a column a strategy. What is drawn at random is drawn
from a seed: the same arguments give the same numbers.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

from .matcher import install_matcher as install_matcher
from .names_at import names_at as names_at

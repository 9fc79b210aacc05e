"""Names that are completed as one types: instruments, families, parameters and metrics, in magics and in calls."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The engine: the execution model on vectorbt, and the fused sweep. Loaded piece by piece, so that naming it costs nothing."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

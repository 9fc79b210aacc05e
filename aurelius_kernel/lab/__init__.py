"""What a notebook shows and hands over, and the kernel it runs on. Loaded piece by piece: who starts kernels needs no IPython."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Aurelius: research for systematic trading, in any notebook. `import aurelius_kernel as ak`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

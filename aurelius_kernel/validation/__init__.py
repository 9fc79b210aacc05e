"""What keeps a finding honest: splits that leak nothing, and the statistics of how much of it is luck."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

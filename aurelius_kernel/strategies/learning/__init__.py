"""Fitting on the past only; scikit-learn is loaded when something is first fitted."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

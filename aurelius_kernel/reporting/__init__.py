"""Reports for people: the tear sheet of a result as PDF, and its numbers as JSON."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""What a notebook shows and hands over: progress while it runs, and its result to whatever runs it."""

from aurelius_kernel.lab.handover import hand_over
from aurelius_kernel.lab.progress import show_progress

__all__ = ["hand_over", "show_progress"]

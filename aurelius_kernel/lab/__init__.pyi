from .handover import hand_over as hand_over
from .progress import ProgressBar as ProgressBar
from .progress import progress as progress
from .progress import show_progress as show_progress

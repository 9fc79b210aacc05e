from .handover import hand_over as hand_over
from .progress_bar import ProgressBar as ProgressBar
from .progress_bar import progress as progress
from .progress_bar import show_progress as show_progress

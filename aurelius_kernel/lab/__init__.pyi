from .call_bar import CallBar as CallBar
from .extension import load_ipython_extension as load_ipython_extension
from .extension import unload_ipython_extension as unload_ipython_extension
from .handover import hand_over as hand_over
from .progress_bar import ProgressBar as ProgressBar
from .progress_bar import progress as progress
from .progress_bar import show_progress as show_progress

from .documents import page_images as page_images
from .documents import pdf as pdf
from .documents import write_json as write_json
from .documents import write_pdf as write_pdf
from .presenter import BacktestPresenter as BacktestPresenter
from .run_summary import summary as summary
from .sweep_presenter import SweepPresenter as SweepPresenter

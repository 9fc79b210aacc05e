from .bars_card import bars_bundle as bars_bundle
from .install import install_displays as install_displays
from .record_card import record_bundle as record_bundle
from .strategy_card import strategy_bundle as strategy_bundle

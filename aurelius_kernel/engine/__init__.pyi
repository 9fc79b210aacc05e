from .simulation import Simulation as Simulation
from .simulation import buy_and_hold as buy_and_hold
from .simulation import simulate as simulate
from .vectorbt_warmup import warm_up_vectorbt as warm_up_vectorbt
from .version import ENGINE_VERSION as ENGINE_VERSION
from .warmup import warm_up as warm_up

from .simulation import Simulation as Simulation
from .simulation import buy_and_hold as buy_and_hold
from .simulation import simulate as simulate
from .version import ENGINE_VERSION as ENGINE_VERSION
from .warmup import warm_up as warm_up

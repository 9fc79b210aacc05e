"""The second engine: a backtest told plainly, bar by bar and order by order, to hold the fast engine to account.

It follows `docs/explanation/execution-model.md` alone and shares no code with `aurelius_kernel.engine`: nothing is compiled and
nothing is vectorised. `account` is the page to read; `decisions` says what signals ask for, `sizing` what an order may spend,
`orders` what it costs, and `books` keeps what became of it.
"""

from aurelius_kernel.gates.reference.account import simulate_plainly
from aurelius_kernel.gates.reference.books import FLAGS, Ledger

__all__ = ["FLAGS", "Ledger", "simulate_plainly"]

"""What is missing behind a result: of its identity, its provenance, the gates' own records, or any artifact."""

from __future__ import annotations

from collections.abc import Iterator

from aurelius_kernel.artifacts import Store, lineage, verify
from aurelius_kernel.gates.verdict import Verdict
from aurelius_kernel.model import BacktestResult

__all__ = ["lineage_gaps"]

CALLER = "the caller"


def lineage_gaps(store: Store, result: BacktestResult, verdicts: dict[str, Verdict | None]) -> list[str]:
    """Each gap in a few words; none when anybody can get from the result to its data, code and policy."""
    return [*_identity(result), *_provenance(result), *_outcomes(store, verdicts), *_artifacts(store, result)]


def _identity(result: BacktestResult) -> Iterator[str]:
    if result.identity.spec_hash != result.spec.hash or not result.identity.data_hash:
        yield "the run identity does not name spec and data"


def _provenance(result: BacktestResult) -> Iterator[str]:
    for name in result.spec.instruments:
        source = result.provenance.get(name)
        if source is None or not source.provider:
            yield f"the provenance of {name} is not known"
        elif source.provider == CALLER:
            yield f"the bars of {name} were handed over and are in no catalogue: import them, so that others have them too"


def _outcomes(store: Store, verdicts: dict[str, Verdict | None]) -> Iterator[str]:
    for gate, verdict in verdicts.items():
        if verdict is None:
            yield f"the outcome of the {gate} gate is not recorded"
        elif not store.exists(verdict.policy):
            yield f"the policy of the {gate} gate, {verdict.policy[:12]}, is not in the store"


def _artifacts(store: Store, result: BacktestResult) -> Iterator[str]:
    if store.runs.find(result.identity) != result.hash:
        yield "the result is not in the store as that of its run"
        return
    roles = set()
    for ancestor in lineage(store, result.hash):
        roles.add(ancestor.role)
        if ancestor.record is None:
            yield f"its {ancestor.role} {ancestor.address[:12]} is no longer in the store"
        else:
            yield from (fault.problem.rstrip(".") for fault in verify(store, ancestor.address))
    yield from (f"no {role} is recorded beside the result" for role in ("spec", "data") if role not in roles)

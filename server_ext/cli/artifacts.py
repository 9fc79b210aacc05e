"""`aurelius artifacts`: the store from a shell."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.tree import Tree

from aurelius_kernel.artifacts import Ancestor, ArtifactRecord, Difference, Store, clean, difference, find_garbage, lineage
from aurelius_kernel.artifacts import verify as find_faults
from aurelius_kernel.clock import utc_now
from aurelius_kernel.errors import UnknownName
from aurelius_kernel.views.numerals import count, plural
from server_ext.cli.answer import Answer, facts, rows
from server_ext.cli.command import CommandGroup
from server_ext.cli.files import write_file
from server_ext.cli.progress import progress

__all__ = ["command"]

POSITION = re.compile(r"\.\d+(?=\.|$)")


@click.group(cls=CommandGroup)
def command() -> None:
    """Everything that was found: show it, compare it, verify it, clean up.

    REF is a hash, its first eight characters or more, or a pinned name.
    """


@command.command("list")
@click.option("--kind", help="Only artifacts of that kind, as backtest_result.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most that many, newest first.")
def list_(kind: str | None, limit: int) -> Answer:
    """What is in the store, newest first."""
    store = Store()
    records = [store.record(address) for address in store.hashes()]
    wanted = sorted((one for one in records if kind in (None, one.kind)), key=lambda one: one.created_at, reverse=True)
    names = {address: name for name, address in store.pins.all().items()}
    lines = [
        (one.address[:12], one.kind, count(one.size), one.created_at[:19], names.get(one.address, "")) for one in wanted[:limit]
    ]
    document = {"total": len(wanted), "artifacts": [one.document() for one in wanted[:limit]]}
    return Answer(document, [rows(("hash", "kind", "bytes", "made", "pinned as"), lines, right=("bytes",))])


@command.command()
@click.argument("ref")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the content to that file.")
def show(ref: str, output: Path | None) -> Answer:
    """What an artifact is, and from which data, spec, code and environment it was made."""
    store = Store()
    steps = lineage(store, ref)
    record = store.record(steps[0].address)
    if output:
        write_file(output, store.get(record.address))
    environment = record.environment
    packages = ", ".join(f"{name} {version}" for name, version in environment["packages"].items())
    told = facts(
        [
            ("hash", record.address),
            ("kind", f"{record.kind}, {record.media_type}, {plural(record.size, 'byte')}"),
            ("made", record.created_at),
            ("python", f"{environment['python']} on {environment['platform']}"),
            ("packages", packages),
            ("source", environment["source"]),
            *([("wrote", output)] if output else []),
        ]
    )
    document = {"artifact": record.document(), "lineage": [_step(step) for step in steps]}
    return Answer(document, [told, "", _tree(steps)])


@command.command()
@click.argument("left", metavar="REF")
@click.argument("right", metavar="REF")
def diff(left: str, right: str) -> Answer:
    """How two JSON artifacts differ, field by field."""
    found = difference(Store(), left, right)
    series: dict[str, list[Difference]] = {}
    for one in found:
        series.setdefault(POSITION.sub("[]", one.path), []).append(one)
    lines = [(path, len(ones), ones[0].change, _short(ones[0].left), _short(ones[0].right)) for path, ones in series.items()]
    titles = ("field", "times", "change, the first time", "left", "right")
    return Answer([vars(one) for one in found], [rows(titles, lines, right=("times",))] if found else ["They are the same."])


@command.command()
@click.argument("ref", required=False)
def verify(ref: str | None) -> Answer:
    """Check every hash, record and reference, or those of one artifact; exit 1 when something is wrong."""
    store = Store()
    total = 1 if ref else sum(1 for _ in store.hashes())
    checked: list[str] = []
    with progress("verifying") as tell:

        def tell_one(address: str) -> None:
            checked.append(address)
            tell(len(checked) / total, address[:12])

        faults = find_faults(store, ref, checked=tell_one)
    document = {"checked": total, "faults": [vars(fault) for fault in faults]}
    wrong = [rows(("where", "what is wrong"), [(fault.where[:24], fault.problem) for fault in faults])] if faults else []
    said = f"{plural(total, 'artifact')} checked, {plural(len(faults), 'fault')} found."
    return Answer(document, [*wrong, said], exit_code=1 if faults else 0)


@command.command()
@click.option("--apply", is_flag=True, help="Remove it; without this, only say what could go.")
@click.option("--forget-runs-older-than", "days", type=click.FloatRange(min=0), metavar="DAYS", help="Let older results go too.")
def gc(*, apply: bool, days: float | None) -> Answer:
    """What nothing refers to: neither a pin nor a run, and younger than an hour nothing goes."""
    store = Store()
    garbage = find_garbage(store, forget_runs_before=None if days is None else utc_now() - timedelta(days=days))
    if apply:
        clean(store, garbage)
    document = {
        "removed": apply,
        "bytes": garbage.size,
        "artifacts": [{"address": one.address, "kind": one.kind, "size": one.size} for one in garbage.artifacts],
        "runs": [{"identity": run.identity.key, "result": run.result} for run in garbage.runs],
        "unfinished": list(garbage.unfinished),
    }
    lines = [(one.address[:12], one.kind, count(one.size), one.created_at[:19]) for one in garbage.artifacts]
    table = [rows(("hash", "kind", "bytes", "made"), lines, right=("bytes",))] if lines else []
    files = plural(len(garbage.unfinished), "unfinished file")
    what = f"{plural(len(lines), 'artifact')} of {plural(garbage.size, 'byte')}, {plural(len(garbage.runs), 'run')} and {files}"
    said = f"{what} {'are removed' if apply else 'could go; --apply removes them'}."
    return Answer(document, [*table, said])


@command.command()
@click.argument("ref")
@click.argument("name")
def pin(ref: str, name: str) -> Answer:
    """Give an artifact a name; what is pinned is never cleaned away."""
    store = Store()
    address = store.resolve(ref)
    store.pins.set(name, address)
    return Answer({"name": name, "address": address}, [f"{name} is {address}."])


@command.command()
@click.argument("name")
def unpin(name: str) -> Answer:
    """Take a name away; the artifact stays until the store is cleaned."""
    pins = Store().pins
    if pins.find(name) is None:
        raise UnknownName("name", name, pins.all())
    pins.remove(name)
    return Answer({"name": name}, [f"{name} is no name any more."])


def _step(step: Ancestor) -> dict[str, Any]:
    return {"depth": step.depth, "role": step.role, "address": step.address, "kind": step.record.kind if step.record else None}


def _tree(steps: list[Ancestor]) -> Tree:
    branches = [Tree(_line(steps[0].address, steps[0].record))]
    for step in steps[1:]:
        del branches[step.depth :]
        branches.append(branches[-1].add(f"{step.role}: {_line(step.address, step.record)}"))
    return branches[0]


def _line(address: str, record: ArtifactRecord | None) -> str:
    return f"{record.kind} {address[:12]}" if record else f"{address[:12]}, no longer in the store"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"

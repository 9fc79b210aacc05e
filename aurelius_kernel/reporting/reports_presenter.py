"""How the reports of a result show themselves in a notebook: the result's card, the files, and the pages of the tear sheet."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aurelius_kernel.artifacts import Store
from aurelius_kernel.durable import write_whole
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.reporting.card import html_card, text_card
from aurelius_kernel.reporting.documents import page_images
from aurelius_kernel.reporting.verdict_card import html_lines, text_lines
from aurelius_kernel.research.report import Reports
from aurelius_kernel.views.numerals import plural, short_hash
from aurelius_kernel.views.verdict_tables import Line

__all__ = ["Pages", "ReportsPresenter"]

PAGE = "<img alt='Page {}' style='max-width:100%;border:1px solid #8884;margin:4px 0' src='data:image/png;base64,{}'>"
PPI = 96.0


@dataclass(frozen=True)
class Pages:
    """Pages as PNG pictures, one below the other in a notebook."""

    pictures: tuple[bytes, ...]

    def _repr_mimebundle_(self, **_formats: Any) -> dict[str, str]:
        pages = [PAGE.format(number, b64encode(one).decode()) for number, one in enumerate(self.pictures, start=1)]
        return {"text/html": "".join(pages), "text/plain": plural(len(pages), "page")}


class ReportsPresenter:
    """Shows the reports of a result as pages, HTML or text."""

    def plot(self, record: Reports) -> Pages:
        """The pages of the tear sheet."""
        return Pages(tuple(page_images(record.result, ppi=PPI)))

    def report(self, record: Reports, path: str | Path, **_options: Any) -> Path:
        """The report that is kept in the format that the path's ending names."""
        target = Path(path)
        address = record.files.get(target.suffix.lower().removeprefix("."))
        if address is None:
            raise InvalidField.of("path", f"must end in {' or '.join(f'.{name}' for name in record.files)}, not {target.name!r}")
        return write_whole(target, Store().get(address))

    def mimebundle(self, record: Reports) -> dict[str, str]:
        """The result's card, and where each file is."""
        store = Store()
        lines = [Line("✓", name, _told(store, name, address)) for name, address in record.files.items()]
        told = (f"Reports of {short_hash(record.result.hash)}", lines, [f"reports {short_hash(record.hash)}"])
        return {
            "text/html": html_card(record.result) + html_lines(*told),
            "text/plain": f"{text_card(record.result)}\n{text_lines(*told)}",
        }


def _told(store: Store, name: str, address: str) -> str:
    size = plural(store.record(address).size, "byte")
    return f"{size}; aurelius artifacts show {short_hash(address)} --output report.{name}"

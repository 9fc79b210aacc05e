from __future__ import annotations

from docs.generate import generated, stale
from docs.markdown import prose, signature, table


def test_every_generated_page_is_up_to_date(root):
    assert sorted(stale(root)) == []  # if not: make docs


def test_a_page_that_says_something_else_is_stale(tmp_path):
    for path, text in generated().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "docs/reference/errors.md").write_text("# Errors\n", encoding="utf-8")
    assert list(stale(tmp_path)) == ["docs/reference/errors.md"]


def test_the_sections_of_a_docstring_become_lists_under_bold_heads():
    def mean(values: list[float]) -> float:
        """The arithmetic mean.

        Parameters
        ----------
        values : numbers, at least one
            of any size

        Raises
        ------
        ValueError
            There is none.

        Notes
        -----
        Summed left to right.
        """

    assert prose(mean).split("\n\n") == [
        "The arithmetic mean.",
        "**Parameters**",
        "- `values`: numbers, at least one\n  of any size",
        "**Raises**",
        "- `ValueError`\n  There is none.",
        "**Notes**",
        "Summed left to right.",
    ]


def test_a_long_signature_has_one_parameter_a_line():
    def load(
        name: str, *, start: str | None = None, end: str | None = None, frequency: str = "1d", columns: tuple[str, ...] = ()
    ): ...

    assert signature("load", load).splitlines() == [
        "load(",
        "    name: str,",
        "    *,",
        "    start: str | None = None,",
        "    end: str | None = None,",
        "    frequency: str = '1d',",
        "    columns: tuple[str, ...] = (),",
        ")",
    ]


def test_a_bar_inside_a_cell_does_not_end_the_cell():
    assert table(["name", "type"], [("start", "str | None")]) == "| name | type |\n| --- | --- |\n| start | str \\| None |\n"

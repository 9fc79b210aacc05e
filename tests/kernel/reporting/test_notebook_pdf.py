"""Executed notebooks on paper: what they show is printed, and nothing in them acts."""

from __future__ import annotations

import io
import shutil
import subprocess

import nbformat
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from aurelius_kernel.errors import InvalidField, RunFailed
from aurelius_kernel.reporting import notebook_pdf
from aurelius_kernel.reporting.notebook_pdf import notebook_html

HOSTILE = (
    "<script>document.title='taken'</script><meta http-equiv='refresh' content='0;url=file:///etc/passwd'>"
    "<iframe src='file:///etc/passwd'></iframe><img src='file:///etc/passwd' onerror='alert(1)'>"
    "<a href='javascript:alert(1)'>go</a>"
    "<base href='file:///'><object data='file:///etc/passwd'></object><style>@import 'file:///etc/passwd';</style><b>kept</b>"
)


def notebook(*cells):
    return nbformat.writes(new_notebook(cells=list(cells))).encode()


def shown(html):
    return new_code_cell("1 + 1", outputs=[new_output("display_data", data={"text/html": html})])


def test_markdown_code_and_outputs_are_printed_on_a4():
    drawing = "<svg viewBox='0 0 10 10' width='40'><polyline points='0,0 9,9' stroke='black'/></svg>"
    told = notebook(new_markdown_cell("# Größe\n\nWhat was found."), shown(f"<table><tr><td>4711</td></tr></table>{drawing}"))
    pages = pypdf.PdfReader(io.BytesIO(notebook_pdf.notebook_pdf(told, "A notebook"))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert [word for word in ("Größe", "What was found.", "1 + 1", "4711") if word not in text] == []
    assert pages[0].mediabox.width == pytest.approx(595, abs=1)


def test_nothing_in_a_notebook_can_act_or_take_a_file_in():
    page = notebook_html(notebook(new_markdown_cell(HOSTILE), shown(HOSTILE)), "<script>x</script>")
    body = page.partition("<body")[2]
    for taken in ("<script", "<meta", "<iframe", "<base", "<object", "<style", "onerror", "javascript:", "file:"):
        assert taken not in body, taken
    assert body.count("<b>kept</b>") == 2
    assert page.index("Content-Security-Policy") < page.index("<style")
    assert "<script" not in page


def test_drawings_of_results_stay():
    page = notebook_html(notebook(shown("<svg viewBox='0 0 300 64'><polyline points='0.0,60.5 1,2' fill='none'/></svg>")), "x")
    assert '<polyline fill="none" points="0.0,60.5 1,2">' in page
    assert 'viewBox="0 0 300 64"' in page


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"cells": 4}', b"[1]"])
def test_what_is_no_notebook_is_refused(content):
    with pytest.raises(InvalidField, match="notebook must be a Jupyter notebook"):
        notebook_pdf.notebook_pdf(content, "x")


def test_without_a_browser_the_error_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(RunFailed, match="apt-get install --no-install-recommends chromium"):
        notebook_pdf.notebook_pdf(notebook(), "x")


def test_a_browser_that_hangs_is_ended_with_a_sentence(monkeypatch):
    def hang(*_args, **_more):
        raise subprocess.TimeoutExpired("chromium", 90)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(RunFailed, match="not printed within 90 seconds"):
        notebook_pdf.notebook_pdf(notebook(), "x")

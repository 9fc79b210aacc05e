"""A dashboard says of itself what it is called, where it stands and who may open it."""

import json

import pytest

from server_ext.access.permissions import PERMISSIONS
from server_ext.dashboards import Page, pages_in
from tests.support.running import NOTEBOOK


def put(folder, name, **about):
    metadata = {**NOTEBOOK["metadata"], **({"aurelius": about} if about else {})}
    (folder / name).write_text(json.dumps({**NOTEBOOK, "metadata": metadata}))


def test_pages_stand_in_their_order_then_by_title(tmp_path):
    put(tmp_path, "b.ipynb", title="Second", order=2)
    put(tmp_path, "c.ipynb", title="First", order=1)
    put(tmp_path, "a.ipynb", title="Alike", order=2)
    assert [page.title for page in pages_in(tmp_path)] == ["First", "Alike", "Second"]


def test_a_notebook_that_says_nothing_is_called_after_its_file_and_stands_last(tmp_path):
    put(tmp_path, "risk_by_day.ipynb")
    put(tmp_path, "z.ipynb", title="Last of those with an order", order=999)
    assert [page.title for page in pages_in(tmp_path)] == ["Last of those with an order", "Risk by day"]


def test_a_page_whose_words_make_no_sense_is_open_to_nobody(tmp_path):
    put(tmp_path, "odd.ipynb", title=["not", "text"], permission="data:read")
    assert pages_in(tmp_path) == [Page(file="odd.ipynb", title="Odd", permission="")]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"metadata": 3}', "\x00"])
def test_a_file_that_is_no_notebook_does_not_end_the_list(tmp_path, content):
    (tmp_path / "broken.ipynb").write_text(content)
    put(tmp_path, "whole.ipynb", title="Whole", order=1)
    assert [page.title for page in pages_in(tmp_path)] == ["Whole", "Broken"]


def test_a_change_of_a_page_shows_at_once(tmp_path):
    put(tmp_path, "a.ipynb", title="Before")
    before = pages_in(tmp_path)
    put(tmp_path, "a.ipynb", title="After it was changed")
    assert [page.title for page in (*before, *pages_in(tmp_path))] == ["Before", "After it was changed"]


def test_hidden_files_and_a_missing_folder_are_no_pages(tmp_path):
    put(tmp_path, ".hidden.ipynb", title="Hidden")
    put(tmp_path, "_draft.ipynb", title="Draft")
    assert pages_in(tmp_path) == pages_in(tmp_path / "nowhere") == []


def test_the_dashboards_that_ship_name_permissions_that_exist(checkout):
    pages = pages_in(checkout / "dashboards")
    assert pages
    assert {page.permission for page in pages} <= set(PERMISSIONS)
    assert all(page.title and page.lead for page in pages)

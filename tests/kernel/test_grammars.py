"""A grammar that nobody asks for is not compiled, and one that somebody asks for answers as ever."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMPILED = "import sys; print('rfc3987_syntax.syntax_helpers' in sys.modules)"
ASKED = """
import aurelius_kernel.grammars
from jsonschema import Draft202012Validator
print([Draft202012Validator.FORMAT_CHECKER.conforms(text, "iri") for text in ("http://example.org/é", "no address")])
from rfc3987_syntax import is_valid_syntax
print(is_valid_syntax("iri_reference", "é"))
"""


def said(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.mark.parametrize("what", ["aurelius_kernel.engine.account", "server_ext.app"])
def test_neither_vectorbt_nor_a_server_compiles_it(what):
    assert said(f"import {what}\n{COMPILED}") == "False\n"


def test_who_asks_has_the_answer_of_the_module_itself():
    assert said(f"{ASKED}\n{COMPILED}") == "[True, False]\nTrue\nTrue\n"


def test_where_it_is_loaded_already_it_stays():
    assert (
        said("import rfc3987_syntax as one\nimport aurelius_kernel.grammars, sys\nprint(sys.modules[one.__name__] is one)")
        == "True\n"
    )

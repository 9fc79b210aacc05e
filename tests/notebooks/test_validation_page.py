"""What the page on validation tells people to type works as it stands."""

from __future__ import annotations

import re

import pytest

from aurelius_kernel.data import install_samples


@pytest.fixture(scope="module")
def own_home(tmp_path_factory):
    """A home of the page's own, since a lock is for good."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AURELIUS_HOME", str(tmp_path_factory.mktemp("page")))
        install_samples()
        yield


@pytest.fixture(scope="module")
def blocks(root) -> list[tuple[str, str]]:
    page = (root / "docs/how-to/validate.md").read_text(encoding="utf-8")
    return re.findall(r"^```(\w*)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)


def test_the_python_of_the_page_runs_from_top_to_bottom(blocks, own_home):
    names: dict = {}
    for code in [text for language, text in blocks if language == "python"]:
        exec(compile(code, "validate.md", "exec"), names)  # noqa: S102  # it is our own page
    assert (len(names["v"]) > 10, names["v"].overfitting.combinations) == (True, 16)
    assert "holdout_opened" in names["whole"].flags

import pytest

from aurelius_kernel.assets import asset
from aurelius_kernel.errors import NotFound


def test_a_notebook_that_comes_with_aurelius_is_found():
    assert asset("notebooks/backtest.ipynb").is_file()


@pytest.mark.parametrize("path", ["notebooks/no-such.ipynb", "../secrets.key", "notebooks/../../secrets.key", "/etc/passwd"])
def test_what_does_not_come_with_aurelius_is_not_found(path):
    with pytest.raises(NotFound):
        asset(path)


def test_files_of_an_installation_are_found_without_a_checkout(tmp_path, monkeypatch):
    installed = tmp_path / "share" / "aurelius" / "reports"
    installed.mkdir(parents=True)
    monkeypatch.setattr("aurelius_kernel.assets.__file__", str(tmp_path / "lib" / "aurelius_kernel" / "assets.py"))
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert asset("reports") == installed

from pathlib import Path

import pytest

from aurelius_kernel.data.catalogue import Catalogue
from aurelius_kernel.data.samples import install_samples


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with every sample in its catalogue, for tests that only read."""
    home = tmp_path_factory.mktemp("aurelius")
    install_samples(Catalogue(home / "catalogue"))
    return home


@pytest.fixture
def samples(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setenv("AURELIUS_HOME", str(sample_home))
    return Catalogue()


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """An empty catalogue, which is also the default one."""
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "home"))
    return Catalogue()

"""The settings: read once, secrets kept, production strict."""

import secrets
import stat
from pathlib import Path

import pytest

from aurelius_kernel.errors import InvalidField
from server_ext.settings import Mode, Registration, Settings, forget_secrets
from server_ext.settings_page import env_example, reference_page

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("AURELIUS_HOME", str(tmp_path / "home"))


def production(**more: str) -> dict[str, str]:
    return {
        "AURELIUS_MODE": "production",
        "JWT_SECRET_KEY": secrets.token_hex(32),
        "AURELIUS_COOKIE_SECRET": secrets.token_hex(32),
        "AURELIUS_PUBLIC_URL": "https://quant.example.com",
        "AURELIUS_TRUSTED_PROXIES": "10.0.0.1",
        "AURELIUS_ALLOW_SAME_USER_KERNELS": "true",
        **more,
    }


def test_an_embedded_server_needs_no_setting_and_makes_its_own_keys(tmp_path):
    settings = Settings.read({})
    again = Settings.read({})
    key = tmp_path / "home/secrets/jwt.key"
    assert settings.mode is Mode.EMBEDDED
    assert settings.database() == f"sqlite:///{tmp_path / 'home/aurelius.db'}"
    assert settings.jwt_secret_key.get_secret_value() == key.read_text() == again.jwt_secret_key.get_secret_value()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert sorted(path.name for path in key.parent.iterdir()) == ["cookie.key", "jwt.key"]


def test_a_key_file_that_others_can_read_is_refused(tmp_path):
    Settings.read({})
    (tmp_path / "home/secrets/jwt.key").chmod(0o644)
    with pytest.raises(InvalidField, match="mode 600"):
        Settings.read({})


def test_production_starts_with_everything_given():
    settings = Settings.read(production())
    assert settings.production
    assert settings.registration_on("0.0.0.0") is Registration.INVITE  # noqa: S104  (nothing listens)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JWT_SECRET_KEY", ""),
        ("JWT_SECRET_KEY", "short"),
        ("JWT_SECRET_KEY", "a" * 64),
        ("JWT_SECRET_KEY", "change-me-in-production-0123456789abcdef"),
        ("JWT_SECRET_KEY", "your-256-bit-secret-your-256-bit-secret"),
        ("AURELIUS_COOKIE_SECRET", "password" * 8),
        ("AURELIUS_PUBLIC_URL", "http://quant.example.com"),
        ("AURELIUS_ALLOW_SAME_USER_KERNELS", "false"),
    ],
)
def test_production_refuses_a_missing_weak_or_sample_value(name, value):
    with pytest.raises(InvalidField) as refused:
        Settings.read(production(**{name: value}))
    assert name in refused.value.message


def test_production_refuses_one_key_for_two_purposes():
    key = secrets.token_hex(32)
    with pytest.raises(InvalidField, match="must differ"):
        Settings.read(production(JWT_SECRET_KEY=key, AURELIUS_COOKIE_SECRET=key))


def test_production_wants_tls_or_a_proxy_that_has_it():
    with pytest.raises(InvalidField, match="AURELIUS_TRUSTED_PROXIES"):
        Settings.read(production(AURELIUS_TRUSTED_PROXIES=""))


def test_a_weak_key_is_refused_in_embedded_mode_too():
    with pytest.raises(InvalidField, match="JWT_SECRET_KEY"):
        Settings.read({"JWT_SECRET_KEY": "short"})


def test_a_secret_is_read_from_the_file_its_variable_names(tmp_path):
    key = secrets.token_hex(32)
    (tmp_path / "key").write_text(key + "\n")
    settings = Settings.read({"JWT_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert settings.jwt_secret_key.get_secret_value() == key


def test_no_secret_shows_in_the_representation():
    settings = Settings.read(production(DATABASE_URL="postgresql://me:hunter2hunter2@db/x"))
    shown = repr(settings) + str(settings)
    assert "hunter2" not in shown
    assert settings.jwt_secret_key.get_secret_value() not in shown


def test_secrets_leave_the_environment():
    environment = {"JWT_SECRET_KEY": "x", "DATABASE_URL": "y", "AURELIUS_COOKIE_SECRET_FILE": "z", "PATH": "/bin"}
    forget_secrets(environment)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AURELIUS_MODE", "fast"),
        ("AURELIUS_ACCESS_TOKEN_SECONDS", "soon"),
        ("AURELIUS_RATE_LIMIT", "many"),
        ("CORS_ORIGINS", "*"),
        ("AURELIUS_TRUSTED_PROXIES", "proxy"),
        ("AURELIUS_TLS_KEY", "key.pem"),
    ],
)
def test_a_malformed_setting_is_refused_by_name(name, value):
    with pytest.raises(InvalidField) as refused:
        Settings.read({name: value})
    assert name in refused.value.message


def test_registration_is_open_only_where_nobody_else_can_reach_it():
    settings = Settings.read({})
    assert settings.registration_on("127.0.0.1") is Registration.OPEN
    assert settings.registration_on("::1") is Registration.OPEN
    assert settings.registration_on("0.0.0.0") is Registration.INVITE  # noqa: S104  (nothing listens)


def test_lists_are_split_at_commas():
    assert Settings.read({"CORS_ORIGINS": "https://a.example, https://b.example"}).cors_origins == (
        "https://a.example",
        "https://b.example",
    )


def test_the_example_file_and_the_reference_page_are_the_table():
    assert (ROOT / ".env.example").read_text() == env_example()
    assert (ROOT / "docs/reference/settings.md").read_text() == reference_page()

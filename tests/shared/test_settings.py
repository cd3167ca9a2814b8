"""Settings from the environment: what is misspelt or cannot be used is named, and a secret is never printed."""

import os

import pytest
from pydantic import ValidationError

from shared.settings import PREFIX, SettingMistake, Settings, read_settings


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


def mistakes() -> list[str]:
    with pytest.raises(SettingMistake) as mistake:
        read_settings()
    return str(mistake.value).splitlines()


def test_every_setting_has_a_default_and_a_description() -> None:
    assert read_settings() == Settings()
    assert all(field.description and not field.is_required() for field in Settings.model_fields.values())


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_PARTITIONS", "12")
    monkeypatch.setenv("xiaohao_clock", "told")
    found = read_settings()
    assert (found.partitions, found.clock) == (12, "told")


def test_a_misspelt_name_is_a_mistake_and_the_nearest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_KAFKA_BOOTSTRP", "kafka:9092")
    assert mistakes() == ["XIAOHAO_KAFKA_BOOTSTRP: no setting has this name; did you mean XIAOHAO_KAFKA_BOOTSTRAP?"]


def test_a_name_like_none_lists_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_QQQQQQQQQQQQ", "1")
    [line] = mistakes()
    assert all(f"XIAOHAO_{name.upper()}" in line for name in Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARTITIONS", "0"),
        ("PARTITIONS", "four"),
        ("PARTITIONS", ""),
        ("CLOCK", "sun"),
        ("HTTP_PORT", "70000"),
        ("NAMESPACE", "no-hyphen-at-the-end-missing_"),
        ("BATCH", "-1"),
        ("SMTP_TLS", "yes"),
        ("START_TIMEOUT", "31"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"XIAOHAO_{name}", value)
    [line] = mistakes()
    assert line.startswith(f"XIAOHAO_{name}: ")
    assert line.endswith(f"(given: {value!r})")


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_BATSH", "1")
    monkeypatch.setenv("XIAOHAO_CLOCK", "sun")
    monkeypatch.setenv("XIAOHAO_PARTITIONS", "0")
    assert {line.partition(":")[0] for line in mistakes()} == {"XIAOHAO_BATSH", "XIAOHAO_CLOCK", "XIAOHAO_PARTITIONS"}


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", "mongodb://xiaohao:hunter2@db/")
    monkeypatch.setenv("XIAOHAO_SMTP_PASSWORD", "hunter2")
    found = read_settings()
    assert found.mongodb_uri.get_secret_value().count("hunter2") == 1
    assert "hunter2" not in f"{found} {found!r} {found.model_dump()} {found.model_dump_json()}"
    # Not in a mistake either, be it beside it or in its own misspelt name.
    monkeypatch.setenv("XIAOHAO_SMTP_PASSWRD", "hunter2")
    monkeypatch.setenv("XIAOHAO_PARTITIONS", "0")
    assert "hunter2" not in "".join(mistakes())


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().partitions = 5  # type: ignore[misc]

"""Settings from the environment: what is misspelt or cannot be used is named, and a secret is never printed."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError
from pymongo.uri_parser import parse_uri

from shared.settings import PREFIX, SECRETS, SettingMistake, Settings, read_settings


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


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_every_secret_may_lie_in_a_file_and_is_printed_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str) -> None:
    long = "hunter2 hunter2 hunter2 hunter2 hunter2"
    (tmp_path / "secret").write_text(f"{long}\n", "utf-8")
    monkeypatch.setenv(f"XIAOHAO_{secret.upper()}_FILE", str(tmp_path / "secret"))
    if secret == "mongodb_password":
        monkeypatch.setenv("XIAOHAO_MONGODB_URI", "mongodb://xiaohao@db/")
    found = read_settings()
    assert getattr(found, secret).get_secret_value() == long
    assert "hunter2" not in f"{found} {found!r} {found.model_dump_json()}"
    assert secret in found.model_fields_set

    (tmp_path / "secret").write_bytes(b"\xff\xfeh")
    assert mistakes() == [f"XIAOHAO_{secret.upper()}_FILE: {tmp_path}/secret is no text in UTF-8"]
    (tmp_path / "secret").unlink()
    assert mistakes() == [f"XIAOHAO_{secret.upper()}_FILE: {tmp_path}/secret cannot be read: No such file or directory"]
    (tmp_path / "secret").write_text("hunter2")
    monkeypatch.setenv(f"XIAOHAO_{secret.upper()}", "mongodb://hunter2")
    assert f"XIAOHAO_{secret.upper()}_FILE: both it and the variable without _FILE are set; one of them is enough" in mistakes()


@pytest.mark.parametrize("secret", ["kafka_password", "kafka_client_secret", "mongodb_password", "pseudonym_key", "stream_key"])
def test_an_empty_file_is_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str) -> None:
    (tmp_path / "secret").write_text("\n")
    monkeypatch.setenv(f"XIAOHAO_{secret.upper()}_FILE", str(tmp_path / "secret"))
    [line] = mistakes()
    assert line.startswith(f"XIAOHAO_{secret.upper()}_FILE: ")


def test_only_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_PARTITIONS_FILE", "/run/secrets/partitions")
    assert mistakes() == ["XIAOHAO_PARTITIONS_FILE: no setting has this name; did you mean XIAOHAO_PARTITIONS?"]


@pytest.mark.parametrize(
    ("uri", "whole"),
    [
        ("mongodb://xiaohao@db:27017/?replicaSet=rs0", "mongodb://xiaohao:p%40%3A%2F+%25@db:27017/?replicaSet=rs0"),
        ("mongodb+srv://x%40y@cluster.example/", "mongodb+srv://x%40y:p%40%3A%2F+%25@cluster.example/"),
        ("mongodb://db:27017/?replicaSet=rs0", None),
        ("mongodb://xiaohao:other@db/", None),
    ],
)
def test_the_password_of_mongodb_goes_to_the_user_whom_its_address_names(
    monkeypatch: pytest.MonkeyPatch, uri: str, whole: str | None
) -> None:
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", uri)
    monkeypatch.setenv("XIAOHAO_MONGODB_PASSWORD", "p@:/ %")
    if whole:
        assert read_settings().mongodb_uri.get_secret_value() == whole
        assert parse_uri(whole.replace("+srv", ""))["password"] == "p@:/ %"
    else:
        assert [line.partition(": ")[0] for line in mistakes()] == ["XIAOHAO_MONGODB_PASSWORD"]


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().partitions = 5  # type: ignore[misc]

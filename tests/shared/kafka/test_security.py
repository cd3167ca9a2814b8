"""How Kafka lets us in is refused at the start where it cannot be: by name, and with what would be right; a password is said nowhere."""

from pathlib import Path
from typing import Any

import pytest
from faststream.kafka import KafkaBroker

from shared.kafka.broker import Broker
from shared.kafka.security import Security
from shared.settings import SettingMistake, Settings
from tests.certificates import Authority

PASSWORD = "hunter2"
SASL: dict[str, Any] = {"security_protocol": "SASL_SSL"}
LOG_IN: dict[str, Any] = {"user": "intake", "password": PASSWORD}
CLIENT: dict[str, Any] = {"token_url": "https://id.example/token", "client_id": "intake", "client_secret": PASSWORD}
OAUTH: dict[str, Any] = SASL | {"sasl_mechanism": "OAUTHBEARER"}
P = "XIAOHAO_KAFKA_"


def settings(given: dict[str, Any]) -> Settings:
    return Settings.model_validate({f"kafka_{name}": value for name, value in given.items()})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"user": "intake"}, [f"{P}USER: {P}SECURITY_PROTOCOL=PLAINTEXT has no log-in; set that to SASL_SSL"]),
        (
            {"ca_file": "/ca.pem"},
            [f"{P}CA_FILE: {P}SECURITY_PROTOCOL=PLAINTEXT has no TLS, and so no certificates; set that to SSL"],
        ),
        (
            {"security_protocol": "SSL", **LOG_IN},
            [f"{P}{name}: {P}SECURITY_PROTOCOL=SSL has no log-in; set that to SASL_SSL" for name in ("PASSWORD", "USER")],
        ),
        ({"security_protocol": "SSL", "key_file": "/key.pem"}, [f"{P}CERTIFICATE_FILE and {P}KEY_FILE: set both or none"]),
        (SASL, [f"{P}SASL_MECHANISM: {P}SECURITY_PROTOCOL=SASL_SSL needs one: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER"]),
        (SASL | {"sasl_mechanism": "PLAIN", "user": "intake"}, [f"{P}PASSWORD: {P}SASL_MECHANISM=PLAIN needs it"]),
        (
            {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", **LOG_IN},
            [f"{P}SECURITY_PROTOCOL: {P}SASL_MECHANISM=PLAIN would send the password in clear; set SASL_SSL"],
        ),
        (
            {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "SCRAM-SHA-512", "ca_file": "/ca.pem", **LOG_IN},
            [f"{P}CA_FILE: {P}SECURITY_PROTOCOL=SASL_PLAINTEXT has no TLS, and so no certificates; set that to SASL_SSL"],
        ),
        (
            SASL | {"sasl_mechanism": "SCRAM-SHA-256", **LOG_IN, "token_file": "/token"},
            [f"{P}TOKEN_FILE: {P}SASL_MECHANISM=SCRAM-SHA-256 does not use it; it logs in by {P}USER or {P}PASSWORD"],
        ),
        (
            OAUTH | LOG_IN | {"token_file": "/token"},
            [
                f"{P}{name}: {P}SASL_MECHANISM=OAUTHBEARER does not use it; it logs in by {P}TOKEN_FILE or {P}TOKEN_URL"
                for name in ("PASSWORD", "USER")
            ],
        ),
        (OAUTH, [f"{P}SASL_MECHANISM=OAUTHBEARER needs {P}TOKEN_FILE, or {P}TOKEN_URL, {P}CLIENT_ID, {P}CLIENT_SECRET"]),
        (
            OAUTH | {"token_url": "https://id.example/token", "client_id": "intake"},
            [f"{P}CLIENT_SECRET: {P}TOKEN_URL needs it"],
        ),
        (
            OAUTH | CLIENT | {"token_file": "/token"},
            [
                f"{P}{name}: the token comes from {P}TOKEN_FILE; set that or the endpoint"
                for name in ("CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL")
            ],
        ),
        (
            {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "OAUTHBEARER", "token_file": "/token"},
            [f"{P}SECURITY_PROTOCOL: {P}SASL_MECHANISM=OAUTHBEARER would send the token in clear; set SASL_SSL"],
        ),
    ],
)
def test_settings_that_do_not_go_together_are_refused(given: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(SettingMistake) as mistake:
        Broker.of(settings(given))
    assert str(mistake.value).splitlines() == said
    assert PASSWORD not in str(mistake.value)


@pytest.mark.parametrize("url", ["http://id.example/token", "ftp://127.0.0.1/", "https://user:hunter2@id.example/token", "id.example"])
def test_a_token_endpoint_is_asked_by_tls_alone(url: str) -> None:
    with pytest.raises(ValueError, match="kafka_token_url"):
        settings(OAUTH | CLIENT | {"token_url": url})


def test_files_that_cannot_be_used_are_named_with_what_is_wrong(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    ours, other, old = authority.issue("ours"), authority.issue("other"), authority.issue("old", days=-1)
    (empty := tmp_path / "empty.pem").write_text("")
    (locked := tmp_path / "locked.pem").write_text(LOCKED)
    for given, said in (
        ({"ca_file": tmp_path / "none.pem"}, "CA_FILE: .*none.pem cannot be read: No such file"),
        ({"ca_file": empty}, "CA_FILE: .*empty.pem holds no certificate in PEM form"),
        ({"ca_file": tmp_path}, "CA_FILE: "),
        ({"certificate_file": empty, "key_file": ours}, "CERTIFICATE_FILE: .*empty.pem holds no certificate in PEM form"),
        ({"certificate_file": tmp_path / "none.pem", "key_file": ours}, "CERTIFICATE_FILE: .*none.pem cannot be read: No such file"),
        (
            {"certificate_file": old, "key_file": old},
            r"CERTIFICATE_FILE: the certificate in .*old.pem ran out on \d{4}-.* UTC; put a new one there",
        ),
        ({"certificate_file": ours, "key_file": other}, "KEY_FILE: .*other.pem is not the certificate's key"),
        (
            {"certificate_file": ours, "key_file": locked},
            "KEY_FILE: .*locked.pem is not the certificate's key, in PEM form without a passphrase",
        ),
        ({"certificate_file": ours, "key_file": tmp_path / "none.pem"}, "KEY_FILE: .*none.pem cannot be read: No such file"),
    ):
        with pytest.raises(SettingMistake, match=said):
            Security.of(settings({"security_protocol": "SSL", **given}))
    Security.of(settings({"security_protocol": "SSL", "ca_file": authority.path, "certificate_file": ours, "key_file": ours}))


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"])
async def test_clients_of_faststream_and_of_aiokafka_are_made_with_the_same(mechanism: str) -> None:
    given = CLIENT if mechanism == "OAUTHBEARER" else LOG_IN
    broker = Broker.of(settings(SASL | {"sasl_mechanism": mechanism, "bootstrap": "kafka:9093"} | given))
    made = KafkaBroker(broker.bootstrap, **broker.security.faststream())._connection_kwargs
    wanted = broker.connection | {"bootstrap_servers": ["kafka:9093"]}
    assert {name: made.get(name) for name in wanted} == wanted
    assert PASSWORD not in f"{broker} {broker!r}"


def test_a_plain_broker_is_reached_as_before() -> None:
    assert Broker("kafka:9092").connection == {"bootstrap_servers": "kafka:9092", "security_protocol": "PLAINTEXT"}
    assert Broker("kafka:9092").security.faststream() == {}


LOCKED = """-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg=
-----END ENCRYPTED PRIVATE KEY-----
"""

"""How Kafka lets us in, from the settings: what every client of aiokafka and FastStream is made with."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from cryptography import x509
from faststream.security import BaseSecurity, SASLOAuthBearer, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import SecretStr

from shared.kafka.tokens import EndpointTokens, FileTokens, install
from shared.settings import SettingMistake, Settings, variable
from shared.tls import Renewed

TLS = ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file")
LOG_IN = ("kafka_user", "kafka_password")
ENDPOINT = ("kafka_token_url", "kafka_client_id", "kafka_client_secret")
TOKENS = ("kafka_token_file", *ENDPOINT, "kafka_token_scope")
MECHANISMS = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
"""The mechanisms that a user and a password log in by, as FastStream has them."""


@dataclass(frozen=True)
class Security:
    """How clients get into Kafka: made once for a process, and part of its `Broker`."""

    protocol: str = "PLAINTEXT"
    tls: ssl.SSLContext | None = None
    mechanism: str | None = None
    user: str | None = None
    password: SecretStr | None = None
    tokens: AbstractTokenProvider | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Security":
        """What the settings say. Raises SettingMistake for settings that do not go together, and for files that cannot be used."""
        if mistakes := list(_mistakes(settings)):
            raise SettingMistake("\n".join(mistakes))
        protocol, tokens = settings.kafka_security_protocol, None
        tls = _tls(settings.kafka_ca_file, settings.kafka_certificate_file, settings.kafka_key_file) if protocol.endswith("SSL") else None
        if settings.kafka_sasl_mechanism == "OAUTHBEARER":
            install()
        if settings.kafka_token_file:
            tokens = FileTokens(settings.kafka_token_file)
        elif settings.kafka_token_url and settings.kafka_client_id and settings.kafka_client_secret:
            authorities = _beside_the_machines(settings.kafka_ca_file)
            client = (settings.kafka_client_id, settings.kafka_client_secret)
            tokens = EndpointTokens(settings.kafka_token_url, client, settings.kafka_token_scope, authorities)
        return cls(protocol, tls, settings.kafka_sasl_mechanism, settings.kafka_user, settings.kafka_password, tokens)

    def client(self) -> dict[str, Any]:
        """What a client of aiokafka is made with."""
        given: dict[str, Any] = {"security_protocol": self.protocol}
        if self.tls:
            given["ssl_context"] = self.tls
        if self.mechanism:
            given["sasl_mechanism"] = self.mechanism
        if self.password:
            given |= {"sasl_plain_username": self.user, "sasl_plain_password": self.password.get_secret_value()}
        return given | ({"sasl_oauth_token_provider": self.tokens} if self.tokens else {})

    def faststream(self) -> dict[str, Any]:
        """What FastStream's broker is made with: the same, in words of its own."""
        if self.tokens:
            return {"security": SASLOAuthBearer(self.tls), "sasl_oauth_token_provider": self.tokens}
        if self.mechanism and self.user and self.password:
            return {"security": MECHANISMS[self.mechanism](self.user, self.password.get_secret_value(), self.tls)}
        return {"security": BaseSecurity(self.tls)} if self.tls else {}


PLAIN = Security()
"""Without TLS, and without a log-in."""


def _mistakes(settings: Settings) -> Iterator[str]:
    """Settings that do not go together: each by name, and with what would be right."""
    protocol, mechanism = settings.kafka_security_protocol, settings.kafka_sasl_mechanism
    given = {name for name in (*TLS, *LOG_IN, *TOKENS, "kafka_sasl_mechanism") if getattr(settings, name) is not None}
    said = f"{variable('kafka_security_protocol')}={protocol}"
    if not protocol.endswith("SSL"):
        for name in sorted(given & set(TLS)):
            yield f"{variable(name)}: {said} has no TLS, and so no certificates; set that to {'SASL_SSL' if protocol[:4] == 'SASL' else 'SSL'}"
    if len(given & set(TLS[1:])) == 1:
        yield f"{variable('kafka_certificate_file')} and {variable('kafka_key_file')}: set both or none"
    if not protocol.startswith("SASL"):
        for name in sorted(given - set(TLS)):
            yield f"{variable(name)}: {said} has no log-in; set that to SASL_SSL"
        return
    if mechanism is None:
        yield f"{variable('kafka_sasl_mechanism')}: {said} needs one: {', '.join(MECHANISMS)} or OAUTHBEARER"
        return
    by = f"{variable('kafka_sasl_mechanism')}={mechanism}"
    if protocol == "SASL_PLAINTEXT" and not mechanism.startswith("SCRAM"):
        secret = "token" if mechanism == "OAUTHBEARER" else "password"
        yield f"{variable('kafka_security_protocol')}: {by} would send the {secret} in clear; set SASL_SSL"
    known, other = (TOKENS, LOG_IN) if mechanism == "OAUTHBEARER" else (LOG_IN, TOKENS)
    for name in sorted(given & set(other)):
        yield f"{variable(name)}: {by} does not use it; it logs in by {' or '.join(map(variable, known[:2]))}"
    if mechanism != "OAUTHBEARER":
        for name in LOG_IN:
            if name not in given:
                yield f"{variable(name)}: {by} needs it"
    elif "kafka_token_file" in given:
        for name in sorted(given & set(TOKENS) - {"kafka_token_file"}):
            yield f"{variable(name)}: the token comes from {variable('kafka_token_file')}; set that or the endpoint"
    elif "kafka_token_url" not in given:
        yield f"{by} needs {variable('kafka_token_file')}, or {', '.join(map(variable, ENDPOINT))}"
    else:
        for name in ENDPOINT:
            if name not in given:
                yield f"{variable(name)}: {variable('kafka_token_url')} needs it"


def _tls(authorities: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """What TLS is spoken with, by what the files hold as a connection is made. Raises SettingMistake."""
    return Renewed([file for file in (authorities, certificate, key) if file], lambda: _loaded(authorities, certificate, key))


def _beside_the_machines(authorities: Path | None) -> ssl.SSLContext:
    """TLS to whom these authorities signed, or those that the machine trusts."""

    def load() -> ssl.SSLContext:
        context = ssl.create_default_context()
        if authorities:
            context.load_verify_locations(authorities)
        return context

    return Renewed([authorities] if authorities else [], load)


def _loaded(authorities: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """TLS by what the files hold now. Raises SettingMistake."""
    try:
        context = ssl.create_default_context(cafile=authorities)
    except OSError as error:
        why = "holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else f"cannot be read: {error.strerror}"
        raise SettingMistake(f"{variable('kafka_ca_file')}: {authorities} {why}") from None
    if certificate and key:
        _require_valid(certificate)
        try:
            context.load_cert_chain(certificate, key, password=lambda: b"")  # else OpenSSL would ask at the terminal, and wait
        except OSError as error:
            why = "is not the certificate's key, in PEM form without a passphrase"
            why = why if isinstance(error, ssl.SSLError) else f"cannot be read: {error.strerror}"
            raise SettingMistake(f"{variable('kafka_key_file')}: {key} {why}") from None
    return context


def _require_valid(certificate: Path) -> None:
    """Raises SettingMistake for a file that holds no certificate, and for one that ran out: brokers only say that it is bad."""
    name = variable("kafka_certificate_file")
    try:
        ends = x509.load_pem_x509_certificates(certificate.read_bytes())[0].not_valid_after_utc
    except OSError as error:
        raise SettingMistake(f"{name}: {certificate} cannot be read: {error.strerror}") from None
    except ValueError:
        raise SettingMistake(f"{name}: {certificate} holds no certificate in PEM form") from None
    if ends < datetime.now(UTC):
        raise SettingMistake(f"{name}: the certificate in {certificate} ran out on {ends:%Y-%m-%d %H:%M} UTC; put a new one there")

"""Kafka and mongod as a real cluster has them: with TLS, users, and rights of each, so that the tests show what a plain run cannot."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.embedded.ports import HOST
from shared.kafka.security import Security
from shared.settings import Settings

BY_PASSWORD, BY_CERTIFICATE = "SASL_SSL", "SSL"
"""The listeners: the one that asks for a log-in, by each mechanism that there is, and the one that asks for a certificate."""
MODULES = "org.apache.kafka.common.security"


@dataclass(frozen=True)
class Secured:
    """What a secured run is made of; whoever starts it has made the files."""

    authority: Path
    """PEM file of the authority that signed all certificates."""
    server: Path
    """PEM file of the servers' private key, their certificate after it; its subject is `CN=server`, its address 127.0.0.1."""
    keys: Path
    """The JSON Web Key Set of whoever signs tokens, for OAUTHBEARER."""
    users: Mapping[str, str] = field(repr=False)
    """Passwords by user: all of them users of Kafka, by SCRAM and by PLAIN. `admin` may do everything, in mongod too."""

    def security(self) -> Security:
        """How `admin` gets into Kafka."""
        return Security.of(Settings.model_validate(self.settings("admin")))

    def settings(self, user: str) -> dict[str, Any]:
        """The settings by which a user gets into Kafka, beside the address."""
        return {
            "kafka_security_protocol": "SASL_SSL",
            "kafka_ca_file": self.authority,
            "kafka_sasl_mechanism": "SCRAM-SHA-512",
            "kafka_user": user,
            "kafka_password": self.users[user],
        }

    def kafka_properties(self, ports: Mapping[str, int]) -> dict[str, object]:
        """The broker's properties, in place of those of a plain run."""
        listeners = f"{BY_PASSWORD}://{HOST}:{ports['kafka']},{BY_CERTIFICATE}://{HOST}:{ports['certificate']}"
        passwords = " ".join(f'user_{name}="{password}"' for name, password in self.users.items())
        sasl = f"listener.name.{BY_PASSWORD.lower()}"
        return {
            "listeners": f"{listeners},CONTROLLER://{HOST}:{ports['controller']}",
            "advertised.listeners": listeners,
            "listener.security.protocol.map": f"{BY_PASSWORD}:SASL_SSL,{BY_CERTIFICATE}:SSL,CONTROLLER:SSL",
            "inter.broker.listener.name": BY_CERTIFICATE,
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self.server,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.authority,
            "ssl.client.auth": "required",
            f"{sasl}.ssl.client.auth": "none",
            f"{sasl}.sasl.enabled.mechanisms": "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN,OAUTHBEARER",
            f"{sasl}.scram-sha-256.sasl.jaas.config": f"{MODULES}.scram.ScramLoginModule required;",
            f"{sasl}.scram-sha-512.sasl.jaas.config": f"{MODULES}.scram.ScramLoginModule required;",
            f"{sasl}.plain.sasl.jaas.config": f"{MODULES}.plain.PlainLoginModule required {passwords};",
            f"{sasl}.oauthbearer.sasl.jaas.config": f"{MODULES}.oauthbearer.OAuthBearerLoginModule required;",
            f"{sasl}.oauthbearer.sasl.server.callback.handler.class": f"{MODULES}.oauthbearer.OAuthBearerValidatorCallbackHandler",
            f"{sasl}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url": self.keys.as_uri(),
            f"{sasl}.oauthbearer.sasl.oauthbearer.expected.audience": "kafka",
            # As clusters with tokens have it: a connection lives no longer than the token that it was made with.
            f"{sasl}.oauthbearer.connections.max.reauth.ms": 3_600_000,
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:admin;User:CN=server",
        }

    def kafka_options(self) -> Sequence[str]:
        """Options of the broker's JVM."""
        return (
            f"-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls={self.keys.as_uri()}",
            "-Dorg.slf4j.simpleLogger.log.kafka.authorizer.logger=info",  # what was denied to whom, in its log
        )

    def kafka_users(self) -> Sequence[str]:
        """Arguments of the format tool that make the users."""
        made: list[str] = []
        for name, password in self.users.items():
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
                made += ["--add-scram", f"{mechanism}=[name={name},password={password}]"]
        return made

    def mongod_arguments(self, folder: Path) -> Sequence[str]:
        """Arguments of mongod. A replica set whose clients log in has a secret of its own."""
        key = folder / "mongod.key"
        if not key.exists():
            key.touch(0o600)
            key.write_text(secrets.token_hex(32))
        tls = ("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(self.server), "--tlsCAFile", str(self.authority))
        return (*tls, "--tlsAllowConnectionsWithoutCertificates", "--auth", "--keyFile", str(key))

    def mongodb_options(self) -> dict[str, Any]:
        """How a client of MongoDB's driver speaks to it, before it logs in."""
        return {"tls": True, "tlsCAFile": str(self.authority)}

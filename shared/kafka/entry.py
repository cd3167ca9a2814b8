"""Whether Kafka lets us in; if not, why, and which setting to look at. aiokafka says of all that only that it is unable to bootstrap."""

import os
import ssl
from collections.abc import Iterator

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import IllegalSaslStateError, KafkaError, SaslAuthenticationFailed, UnsupportedSaslMechanismError
from aiokafka.protocol.metadata import MetadataRequest

from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.security import Security
from shared.kafka.tokens import NoToken
from shared.settings import variable
from shared.tls import why_untrusted

PATIENCE_MS = 10_000


async def require_entry(broker: Broker) -> None:
    """Log in to the first of the bootstrap servers that answers, and leave. Raises Unavailable where none lets us in."""
    given, reasons = broker.connection, dict[str, str]()
    for host, port, _ in collect_hosts(given.pop("bootstrap_servers")):
        try:
            connection = await create_conn(host, port, client_id="xiaohao-entry", request_timeout_ms=PATIENCE_MS, **given)
            try:
                await connection.send(MetadataRequest([]))  # what goes before it Kafka answers to everybody
                return
            finally:
                await connection.close()
        except (KafkaError, OSError, TimeoutError) as error:
            reasons[f"{host}:{port}"] = _why(error, broker.security)
    if len(set(reasons.values())) > 1:
        raise Unavailable("Kafka: " + "; ".join(f"{host} {why}" for host, why in reasons.items()))
    raise Unavailable(f"Kafka at {broker.bootstrap} {next(iter(reasons.values()), 'has no address')}")


def _why(error: BaseException, security: Security) -> str:
    """Why a connection came to nothing, from what was raised and what that came from."""
    user, password, mechanism = variable("kafka_user"), variable("kafka_password"), variable("kafka_sasl_mechanism")
    for each in _chain(error):
        match each:
            case NoToken():
                return f"gets no token from us: {each}"
            case SaslAuthenticationFailed() if security.user:
                return f"does not let {security.user} in with this password by {security.mechanism}: look at {user} and {password}"
            case SaslAuthenticationFailed():
                return f"refuses the token: {each}"
            case UnsupportedSaslMechanismError() | IllegalSaslStateError():
                return f"does not let anybody log in by {security.mechanism} there: look at {mechanism} and {variable('kafka_security_protocol')}"
            case ssl.SSLError():
                said = why_untrusted(str(each), variable("kafka_ca_file"), variable("kafka_certificate_file"))
                return said or f"breaks off TLS: {each.reason or each}"
            case ConnectionError() if not isinstance(each, ConnectionRefusedError):
                break
            case OSError(errno=int(number), strerror=str(words)):
                return f"does not answer: {os.strerror(number) if number > 0 else words}"
            case TimeoutError():
                return f"does not answer within {PATIENCE_MS // 1000} s"
    return f"hung up at once: it wants another {variable('kafka_security_protocol')} than {security.protocol}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

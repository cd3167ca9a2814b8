"""Certificates that are renewed while a process runs are taken for the next connection."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509

from shared.kafka.security import Security
from shared.settings import Settings
from tests.certificates import Authority


class Server:
    """Whoever comes with a certificate of a client is let in; it notes whose came."""

    def __init__(self, theirs: Authority) -> None:
        self._theirs, self.came = theirs, list[int]()

    @asynccontextmanager
    async def listening(self, certificate: Path) -> AsyncIterator[int]:
        """With this certificate of its own; gives its port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.load_verify_locations(self._theirs.path)
        context.verify_mode = ssl.CERT_REQUIRED

        async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.came.append(x509.load_der_x509_certificate(writer.get_extra_info("ssl_object").getpeercert(True)).serial_number)
            writer.write(b"welcome")
            writer.close()

        async with await asyncio.start_server(welcome, "127.0.0.1", 0, ssl=context) as server:
            yield server.sockets[0].getsockname()[1]


async def comes(security: Security, port: int) -> bytes:
    """Connect as aiokafka does. Raises SSLError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=security.tls)
    try:
        return await reader.read()
    finally:
        writer.close()


def serial(certificate: Path) -> int:
    return x509.load_pem_x509_certificates(certificate.read_bytes())[0].serial_number


def security(authorities: Path, certificate: Path) -> Security:
    files = {"kafka_ca_file": authorities, "kafka_certificate_file": certificate, "kafka_key_file": certificate}
    return Security.of(Settings.model_validate({"kafka_security_protocol": "SSL", **files}))


async def test_our_certificate_is_the_one_that_lies_there_now_and_while_that_cannot_be_used_the_last_one(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    ours, server = authority.issue("ours"), Server(authority)
    async with server.listening(authority.issue("server")) as port:
        made, first = security(authority.path, ours), serial(ours)
        await comes(made, port)
        half = authority.issue("ours").read_bytes()
        for unusable in (half[: len(half) // 2], b"", None):
            ours.unlink() if unusable is None else ours.write_bytes(unusable)
            assert await comes(made, port) == b"welcome"
        authority.issue("ours", days=-1)
        await comes(made, port)
        assert server.came == [first] * 5, "one that ran out is no better than the last one"
        authority.issue("ours")
        await comes(made, port)
        aside = authority.issue("aside")
        (link := tmp_path / "link").symlink_to(aside)
        link.replace(ours)  # as Kubernetes renews what it mounts
        await comes(made, port)
    assert server.came[5] not in {first, server.came[6]}
    assert server.came[6] == serial(aside)


async def test_whom_we_trust_is_who_stands_in_the_file_now_and_nobody_who_stood_there_before(tmp_path: Path) -> None:
    old, new = Authority(tmp_path, "old"), Authority(tmp_path, "new")
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(old.path.read_bytes())
    server, made = Server(old), security(trusted, old.issue("ours"))
    async with server.listening(old.issue("before")) as before, server.listening(new.issue("after")) as after:
        await comes(made, before)
        with pytest.raises(ssl.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            await comes(made, after)
        trusted.write_bytes(old.path.read_bytes() + new.path.read_bytes())
        assert [await comes(made, port) for port in (before, after)] == [b"welcome"] * 2
        trusted.write_bytes(new.path.read_bytes())
        await comes(made, after)
        with pytest.raises(ssl.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            await comes(made, before)

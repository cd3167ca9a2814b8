"""Authorities, certificates and tokens as a cluster's operator makes them, in a folder of the test."""

import base64
import ipaddress
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

ADDRESS = ipaddress.ip_address("127.0.0.1")


class Authority:
    """Signs certificates; its own lies in `path`."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder, self._key, self._name = folder, ec.generate_private_key(ec.SECP256R1()), _name(name)
        self.path = folder / f"{name}.pem"
        ends = datetime.now(UTC) + timedelta(days=30)
        constraint = (x509.BasicConstraints(ca=True, path_length=None), True)
        made = self._signed(self._name, self._key.public_key(), datetime.now(UTC) - timedelta(days=1), ends, [constraint])
        self.path.write_bytes(_pem(made))

    def issue(self, name: str, address: str = str(ADDRESS), days: int = 30) -> Path:
        """A private key and its certificate in one file; it lasts so many days from now on, or ran out so many before."""
        key, ends = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC) + timedelta(days=days)
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        made = self._signed(_name(name), key.public_key(), ends - timedelta(days=60), ends, [(alternative, False)])
        path = self._folder / f"{name}.pem"
        path.touch(0o600)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(key.private_bytes(*form) + _pem(made))
        return path

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        begins: datetime,
        ends: datetime,
        extensions: list[tuple[x509.ExtensionType, bool]],
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number(), begins, ends)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self._key, hashes.SHA256())


class TokenSigner:
    """Signs tokens as an identity provider does; its public key lies in `keys`."""

    def __init__(self, folder: Path) -> None:
        self._key = rsa.generate_private_key(65537, 2048)
        public = self._key.public_key().public_numbers()
        self.keys = folder / "keys.json"
        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": _number(public.n), "e": _number(public.e)}
        self.keys.write_bytes(orjson.dumps({"keys": [key]}))

    def token(self, user: str, seconds: float) -> str:
        """A token of a user, for so many seconds from now on."""
        now = int(time.time())
        claims = {"sub": user, "aud": "kafka", "iat": now - 60, "exp": int(now + seconds), "scope": "kafka"}
        signed = f"{_base64(orjson.dumps({'alg': 'RS256', 'kid': '1', 'typ': 'JWT'}))}.{_base64(orjson.dumps(claims))}"
        return f"{signed}.{_base64(self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

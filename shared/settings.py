"""The settings of every service: environment variables named `XIAOHAO_…`; a secret may lie in a file that `XIAOHAO_…_FILE` names."""

import os
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import quote_plus

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "XIAOHAO_"
FILE = "_FILE"
"""Put behind the name of a secret's variable: the file that holds it, instead of the variable."""
STREAM_KEY_LENGTH = 32
"""Characters that a stream key has at least."""

OF_COMMANDS = frozenset(PREFIX + name for name in ("API_KEY", f"API_KEY{FILE}"))
"""What is no setting: the key with which a command tells, see `xiaohao feed --help`."""

Filled = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, Field(min_length=1)]


class SettingMistake(ValueError):
    """An environment variable that no setting has, or whose value cannot be used; the text names it."""


class Settings(BaseSettings):
    """One frozen model for all services. Only `app.py` of a service and `deploy` read it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    kafka_bootstrap: str = Field(default="127.0.0.1:9092", description="Kafka's bootstrap servers, `host:port[,host:port]`")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="how Kafka lets clients in: with `SSL` by TLS, with `SASL` by a log-in; see `docs/connect.md`"
    )
    kafka_ca_file: Path | None = Field(
        default=None, description="PEM file of the authorities that sign the brokers' certificates; none: those that the machine trusts"
    )
    kafka_certificate_file: Path | None = Field(default=None, description="PEM file of our certificate, where Kafka asks for one")
    kafka_key_file: Path | None = Field(default=None, description="PEM file of its private key, without a passphrase; may be the same file")
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] | None = Field(
        default=None, description="how to log in"
    )
    kafka_user: Filled | None = Field(default=None, description="user that logs in")
    kafka_password: Secret | None = Field(default=None, description="its password")
    kafka_token_file: Path | None = Field(
        default=None, description="for OAUTHBEARER: file of a token that something else keeps fresh; it is read again for each connection"
    )
    kafka_token_url: Annotated[str, Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])[^\s@]+$")] | None = Field(
        default=None, description="for OAUTHBEARER: token endpoint that gives tokens for client credentials; `https://`"
    )
    kafka_client_id: Filled | None = Field(default=None, description="client that asks the token endpoint")
    kafka_client_secret: Secret | None = Field(default=None, description="its secret")
    kafka_token_scope: Filled | None = Field(default=None, description="scope that it asks for, where the endpoint wants one named")
    mongodb_uri: SecretStr = Field(
        default=SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        description="MongoDB's connection string, a replica set; may hold a password",
    )
    mongodb_password: Secret | None = Field(default=None, description="password of the user that the connection string names")
    namespace: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,40}-)?$")] = Field(
        default="",
        description="put before the names of topics, groups and databases, so that several installations share a cluster; ends in a hyphen",
    )
    partitions: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=4, description="partitions of each topic, fixed at creation and checked at start"
    )
    replication: Annotated[int, Field(ge=1, le=7)] = Field(default=1, description="copies of each topic; 3 in production")
    clock: Literal["wall", "told"] = Field(default="wall", description="`told`: time is an event too, for simulation and tests")
    http_host: str = Field(default="127.0.0.1", description="address that HTTP listens on")
    http_port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8080, description="port that HTTP listens on; 0: a free one, printed")
    key_rate: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=100, description="requests a second that one copy of intake or reporting takes with a key that was given no rate of its own"
    )
    calendars: Path | None = Field(
        default=None,
        description="folder of calendars, a file a year like `2027.yaml` with `holidays` and `make_up_days`, that add to the built-in years; "
        "see `shared/calendars.py`",
    )
    pseudonym_key: Annotated[SecretStr, Field(min_length=16)] | None = Field(
        default=None,
        description="secret of at least 16 characters from which intake makes the pseudonyms of anonymous reporters and covert visitors; "
        "never change it, or a person gets another; none: whoever asks to stay unknown is refused",
    )
    stream_key: SecretStr | None = Field(
        default=None,
        description=f"secret of at least {STREAM_KEY_LENGTH} characters, the same for all services and known to nobody else: what it seals on the topics "
        "was made by a service, and dead letters are encrypted with it; required. Several, parted by commas: the first is used, the others are known still",
    )
    batch: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=1000, description="records handled in one transaction, at most; in reporting twice as many"
    )
    smtp_host: str = Field(default="127.0.0.1", description="mail server of notify")
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(default=25, description="its port")
    smtp_user: str | None = Field(default=None, description="user at the mail server; none: no log-in")
    smtp_password: SecretStr | None = Field(default=None, description="password at the mail server")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(default="none", description="how the connection to the mail server is secured")
    mail_from: str = Field(default="xiaohao@localhost", description="sender of mails")
    base_url: Annotated[str, Field(pattern=r"^(https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?)?$")] = Field(
        default="",
        description="where people open the pages of reporting, as `https://xiaohao.example.org`: mails link to it; none: no links",
    )
    reporting_address: Annotated[str, Field(pattern=r"^(https?://[A-Za-z0-9.:\[\]_-]+)?$")] = Field(
        default="",
        description="where intake reaches reporting, as `http://reporting:8080`: apps that feed by Open311 ask there what became of their reports; "
        "none: they are answered 503",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="the least that is logged; see `docs/observing.md`"
    )
    campaign_metrics: bool = Field(
        default=False,
        description="whether `/metrics` of reporting, which asks for no key, shows each campaign by its id with figures for a duty screen; "
        "only where none but those who watch all roots reach it",
    )
    start_timeout: Annotated[float, Field(gt=0, le=30)] = Field(
        default=20, description="seconds that broker and database may take to answer at start"
    )

    @field_validator("stream_key")
    @classmethod
    def _is_long_enough(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and any(len(each) < STREAM_KEY_LENGTH for each in given.get_secret_value().split(",")):
            raise ValueError(f"a key has at least {STREAM_KEY_LENGTH} characters, and commas stand between keys alone")
        return given


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


SECRETS = frozenset(name for name, field in Settings.model_fields.items() if _is_secret(field.annotation))
"""The settings that are never shown, and may be given by a file."""


def variable(setting: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{setting.upper()}"


def read_settings() -> Settings:
    """The settings in force. Raises SettingMistake, naming every misspelt variable and every value that cannot be used."""
    given = {name.upper(): value for name, value in os.environ.items() if name.upper().startswith(PREFIX)}
    wrong = list(_misspelt(os.environ))
    files: dict[str, str] = {}
    for setting in sorted(SECRETS):
        if (name := variable(setting) + FILE) in given:
            try:
                files[setting] = _secret_in(Path(given[name]), taken=variable(setting) in given)
            except SettingMistake as mistake:
                wrong.append(f"{name}: {mistake}")
    try:
        settings = Settings.model_validate(files)  # and, beside these, from the environment
    except ValidationError as error:
        for each in error.errors(include_url=False):
            setting = str(each["loc"][0])
            name = variable(setting) + (FILE if setting in files else "")
            wrong.append(f"{name}: {each['msg']}" + ("" if setting in SECRETS else f" (given: {str(each['input'])[:80]!r})"))
        raise SettingMistake("\n".join(wrong)) from None
    if wrong:
        raise SettingMistake("\n".join(wrong))
    return _with_password(settings)


def _misspelt(given: Iterable[str]) -> Iterator[str]:
    known = {variable(setting) for setting in Settings.model_fields} | {variable(setting) + FILE for setting in SECRETS} | OF_COMMANDS
    for name in sorted(given):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1)
            yield f"{name}: no setting has this name" + (
                f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}"
            )


def _secret_in(path: Path, taken: bool) -> str:
    """The secret in a file, without the end of its line. Raises SettingMistake."""
    if taken:
        raise SettingMistake(f"both it and the variable without {FILE} are set; one of them is enough")
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SettingMistake(f"{path} is no text in UTF-8") from None
    except OSError as error:
        raise SettingMistake(f"{path} cannot be read: {error.strerror}") from None


def _with_password(settings: Settings) -> Settings:
    """The password in the connection string, where every user of it looks. Raises SettingMistake."""
    if settings.mongodb_password is None:
        return settings
    found = re.fullmatch(r"(mongodb(?:\+srv)?://[^:@/]+)@(.*)", settings.mongodb_uri.get_secret_value())
    if not found:
        raise SettingMistake(
            f"{variable('mongodb_password')}: it belongs to the user that {variable('mongodb_uri')} names; "
            "write that as mongodb://USER@HOST…, with a user and no password"
        )
    password = quote_plus(settings.mongodb_password.get_secret_value())
    return settings.model_copy(update={"mongodb_uri": SecretStr(f"{found[1]}:{password}@{found[2]}")})

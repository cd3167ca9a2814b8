"""Small batches, transactions that end soon, and a broker and a database that may be killed."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from deploy.embedded.servers import Embedded
from shared.settings import Settings
from tests.faults.crash.installation import transactions_end_after


@pytest.fixture(scope="module", autouse=True)
def _open_transactions_end_soon(embedded: Embedded) -> Iterator[None]:
    """The transaction of a copy that was killed inside it lives on for a minute by default; here for some seconds."""
    with transactions_end_after(embedded, 5):
        yield


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small batches, so that many are under way."""
    return settings.model_copy(update={"batch": 100})


@pytest.fixture(scope="module")
def fragile() -> Iterator[Embedded]:
    """A broker and a database that these tests may kill."""
    with Embedded() as run:
        yield run


@pytest.fixture
def on_fragile(fragile: Embedded, settings: Settings) -> Settings:
    """An installation on them."""
    return settings.model_copy(update={"kafka_bootstrap": fragile.kafka_bootstrap, "mongodb_uri": SecretStr(fragile.mongodb_uri)})

"""A request that goes on for long is asked for its key again, by the secret that it came with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from shared.http.access import Key, Keys, Secret
from shared.http.problem import KeyGone, Problem, asking_again

NOW = datetime(2026, 5, 1, tzinfo=UTC)
NEW = Secret.new("desk", NOW)[1]
ENDS: dict[str, Callable[[Key], Key | None]] = {
    "revoked": lambda key: key.model_copy(update={"revoked": NOW}),
    "expired": lambda key: key.model_copy(update={"expires": NOW}),
    "given another secret": lambda key: key.model_copy(update={"secrets": (NEW,)}),
    "given another secret, and past the days of grace": lambda key: key.model_copy(
        update={"secrets": (key.secrets[0].model_copy(update={"until": NOW}), NEW)}
    ),
    "forgotten": lambda _: None,
}


def asked(keys: Keys) -> tuple[Callable[[], Key], Key]:
    """The question of a request with a new key, and that key."""
    secret = keys.add("desk", "desk", "h1", ["tell"])
    again = asking_again(Request({"type": "http", "headers": [(b"authorization", f"Bearer {secret}".encode())]}), keys)
    return again, again()


@pytest.mark.parametrize("how", ENDS)
def test_a_key_that_ended_meanwhile_is_gone(how: str) -> None:
    keys = Keys(now=lambda: NOW)
    again, key = asked(keys)
    keys.drop(key.id)
    if after := ENDS[how](key):
        keys.put(after)
    with pytest.raises(KeyGone, match="key desk is valid no more"):
        again()


def test_while_both_secrets_are_taken_it_goes_on() -> None:
    keys = Keys(now=lambda: NOW)
    again, key = asked(keys)
    former = key.secrets[0].model_copy(update={"until": NOW + timedelta(seconds=1)})
    keys.put(key.model_copy(update={"secrets": (former, NEW)}))
    assert again().secrets[1] == NEW


def test_while_nobody_knows_which_keys_are_right_it_is_not_taken() -> None:
    keys = Keys()
    again, _ = asked(keys)
    keys.lost = True
    with pytest.raises(Problem) as refused:
        again()
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "5"})

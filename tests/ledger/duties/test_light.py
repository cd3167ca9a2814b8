"""Lights, told in sentences."""

import pytest

from tests.ledger.duties.indicators import LIGHT, TALKED, measured
from tests.ledger.given import Said
from tests.ledger.sample import changed


@pytest.mark.covers("L8")
def test_a_unit_above_sets_a_light_and_no_unit_its_own() -> None:
    measured().when(LIGHT).then()
    measured().when(changed(LIGHT, by_unit=None)).refuses("needs-superior")
    measured().when(changed(LIGHT, by_unit="e1")).refuses("needs-superior")
    measured("bureau").when(changed(LIGHT, by_unit=None)).then()


@pytest.mark.covers("L8")
def test_what_follows_from_lights_is_recorded_as_it_is_done() -> None:
    measured().when(TALKED).then()
    measured().when(Said(TALKED, subject="yz2022/e1/light/overdue~2022-06")).refuses("wrong-subject")

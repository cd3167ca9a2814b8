"""Units are found by their names, among those under the key."""

import pytest

from services.reporting.figures.units import NotFound, Scope, Units
from tests.reporting.given import OPENED, Empty, stands, top


@pytest.mark.covers("I6")
async def test_a_unit_is_found_by_each_of_its_names_among_those_under_the_key(empty: Empty) -> None:
    mongo, _ = empty
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED.model_copy(update={"name": "门诊部", "aliases": ("門辦", "服务台")})))
    await stands(empty, "t2", ["root", "t2"], ("c/t2", OPENED.model_copy(update={"name": "中原分部", "aliases": ("服务台",)})))
    units = Units(mongo)
    assert [await units.code(top("root"), "c", named) for named in ("t1", "门诊部", "门办", "中原分部")] == ["t1", "t1", "t1", "t2"]
    assert await units.code(top("t2"), "c", "服务台") == "t2"
    with pytest.raises(NotFound, match=r"several-units.*t1, t2"):
        await units.code(top("root"), "c", "服务台")
    with pytest.raises(NotFound):
        await units.unit(Scope(top("t2"), "c", "门诊部"))

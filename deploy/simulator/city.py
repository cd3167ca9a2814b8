"""A made-up city with its institutions, for the demo, tests and benchmarks: fitting in shape, invented in every name."""

from collections.abc import Sequence
from random import Random

from deploy.simulator.people import responsible
from shared.units import Unit

TOWNS = (
    *"云杉镇 石榴镇 麦浪镇 青禾镇 银杏镇 梧桐镇 杏林镇 桑榆镇 芦花镇 松涛镇 竹溪镇 柳岸镇 枫桥镇 桂香镇".split(),
    *"晨曦街道 朝霞街道 星河街道 春晖街道 望月街道 长虹街道 听雨街道".split(),
)
"""14 towns and 7 streets."""

DIRECT: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("general-hospital", "市第一综合医院", ("grade-2",)),
    ("tcm-hospital", "市中医医院", ("grade-2", "tcm")),
    ("general-hospital", "市第二综合医院", ("grade-2", "tcm")),
    ("specialist-hospital", "市妇幼保健院", ("grade-2",)),
    ("specialist-hospital", "市口腔医院", ()),
    ("specialist-hospital", "市康宁医院", ("grade-2",)),
)
"""Institutions directly under the bureau: class, name, tags."""

WORDS = (
    *("安和", "百草", "博雅", "丹枫", "德馨", "福田", "广济", "海棠", "和睦", "惠民", "佳和", "静安", "康宁", "兰心", "明德"),
    *("南山", "普惠", "清源", "仁心", "瑞康", "善水", "泰和", "同济", "温馨", "祥和", "杏春", "怡康", "永安", "玉兰", "正和"),
)
PRIVATE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("医院", ("grade-2", "tcm")),
    ("中医门诊部", ("tcm",)),
    ("口腔门诊部", ()),
    ("护理院", ()),
    ("综合门诊部", ()),
    ("眼科医院", ("grade-2",)),
    ("康复医院", ()),
)
"""What private institutions are called, and their tags."""


def city(seed: int, institutions: int = 150) -> list[Unit]:
    """One bureau, its 21 towns and streets, and the institutions under both, parents before units; the same for the same seed."""
    rng = Random(f"tree/{seed}")
    words = rng.sample(WORDS, len(WORDS))
    units = [_unit("bureau", "市卫生健康局（演示）", None, "bureau", (), 0)]
    for number, town in enumerate(TOWNS, 1):
        units.append(_unit(f"t{number:02}", f"{town}卫计办", "bureau", "township-office", (), len(units)))
    for number in range(institutions):
        if number < len(DIRECT):
            unit_class, name, tags = DIRECT[number]
            units.append(_unit(f"d{number + 1:02}", name, "bureau", unit_class, tags, len(units)))
            continue
        turn, town_number = divmod(number - len(DIRECT), len(TOWNS))
        unit_class, name, tags = _of_town(rng, TOWNS[town_number], turn, words)
        units.append(_unit(f"t{town_number + 1:02}-{turn + 1:02}", name, f"t{town_number + 1:02}", unit_class, tags, len(units)))
    return units


def _of_town(rng: Random, town: str, turn: int, words: Sequence[str]) -> tuple[str, str, tuple[str, ...]]:
    """Class, name and tags of the next institution of a town or street: two public health centres first, then mostly private ones."""
    place = town.removesuffix("街道").removesuffix("镇")
    public = ("", "东部", "西部", "南部", "北部")
    if turn < 2 or (turn < len(public) and rng.random() < 0.3):
        tags: tuple[str, ...] = ("tcm",) if rng.random() < 0.7 else ()
        if town.endswith("镇"):
            return "township-health-centre", f"{town}{public[turn]}卫生院", tags
        return "community-health-centre", f"{place}{public[turn]}社区卫生服务中心", tags
    kind, possible = rng.choice(PRIVATE)
    # A private hospital of grade two is the exception.
    tags = tuple(tag for tag in possible if tag != "grade-2" or rng.random() < 0.3)
    word = words[(turn + 5 * TOWNS.index(town)) % len(words)]
    return "private-institution", f"{place}{word}{turn // len(words) or ''}{kind}", tags


def _unit(id: str, name: str, parent: str | None, unit_class: str, tags: tuple[str, ...], index: int) -> Unit:
    return Unit(id=id, name=name, parent=parent, unit_class=unit_class, tags=tags, responsible=responsible(index))

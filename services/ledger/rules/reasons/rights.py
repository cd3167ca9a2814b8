"""Why somebody may not tell something, in Chinese and English."""

from typing import Literal

Reason = Literal["role-unknown", "role-not-held", "roster-full", "by-unit-not-above", "needs-superior", "no-right", "person-unknown"]
REASONS: dict[str, tuple[str, str]] = {
    "role-unknown": ("方案中没有角色 {role}；现有：{known}", "the plan has no role {role}; it has {known}"),
    "role-not-held": ("{person} 在本单位没有角色 {role}", "{person} does not have the role {role} in this unit"),
    "roster-full": (
        "本单位名册已有 {limit} 人，先免去一人再任命",
        "the unit's roster has {limit} persons already; end a role of somebody first",
    ),
    "by-unit-not-above": (
        "{by_unit} 不是本单位或其上级；可代表：{path}",
        "{by_unit} is neither this unit nor above it; one acts here for one of {path}",
    ),
    "needs-superior": (
        "{type}只能由上级单位作出；by_unit（代表单位）应为其一：{above}",
        "only a unit above may tell {type}; by_unit must be one of {above}",
    ),
    "no-right": (
        "{by} 在本单位没有可作{type}的角色；应有其一：{roles}",
        "{by} has no role in this unit that may tell {type}; such are {roles}",
    ),
    "person-unknown": (
        "本单位名册中没有 {person}（字段 {field}）；请先任职",
        "{person} ({field}) does not stand in the unit's roster; give them a role first",
    ),
}

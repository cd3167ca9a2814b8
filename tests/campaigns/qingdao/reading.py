"""What was recorded of a type, where and when."""

from datetime import date
from typing import Any

from shared.workdays import local_date
from tests.campaigns.story import Told


def events(told: Told, kind: type[Any]) -> list[Any]:
    """The recorded events of a type, with where they belong; in the order in which they were taken."""
    return sorted((each for each in told.recorded if isinstance(each.fact, kind)), key=lambda each: each.accepted)


def having(told: Told, kind: type[Any], **values: Any) -> list[Any]:
    return [each for each in events(told, kind) if all(getattr(each.fact, name) == value for name, value in values.items())]


def units_of(told: Told, kind: type[Any], **values: Any) -> set[str]:
    """The units of whose books a fact with these values was recorded."""
    return {each.where.unit for each in having(told, kind, **values)}


def day_of(told: Told, kind: type[Any], unit: str, **values: Any) -> date:
    """The day in China that the only fact with these values goes by."""
    [only] = [each for each in having(told, kind, **values) if each.where.unit == unit]
    return local_date(only.accepted)

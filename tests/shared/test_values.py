"""What a day is, wherever one is read: every field of every event, of plans, trees and calendars."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from shared.calendars import YearFile
from shared.events.catalogue import CATALOGUE
from shared.kafka.cloudevents import instant
from shared.plan import Plan
from shared.plan.form import Form
from shared.units import Unit
from shared.values import Value

NO_DAYS = [
    "0",
    "-0",
    "20190305",
    "1551744000",
    "1551744000000",
    "1551744000.5",
    "2019-W10-2",
    "2019-3-5",
    " 2019-03-05",
    "2019/03/05",
    "２０１９-０３-０５",
]
KINDS = (date, datetime, AwareDatetime)
NO_MOMENTS = [*NO_DAYS, "2019-03-05", "20190305T080000+08:00", "2019-W10-2T08:00:00+08:00", "1551744000Z"]


def days(annotation: Any, place: str, seen: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The days and moments in what has this type, each with its rules."""
    parts = get_args(annotation)
    if annotation in KINDS or (get_origin(annotation) is Annotated and parts[0] in KINDS):
        yield place, annotation
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            for name, field in annotation.model_fields.items():
                yield from days(field.rebuild_annotation(), f"{place}.{name}", (*seen, annotation))
    else:
        for part in parts:
            yield from days(part, place, seen)


MODELS: tuple[type[BaseModel], ...] = (*CATALOGUE.values(), Plan, Unit, YearFile)
DAYS = dict(each for model in MODELS for each in days(model, model.__name__))


def test_the_days_of_all_events_plans_and_files_are_found() -> None:
    assert {
        "VisitLogged.on",
        "IssueEntered.fix_due",
        "TimeTold.now",
        "UnitPlanAdopted.ends",
        "Plan.phases.end",
        "YearFile.holidays",
    } <= DAYS.keys()
    assert len(DAYS) > 80


@pytest.mark.parametrize("place", DAYS)
def test_a_day_is_written_as_iso_has_it_and_no_digits_are_taken_for_one(place: str) -> None:
    adapter = TypeAdapter[Any](DAYS[place], config=Value.model_config)
    is_moment = (get_args(DAYS[place]) or (DAYS[place],))[0] is not date
    assert adapter.validate_json('"2019-03-05T08:00:00+08:00"' if is_moment else '"2019-03-05"')
    for wrong in NO_MOMENTS if is_moment else NO_DAYS:
        with pytest.raises(ValidationError) as error:
            adapter.validate_json(f'"{wrong}"')
        assert error.value.errors()[0]["type"] in ("date_parsing", "datetime_parsing"), wrong


@pytest.mark.parametrize("wrong", NO_MOMENTS)
def test_an_envelope_has_no_such_time_either(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"YYYY-MM-DD|offset"):
        instant(wrong)


@pytest.mark.parametrize("wrong", [each for each in NO_DAYS if each.strip() == each])
def test_a_form_asks_for_days_likewise(wrong: str) -> None:
    name = {"zh": "日期", "en": "Day"}
    form = Form.model_validate({"code": "f", "name": name, "fields": ({"code": "on", "name": name, "kind": "date"},)})
    assert [rule for rule, _ in form.mistakes({"on": wrong})] == ["form-date"]
    assert form.mistakes({"on": "2019-03-05"}) == []

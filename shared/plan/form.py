"""Forms: what a return, a proposal, a report or a record of a visit must say. J1 to J5."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from shared.values import Code, Date, Filled, Named, Value

FieldMistake = tuple[str, dict[str, object]]
"""A mistake in a field: its name in the catalogue of wordings (`shared.wording.details`), and the values in it."""
NUMBER, DATE = TypeAdapter(float), TypeAdapter(Date)


class FormField(Named):
    """One field of a form."""

    kind: Literal["text", "number", "date", "choice"] = "text"
    required: bool = True
    longest: Annotated[int, Field(ge=1, le=4000)] = Field(default=1000, description="characters of a text")
    choices: tuple[Named, ...] = ()
    other: bool = Field(default=False, description="a choice may be another text (其它___)")


class Form(Named):
    """A form. J1 to J5."""

    fields: Annotated[tuple[FormField, ...], Field(min_length=1, max_length=40)]

    def mistakes(self, filled: Filled) -> list[FieldMistake]:
        """What is wrong with a form as it was filled in: field, value, and what would be right."""
        known = {field.code for field in self.fields}
        unknown: list[FieldMistake] = [
            ("form-unknown", {"field": code, "known": ", ".join(sorted(known))}) for code in filled if code not in known
        ]
        return unknown + [mistake for field in self.fields if (mistake := _mistake(field, filled.get(field.code, "").strip()))]


def _mistake(field: FormField, text: str) -> FieldMistake | None:
    said: dict[str, object] = {"field": field.code, "text": text[:40]}
    if not text:
        return ("form-missing", {"field": field.code}) if field.required else None
    match field.kind:
        case "text" if len(text) > field.longest:
            return "form-long", {"field": field.code, "length": len(text), "longest": field.longest}
        case "number":
            try:
                NUMBER.validate_python(text)
            except ValidationError:
                return "form-number", said
        case "date":
            try:
                DATE.validate_strings(text)
            except ValidationError:
                return "form-date", said
        case "choice" if not field.other and text not in {choice.code for choice in field.choices}:
            return "form-choice", {**said, "known": ", ".join(choice.code for choice in field.choices)}
    return None


class Asked(Value):
    """Which form an act is told on."""

    hazard: Code | None = Field(default=None, description="of a hazard that was cleared (J3)")
    proposal: Code | None = Field(default=None, description="of a department's proposal (J1)")
    activity: Code | None = Field(default=None, description="of an activity (J4)")
    visit: Code | None = Field(default=None, description="of a visit to a contact point (J5)")

"""A fact of which only some fields are said."""

from shared.events.fact import Fact


class Like:
    """A fact of a type, some of whose fields are given."""

    def __init__(self, type: type[Fact], /, **fields: object) -> None:
        self.type, self.fields = type, fields

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.type) and all(getattr(other, name) == value for name, value in self.fields.items())

    def __repr__(self) -> str:
        return f"{self.type.__name__}({self.fields})"

    __hash__ = None  # type: ignore[assignment]

"""The topics that a unit watches: something found, or what it does so that nothing will be (有则整改、无则防范)."""

from pydantic import Field

from shared.events.fact import Act, Fact
from shared.values import Code, Line, PhaseCode, Text


class WatchAnswered(Act):
    """A unit answered a watch topic: with the issue that it found, or with what it does to prevent one. A later answer takes its place. C12, L12."""

    kind = "watch"
    zh = "专项排查"
    watch: Code
    found: bool
    issue: Line | None = Field(default=None, description="the subject of an issue of this book that was entered for it; needed when found")
    prevention: Text | None = Field(default=None, description="how it is prevented; needed when nothing was found")


class WatchCounted(Fact):
    """A watch topic counts as answered; a later answer replaces the one before."""

    kind = "watch"
    zh = "专项排查登记"
    watch: Code
    phase: PhaseCode = Field(description="the phase that the plan asks it in")
    found: bool
    first: bool = Field(description="no answer came before")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"watched": int(self.first)}

    def fulfils(self) -> tuple[str, str] | None:
        return self.phase, f"watch/{self.watch}"

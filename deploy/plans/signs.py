"""Signs in a plan's names that its pictures cannot show: no mistake, for all else shows them, but worth knowing before it is announced."""

from collections.abc import Iterator
from pathlib import Path

from services.reporting.papers.font import lacking
from shared.files import File
from shared.plan import Plan
from shared.wording import worded
from shared.wording.files import FILES

DRAWN = ("phases", "categories")
"""The lists whose names stand in pictures."""


def undrawable(path: Path, plan: Plan) -> Iterator[str]:
    """A line for each name that holds such a sign. Raises FileMistake."""
    file = File(path, "plan")
    for entries in DRAWN:
        for number, entry in enumerate(getattr(plan, entries)):
            for language, name in entry.name.model_dump().items():
                if signs := lacking(name):
                    yield file.line((entries, number, "name", language), worded(FILES["undrawable"], signs=" ".join(signs)))

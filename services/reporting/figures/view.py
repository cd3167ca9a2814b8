"""What every answer is, and what those about figures say beside them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from shared.values import Wording


class View(BaseModel):
    """An answer, or a part of one. It does not change."""

    model_config = ConfigDict(frozen=True)


class AsOf(View):
    """What figures were made from: T, and a digest of the positions of the books used."""

    time: datetime | None = Field(description="T: the latest time at which intake accepted something that is counted; none: nothing is")
    books: int
    digest: str = Field(description="SHA-256 (hex) over the lines `<book> <position> <chain>\\n` of the books, in order of their ids")


class Answer(View):
    """What every answer says beside its figures."""

    campaign: str
    unit: str
    unit_name: str
    as_of: AsOf
    on_time: Wording = Field(description="what counts as on time, wherever a figure uses it (L15)")

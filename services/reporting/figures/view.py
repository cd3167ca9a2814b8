"""What every answer is: data that does not change."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """An answer, or a part of one."""

    model_config = ConfigDict(frozen=True)

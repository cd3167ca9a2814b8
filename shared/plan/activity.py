"""Activities and training of a campaign. A11, A12, B3, E8."""

from typing import Literal

from pydantic import Field

from shared.values import Code, Named


class Activity(Named):
    """A kind of activity that units hold and record: a lecture, a contest, a discussion, a visit as a patient, a training with a test."""

    kind: Literal["activity", "training", "publicity", "visit", "inspection", "box"] = "activity"
    tested: bool = Field(default=False, description="a training that ends with a test, whose results are told (A12)")
    covert: bool = Field(default=False, description="an inspection whose visitor stays unnamed to the visited (暗访, B7)")
    classes: tuple[Code, ...] = ()

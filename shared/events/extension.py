"""More time for an issue: asked for, granted or denied. L6."""

from pydantic import Field

from shared.events.fact import Act
from shared.values import Day, Text


class ExtensionRequested(Act):
    """More time was asked for, before the fix clock ran out. L6."""

    zh = "申请延期"
    until: Day = Field(description="the last day asked for")
    reason: Text


class ExtensionGranted(Act):
    """More time was granted: the fix clock has a later last day; the first one stays known. L6."""

    zh = "同意延期"
    until: Day | None = Field(default=None, description="the last day granted; none: as asked")


class ExtensionDenied(Act):
    """More time was denied: the last day stands. L6."""

    zh = "不同意延期"
    reason: Text

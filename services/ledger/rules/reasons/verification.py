"""Why something about the check of a strike-off is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "not-published", "objection-late", "no-objection", "objection-own", "not-struck-off", "looked-back-by-verifier", "not-gone",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "not-published": ("销号不在公示期，不能提出异议", "no strike-off of the issue is published, so there is nothing to object to"),
    "objection-late": ("公示已于 {until} 期满", "the publication ended on {until}; an objection must come by then"),
    "no-objection": ("没有待处理的异议", "no objection waits to be decided"),
    "objection-own": ("{by} 本人提出异议，须由他人处理", "{by} objected; somebody else must decide"),
    "not-struck-off": ("问题未销号，无需回头看", "only an issue that was struck off is looked back at"),
    "looked-back-by-verifier": ("{by} 参与过验收，回头看须由他人进行", "{by} verified it before; somebody else must look back"),
    "not-gone": ("问题仍在台账上，无需重开", "the issue is on the ledger still; only one that left can be opened again"),
}

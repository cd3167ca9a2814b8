"""Why something about ideas and the norms that grow out of them is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "idea-entered", "idea-unknown", "idea-anonymous", "idea-judged", "idea-not-adopted", "idea-not-applied", "follow-through-own",
    "norm-proposed", "norm-unknown", "norm-judged", "no-unit-above", "reference-long",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "idea-entered": ("金点子已登记，编号 {number}", "the idea is entered already, as number {number}"),
    "idea-unknown": ("台账中没有金点子 {subject}", "the book has no idea {subject}"),
    "idea-anonymous": (
        "匿名金点子不得写明提出人，请勿填写 offered_by",
        "an anonymous idea must not name who offered it; leave offered_by out",
    ),
    "idea-judged": (
        "金点子现为“{status}”；只有待审定的才能采纳或不采纳",
        "the idea is {status}; only one just offered can be adopted or declined",
    ),
    "idea-not-adopted": ("金点子现为“{status}”；须先采纳", "the idea is {status}; it must be adopted first"),
    "idea-not-applied": ("金点子现为“{status}”；须先实施", "the idea is {status}; it must be applied first"),
    "follow-through-own": ("督导人 {by} 即实施人，须由他人督导", "{by} applied it; somebody else must look whether it holds"),
    "norm-proposed": ("规范现为“{status}”，不能再次上报", "the norm is {status} already; it cannot be proposed again"),
    "norm-unknown": ("台账中没有收到规范 {subject}", "the book has received no norm {subject}"),
    "norm-judged": ("规范已审定：{status}", "the norm is judged already: {status}"),
    "no-unit-above": ("单位 {unit} 没有上级单位", "{unit} has no unit above it to send this to"),
    "reference-long": (
        "标识 {subject} 有 {length} 个字符，最多 {limit} 个；请用更短的自编号",
        "the subject {subject} has {length} characters, at most {limit}; use a shorter reference of your own",
    ),
}

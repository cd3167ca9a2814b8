"""Who reported an issue is answered, and may be rewarded; a complaint has a department that replies. B12, L11."""

from shared.events.fact import Act, Numbered
from shared.values import Code, Text


class ReplyDepartmentNamed(Act):
    """The department that answers a complaint was named (答复部门). B12."""

    zh = "指定答复部门"
    department: Code


class ReporterAnswered(Act):
    """Whoever reported an issue or complained was answered. B12, L11."""

    zh = "答复"
    text: Text


class ComplaintReplied(Numbered):
    """A complaint counts as answered, once. B12."""

    zh = "投诉已答复"

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"replied": 1}


class ReporterRewarded(Act):
    """Whoever reported an issue was rewarded, perhaps without being known. L11."""

    zh = "奖励"
    what: Text

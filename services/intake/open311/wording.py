"""How the Open311 door words what became of a service request, in Chinese and English."""

STATES: dict[str, tuple[str, str]] = {
    "entered": ("已上账，正在制定整改措施", "on the books; measures are being planned"),
    "planned": ("已制定整改措施，正在整改", "measures are planned and being carried out"),
    "rectified": ("已整改，待验收：{result}", "rectified, to be checked: {result}"),
    "verified": ("已整改并验收，待销号：{result}", "rectified and checked, to be struck off: {result}"),
    "struck-off": ("已整改并销号：{result}", "rectified and struck off: {result}"),
    "merged": ("与另一问题相同，已合并", "the same as another issue, and merged with it"),
    "void": ("不属实或不予受理，已作废", "found to be no issue, and void"),
    "handing-over": ("正在移交 {unit}", "being handed over to {unit}"),
    "handed-over": ("已移交 {unit} 办理", "handed over to {unit}, which sees to it"),
}
"""By the state of the issue."""
REFUSED: dict[str, tuple[str, str]] = {
    "refused": ("未受理：{reason}", "not taken on: {reason}"),
    "held": ("已收到，待其依据的事项办理后受理：{reason}", "received, and held until what it stands on is recorded: {reason}"),
}
"""By what became of the event, where no book has the issue."""
UNIT = ("发生问题的单位的编码；不填则为本密钥的单位 {unit}", "the code of the unit where it is; left out, it is {unit}, that of the key")
NOTICE = ("已收到；受理结果见 requests/{id}", "received; see requests/{id} for what becomes of it")

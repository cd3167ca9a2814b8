"""How an installation stands, as one screen of 100 columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from rich.console import Group
from rich.markup import escape
from rich.table import Table

from deploy.client.copies import Copy
from deploy.client.status import Away, Books, Disk, Outbox, Reading, Standing, Status
from shared.workdays import BEIJING

T = TypeVar("T")
LITTLE = 0.2
"""The share of a disk that has to be free: of less an alert is sent (`DiskFilling`)."""


def screen(found: Status) -> Group:
    """All of it, to be printed."""
    shown: list[Table] = [_services(found.services)]
    if not isinstance(found.reading, Away):
        shown.append(_reading(found.reading))
    lines = _table("", "", head=False)
    for name, text in _lines(found):
        lines.add_row(f"[bold]{name}[/]", text)
    shown.append(lines)
    if not isinstance(found.campaigns, Away) and found.campaigns.campaigns:
        shown.append(_campaigns(found.campaigns))
    return Group(shown[0], *(part for table in shown[1:] for part in ("", table)))


def _reading(reading: Sequence[Reading]) -> Table:
    table = _table("reads 读取", "topic 主题", "copies 副本", "waiting 待处理", "oldest 最早")
    for each in reading:
        table.add_row(each.service, each.topic, str(each.copies), f"{each.lag:,}", _age(each.oldest_seconds) if each.lag else "")
    return table


def _lines(found: Status) -> Iterator[tuple[str, str]]:
    """What is said in one line each."""
    if isinstance(found.reading, Away):
        yield "Reading 读取", _red(found.reading)
    yield "Dead letters 死信", _said(found.dead_letters, lambda letters: _counts(letters) or "none 无")
    if isinstance(found.ledger, Away):
        yield "Ledger 台账", _red(found.ledger)
    else:
        yield from _ledger(found.ledger)
    yield "Notices 通知", _said(found.notices, _notices)
    yield "Disk of Kafka 磁盘", _said(found.disk_kafka, _disk)
    yield "Disk of MongoDB 磁盘", _said(found.disk_mongodb, _disk)
    if isinstance(found.campaigns, Away):
        yield "Campaigns 活动", _red(found.campaigns)
    elif not found.campaigns.campaigns:
        yield "Campaigns 活动", "none 无"


def _services(services: Sequence[Copy]) -> Table:
    table = _table("service 服务", "at 地址", "version", "state 状态")
    for each in services:
        if each.away:
            state = f"[red]away 无应答:[/] {escape(each.away)}"
        elif each.live and each.ready:
            state = "[green]ready 就绪[/]"
        else:
            state = f"[red]{'not ready 未就绪' if each.live else 'not alive 失效'}:[/] {escape('; '.join(each.reasons))}"
        table.add_row(each.service or "?", escape(each.at), each.version, state)
    return table


def _ledger(books: Books) -> Iterator[tuple[str, str]]:
    aside = f"{books.aside_subjects} subjects, {books.aside_events} told events wait behind them" if books.aside_subjects else "none 无"
    yield "Set aside 搁置", aside
    yield "Held 暂存", str(books.held)
    if books.told_clock:
        yield "Clock 时钟", "is told 由事件推动"
    elif books.next_due is None:
        yield "Clock 时钟", "nothing is due 无到期事项"
    else:
        late = f", late by 已延误 {_age(books.late_seconds)}" if books.late_seconds else ""
        yield "Clock 时钟", f"next due 下次到期 {_moment(books.next_due)}{late}"


def _notices(notices: Outbox) -> str:
    if not notices.pending:
        return "none waits 无待发"
    again = f"; to be tried again 待重试: {_counts(notices.waiting)}" if notices.waiting else ""
    return f"{notices.pending:,} to be sent 待发, the oldest since 最早 {_age(notices.oldest_seconds)}{again}"


def _campaigns(standing: Standing) -> Table:
    more = f"{standing.more} announced before are not shown 更早的 {standing.more} 项未列出" if standing.more else None
    table = _table("campaign 活动", "phases 阶段", "open 未销", "overdue 逾期", "missing 缺报", caption=more)
    for each in standing.campaigns:
        states: dict[str, list[str]] = {}
        for phase, state in each.phases.items():
            states.setdefault(state, []).append(phase)
        phases = "; ".join(f"{state} {' '.join(codes)}" for state, codes in states.items())
        figures = (f"{each.figures[name]:,}" for name in ("open_issues", "overdue_issues", "missing_returns"))
        table.add_row(escape(each.campaign), escape(phases), *figures)
    return table


def _disk(room: Disk | None) -> str:
    if room is None:
        return "not known 未知"
    share = room.free / room.size
    text = f"{room.free / 2**30:,.1f} of {room.size / 2**30:,.1f} GiB free 可用 ({share:.0%})"
    return text if share >= LITTLE else f"[red]{text}[/]"


def _said(part: T | Away, words: Callable[[T], str]) -> str:
    return _red(part) if isinstance(part, Away) else words(part)


def _red(part: Away) -> str:
    return f"[red]away 无应答:[/] {escape(part.away)}"


def _table(*columns: str, head: bool = True, caption: str | None = None) -> Table:
    table = Table(box=None, header_style="bold", show_header=head, caption=caption, caption_justify="left")
    for each in columns:
        table.add_column(each, overflow="fold")
    return table


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)


def _age(seconds: float) -> str:
    """A time in the unit in which it is read at a glance."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"

"""The pages that leaders read: made on the server, without scripts and without anything from elsewhere."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.reporting.figures.report import History, Place, Report
from services.reporting.figures.summary import CampaignView
from services.reporting.figures.view import AsOf
from services.reporting.fold.rows import IssueRow
from services.reporting.pages import attachments
from services.reporting.pages.history import lines
from services.reporting.pages.links import Links, address
from services.reporting.pages.lists import Part
from services.reporting.papers import charts
from services.reporting.papers.columns import COLUMNS
from services.reporting.papers.names import Names
from services.reporting.wording.texts import Language, rate, said, text
from shared.workdays import BEIJING

HERE = Path(__file__).parent
HEADED = ("number", "unit", "issue")
"""What the head of an issue's page says."""
LISTED = 20
"""Overdue issues on the page, at most."""
WIDTH = 300
"""Of a chart, in pixels before it is fitted to its place: as wide as a phone shows it, so that its letters stay as large as the text."""
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
TEMPLATES.globals |= {"address": address, "rate": rate}


def campaigns_page(campaigns: Sequence[CampaignView], language: Language) -> str:
    """The page on which one of several campaigns is chosen."""
    return _page("campaigns.html", language, campaigns=campaigns)


def campaign_page(report: Report, drawn: Mapping[str, Markup], today: date, language: Language) -> str:
    """The overview of a campaign. What is late grows later each day, also while nothing is recorded."""
    return _page(
        "campaign.html",
        language,
        report=report,
        summary=report.summary,
        names=Names.in_report(report, language),
        charts=drawn,
        today=today,
        links=Links(report.summary.campaign, language),
        other=Links(report.summary.campaign, "en" if language == "zh" else "zh").unit(report.summary.unit),
        months=_months(report),
        as_of=_moment(report.summary.as_of, language),
        day=date.fromisoformat,
    )


def list_page(kind: str, place: Place, part: Part, language: Language) -> str:
    """A part of one of the lists behind the figures; `kind` is the last part of its address."""
    return _page(
        "list.html",
        language,
        kind=kind,
        title=text(language, f"{kind}-list"),
        place=place,
        part=part,
        links=Links(place.campaign, language),
        as_of=_moment(place.as_of, language),
    )


def issue_page(row: IssueRow, names: Names, report: Report, history: History, language: Language) -> str:
    """One issue, and what happened to it."""
    id = row["_id"].replace("%", "%25")
    return _page(
        "issue.html",
        language,
        id=id,
        row=row,
        summary=report.summary,
        links=Links(row["campaign"], language),
        fields=[(name, cell) for name, _, content in COLUMNS if name not in HEADED and (cell := content(row, names)) not in (None, "")],
        history=list(lines(history, row, names, language)),
        more=history.more,
        attachments=list(attachments.items(history, id, language)),
    )


def problem_page(status: int, title: str, detail: str, errors: Sequence[tuple[str, str, str]], language: Language) -> str:
    """What is shown to people where there is nothing to show, or not to them; and a way back."""
    return _page("problem.html", language, status=status, title=title, detail=detail, errors=errors)


def draw(report: Report, language: Language) -> dict[str, Markup]:
    """Charts by name. Texts are escaped as they are drawn, so the drawing is markup."""
    lead = partial(Links(report.summary.campaign, language).issues, unit=report.summary.unit)
    made = {"progress": charts.progress(report, language, WIDTH), "by-phase": charts.phases(report, language, WIDTH, lead)}
    if report.kinds.get("category"):
        made["by-category"] = charts.categories(report, language, WIDTH - 50, lead)
    return {name: Markup(charts.svg(spec)) for name, spec in made.items()}  # noqa: S704 - see above


def _page(template: str, lang: Language, **values: Any) -> str:
    say: Callable[..., str] = lambda name, **given: text(lang, name, **given)  # noqa: E731 - a name for templates
    return TEMPLATES.get_template(template).render(lang=lang, say=say, said=lambda wording: said(lang, wording), **values)


def _months(report: Report) -> list[tuple[str, int, int]]:
    """Issues entered and struck off in each month in which there were some."""
    entered, struck = (Counter[str]() for _ in range(2))
    for counted, name in ((entered, "entered"), (struck, "struck_off")):
        for day, n in report.progress.get(name, ()):
            counted[day[:7]] += n
    return [(month, entered[month], struck[month]) for month in sorted({*entered, *struck})]


def _moment(as_of: AsOf, language: Language) -> str:
    """As of when, in Beijing time."""
    return as_of.time.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if as_of.time else text(language, "none")

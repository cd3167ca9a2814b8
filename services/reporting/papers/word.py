"""The report on a campaign or one of its phases as a Word file, illustrated, in the form of an official Chinese report."""

from pathlib import Path

from services.reporting.figures.report import Achievement, Listing, Report
from services.reporting.figures.summary import Figures
from services.reporting.fold.rows import root_of
from services.reporting.papers import charts, sections
from services.reporting.papers.names import Names
from services.reporting.papers.paper import Paper
from services.reporting.papers.sections import UNITS
from services.reporting.wording.texts import Language, rate, said, short
from shared.events.figures import Counts
from shared.workdays import BEIJING, local_date

LISTED = 30
"""Issues in each list, at most; the report says how many more there are."""


def write(report: Report, achieved: Achievement, path: Path, language: Language, phase: str | None = None) -> None:
    """Write the report to `path`; nothing is there before it is whole. Takes some time: call it off the event loop."""
    part = path.with_suffix(".part")
    paper = Paper(language)
    _Writer(report, achieved, paper, phase).write()
    paper.doc.save(str(part))
    part.replace(path)


class _Writer:
    def __init__(self, report: Report, achieved: Achievement, paper: Paper, phase: str | None) -> None:
        self.report, self.achieved, self.paper, self.phase = report, achieved, paper, phase
        self.language = paper.language
        self.names = Names.in_report(report, paper.language)

    def write(self) -> None:
        say, names = self.names.say, self.names
        name = names.said(self.report.summary.name)
        title = (
            say("phase-title", campaign=name, phase=names.of("phases", self.phase)) if self.phase else say("report-title", campaign=name)
        )
        self.paper.line(title, "Title")
        self.paper.line(self.report.summary.unit_name, "Subtitle")
        self._says()
        self._phases()
        self._kinds()
        self._units()
        self._returns()
        self.paper.heading("section-overdue")
        self._issues(self.report.overdue, "overdue-none", "late_since", "due")
        self.paper.heading("section-carried")
        self._issues(self.report.carried, "carried-none", "follow_up_due", "follow-up-due")
        self._pictures()
        self._achieved()
        self._method()

    @property
    def figures(self) -> Figures:
        """The figures that the report is about."""
        return self._counted[0]

    @property
    def _counted(self) -> tuple[Figures, Counts]:
        """The figures that the report is about, and the acts."""
        summary = self.report.summary
        of_phase = [(each.figures, each.acts) for each in summary.phases if each.code == self.phase]
        return of_phase[0] if of_phase else (summary.total, summary.acts)

    def _says(self) -> None:
        """The figures in sentences."""
        summary, figures, say = self.report.summary, self.figures, self.names.say
        self.paper.heading("section-summary")
        values = figures.model_dump() | {
            "day": self.paper.day(local_date(summary.as_of.time)) if summary.as_of.time else "—",
            "unit": summary.unit_name,
            "below": say("says-below") if summary.units else "",
            "phase": self.names.of("phases", self.phase or ""),
            "strike_rate": rate(figures.struck_off, figures.due),
            "on_time_rate": rate(figures.on_time, figures.struck_off),
            "strikes": self._counted[1].struck_off,
            "late_now": self.report.overdue.total,
            "carried_open": self.report.carried.total,
            "owed": self.report.returns.total(),
            **{state: self.report.returns[state] for state in ("filed", "late", "missing")},
        }
        sentences = [say("says-phase" if self.phase else "says-issues", **values), say("says-overdue", **values)]
        if figures.reopened:
            sentences.append(say("says-acts", **values))
        if figures.defects or figures.hazards:
            sentences.append(say("says-natures", **values, problems=figures.entered - figures.defects - figures.hazards))
        if figures.carried_over:
            sentences.append(say("says-carried", **values))
        if values["owed"]:
            sentences.append(say("says-returns", **values))
        if figures.answered:
            sentences.append(say("says-checks", **values))
        if kinds := self.report.kinds.get("category", [])[:3]:
            listed = [say("kind-count", kind=self.names.of("categories", code), count=entered) for code, entered, *_ in kinds]
            sentences.append(say("says-best", categories=self.names.listed(listed)))
        self.paper.line(self.names.listed(sentences, ("", " ")))
        self.paper.picture(charts.progress(self.report, self.language, 560), "chart-progress")

    def _phases(self) -> None:
        say = self.names.say
        self.paper.heading("section-phases")
        head = ("phase", "period", "status", "entered", "struck-off", "on-time-rate", "overdue", "carried-over")
        rows = []
        for phase in self.report.summary.phases:
            status = "closed-with-gap" if phase.status == "closed" and phase.gap else phase.status
            period = f"{phase.start:%m.%d}—{phase.end:%m.%d}"
            rows.append([self.names.of("phases", phase.code), period, say(status), *_issue_figures(phase.figures)])
        total = [say("total"), "", "", *_issue_figures(self.report.summary.total)]
        self.paper.table(head, [*rows, total], [2.3, 3.0, 2.3, 1.5, 1.5, 1.9, 1.5, 1.5], bold_last=True)
        for phase in self.report.summary.phases:
            if missing := self.names.gap(phase.gap):
                listed = self.names.listed(missing.values(), ("；", "; "))
                self.paper.line(say("says-gap", phase=self.names.of("phases", phase.code), missing=listed))
        self.paper.picture(charts.phases(self.report, self.language, 560), "chart-phases")

    def _kinds(self) -> None:
        self.paper.heading("section-kinds")
        self.paper.picture(charts.categories(self.report, self.language, 520), "chart-categories")
        rows = [
            [self.names.of("channels", code), str(entered), str(struck), rate(struck, struck + still)]
            for code, entered, struck, still in self.report.kinds.get("channel", [])
        ]
        self.paper.table(("channel", "entered", "struck-off", "strike-rate"), rows, [6.0, 3.0, 3.0, 3.4])

    def _units(self) -> None:
        summary, say = self.report.summary, self.names.say
        if not summary.units:
            return
        self.paper.heading("section-units")
        of = [(each.name, each.phases[self.phase] if self.phase else each.total) for each in summary.units]
        of.sort(key=lambda unit: -unit[1].entered)
        rows = [[name, *_issue_figures(figures), *map(str, (figures.filed, figures.late, figures.missing))] for name, figures in of[:UNITS]]
        head = ["unit", "entered", "struck-off", "on-time-rate", "overdue", "carried-over", "filed", "late", "missing"]
        self.paper.table(head, rows, [3.7, 1.3, 1.3, 1.8, 1.3, 1.3, 1.9, 1.9, 1.3])
        if len(of) > UNITS:
            self.paper.line(say("more-units", count=len(of) - UNITS))

    def _returns(self) -> None:
        shown = [each for each in self.report.summary.obligations if self.phase in (None, each.phase)]
        if not shown:
            return
        self.paper.heading("section-returns")
        rows = [
            [
                said(self.language, each.name),
                _dotted(each.due) if each.due else "",
                *map(str, (each.owed, each.filed or each.rolling, each.late, each.missing, each.waiting + each.sent_back, each.open)),
            ]
            for each in shown
        ]
        head = ["obligation", "due", "owed", "filed", "late", "missing", "to-be-accepted", "not-due"]
        self.paper.table(head, rows, [3.8, 2.5, 1.3, 1.9, 1.9, 1.3, 1.6, 1.5])

    def _issues(self, issues: Listing, none: str, due: str, due_name: str) -> None:
        say, names = self.names.say, self.names
        if not issues.rows:
            self.paper.line(say(none))
            return
        head = ["unit", "number", "issue", "owner", due_name]
        shown = [
            [
                names.unit(row["campaign"], row["unit"]),
                str(row["number"]),
                short(row["text"]),
                names.person(root_of(row["path"]), row["owner"]),
                _dotted(dict(row)[due] or row["fix_due"]),  # opened again after it was carried over, its own clock runs anew
            ]
            for row in issues.rows[:LISTED]
        ]
        self.paper.table(head, shown, [3.6, 1.2, 5.5, 3.0, 2.5])
        if issues.total > LISTED:
            self.paper.line(say("more", count=issues.total - LISTED))

    def _pictures(self) -> None:
        """Pictures of the issues in the lists above."""
        if not self.report.pictures:
            return
        self.paper.heading("section-pictures")
        captions = [
            self.names.say("picture-of", unit=self.names.unit(row["campaign"], row["unit"]), number=row["number"], text=short(row["text"]))
            for row, _ in self.report.pictures
        ]
        self.paper.photos([(each.jpeg, caption) for each, caption in zip(self.report.pictures, captions, strict=True)])

    def _achieved(self) -> None:
        """What people did beside the issues, and, of the whole campaign, what came of it."""
        if sentences := sections.activities(self.figures, self.names):
            self.paper.heading("section-activities")
            self.paper.line(self.names.listed(sentences, ("", " ")))
        for section in sections.sections(self.report, self.achieved, self.names, whole=self.phase is None):
            self.paper.heading(section.heading)
            self.paper.table(section.head, section.rows, section.widths)
            if section.units_left:
                self.paper.line(self.names.say("more-units", count=section.units_left))

    def _method(self) -> None:
        as_of, say = self.report.summary.as_of, self.names.say
        self.paper.heading("section-method")
        if as_of.time:
            self.paper.line(say("as-of", time=as_of.time.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")), "Note")
        self.paper.line(say("digest", digest=as_of.digest), "Note")
        rule = self.names.said(self.report.summary.on_time_rule)
        rules = [rule, say("phase-rule"), *([] if self.phase else [say("strike-rule")])]  # of a phase there is no such rate
        for line in (say("digest-note", books=as_of.books), *rules, say("made-by")):
            self.paper.line(line, "Note")
        # As a paper of a bureau ends: who, and when.
        for line in (self.report.summary.unit_name, self.paper.day(local_date(as_of.time)) if as_of.time else ""):
            self.paper.line(line, "Signature")


def _issue_figures(figures: Figures) -> list[str]:
    numbers = (figures.entered, figures.struck_off, rate(figures.on_time, figures.struck_off), figures.overdue, figures.carried_over)
    return [str(number) for number in numbers]


def _dotted(day: object) -> str:
    """A day that no line breaks apart."""
    return str(day).replace("-", ".")

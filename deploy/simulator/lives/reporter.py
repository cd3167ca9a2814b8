"""Who reported an issue: what they say of it, how they are answered; and what comes in twice."""

from datetime import datetime, timedelta
from random import Random

from deploy.simulator import phrases
from deploy.simulator.lives.course import later, working_days
from deploy.simulator.lives.simulation import Life, Simulation
from shared.events.issue import CarriedIn, Fixed, IssueReported
from shared.events.leaving import IssueMerged
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered, ReporterRewarded
from shared.topics import book_id, subject_id
from shared.units import Unit


def in_full(it: Simulation, unit: Unit, report: IssueReported, rng: Random) -> IssueReported:
    """A report with all that the plan lets it say: grade, reporter, where it was carried in from, or that it was rectified at once."""
    plan, persons = it.plan, it.staff[unit.id]
    grade = rng.choices(plan.grades, [6] + [1] * (len(plan.grades) - 1))[0] if plan.grades else None
    requires = plan.issues.requires if grade is None or grade.requires is None else grade.requires
    told: dict[str, object] = {"grade": grade.code if grade else None, "subjective": rng.random() < 0.05}
    if report.channel == "carried-in" and plan.carries_in:
        told["carried_in"] = CarriedIn(campaign=rng.choice(plan.carries_in).code, reference=f"{rng.randint(1, 300)}号")
    if report.channel in plan.complaint_channels and rng.random() < 0.5:
        told["reporter"] = f"citizen-{rng.randrange(100_000):05}"
    if plan.clocks.review and rng.random() < 0.04:
        told["standing"] = True
    elif not requires and rng.random() < 0.06:
        told["fixed"] = Fixed(
            measures=phrases.fill(rng, rng.choice(phrases.MEASURES)),
            result=phrases.fill(rng, rng.choice(phrases.RESULTS)),
            by=report.owner or rng.choice(persons[1:]),
        )
    return report.model_copy(update=told)


def answered(it: Simulation, unit: Unit, subject: str, report: IssueReported, entered: datetime, rng: Random) -> Life:
    """Whoever complained is answered, most of them in time; whoever is known may be rewarded."""
    clock = it.plan.clocks.answer
    if report.channel in it.plan.complaint_channels and rng.random() < 0.3:
        when = later(entered, rng, 0, 1)
        yield when
        yield from it.tell(unit, when, subject, ReplyDepartmentNamed(department=unit.id, by=it.staff[unit.id][0]))
        entered = when
    days = working_days(entered.date(), it.plan.due(clock, entered.date())) if clock else []
    when = later(entered, rng, 1, max(len(days), 5) if rng.random() < 0.9 else 15)
    if rng.random() < 0.06:
        return
    yield when
    by = rng.choice(it.staff[unit.id])
    yield from it.tell(unit, when, subject, ReporterAnswered(by=by, text=rng.choice(phrases.ANSWERS)))
    if report.reporter and rng.random() < 0.3:
        when = later(when, rng, 1, 10)
        yield when
        yield from it.tell(unit, when, subject, ReporterRewarded(by=by, what=phrases.fill(rng, rng.choice(phrases.REWARDS))))


def doubled(it: Simulation, unit: Unit, subject: str, report: IssueReported, entered: datetime, rng: Random) -> Life:
    """The same is reported once more, and merged into the first within the hour."""
    when = entered + timedelta(minutes=rng.randint(2, 10))
    yield when
    again = subject_id(book_id(it.plan.campaign, unit.id), "issue", *it.reference(unit, "again"))
    yield from it.tell(unit, when, again, report.model_copy(update={"fixed": None, "standing": False}))
    when += timedelta(minutes=rng.randint(1, 3))
    yield when
    merged = IssueMerged(into=subject, reason=rng.choice(phrases.MERGES), by=it.staff[unit.id][0])
    yield from it.tell(unit, when, again, merged)

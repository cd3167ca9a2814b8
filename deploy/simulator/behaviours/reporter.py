"""Who reported an issue: what they say of it, how they are answered; and what comes in twice."""

from datetime import datetime, timedelta
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import later, working_days
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.issue import CarriedIn, Fixed, IssueReported
from shared.events.leaving import IssueMerged
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered, ReporterRewarded
from shared.topics import book_id, subject_id
from shared.units import Unit


def with_details(sim: Simulation, unit: Unit, report: IssueReported, rng: Random) -> IssueReported:
    """A report with all that the plan lets it say: grade, reporter, where it was carried in from, or that it was rectified at once."""
    plan, persons = sim.plan, sim.staff[unit.id]
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
            measures=texts.fill(rng, rng.choice(texts.MEASURES)),
            result=texts.fill(rng, rng.choice(texts.RESULTS)),
            by=report.owner or rng.choice(persons[1:]),
        )
    return report.model_copy(update=told)


def answer_reporter(sim: Simulation, unit: Unit, subject: str, report: IssueReported, entered: datetime, rng: Random) -> Behaviour:
    """Whoever complained is answered, most of them in time; whoever is known may be rewarded."""
    clock = sim.plan.clocks.answer
    if report.channel in sim.plan.complaint_channels and rng.random() < 0.3:
        when = later(entered, rng, 0, 1)
        yield when
        yield from sim.tell(unit, when, subject, ReplyDepartmentNamed(department=unit.id, by=sim.staff[unit.id][0]))
        entered = when
    days = working_days(entered.date(), sim.plan.due(clock, entered.date())) if clock else []
    when = later(entered, rng, 1, max(len(days), 5) if rng.random() < 0.9 else 15)
    if rng.random() < 0.06:
        return
    yield when
    by = rng.choice(sim.staff[unit.id])
    yield from sim.tell(unit, when, subject, ReporterAnswered(by=by, text=rng.choice(texts.ANSWERS)))
    if report.reporter and rng.random() < 0.3:
        when = later(when, rng, 1, 10)
        yield when
        yield from sim.tell(unit, when, subject, ReporterRewarded(by=by, what=texts.fill(rng, rng.choice(texts.REWARDS))))


def report_twice(sim: Simulation, unit: Unit, subject: str, report: IssueReported, entered: datetime, rng: Random) -> Behaviour:
    """The same is reported once more, and merged into the first within the hour."""
    when = entered + timedelta(minutes=rng.randint(2, 10))
    yield when
    again = subject_id(book_id(sim.plan.campaign, unit.id), "issue", *sim.reference(unit, "again"))
    yield from sim.tell(unit, when, again, report.model_copy(update={"fixed": None, "standing": False}))
    when += timedelta(minutes=rng.randint(1, 3))
    yield when
    merged = IssueMerged(into=subject, reason=rng.choice(texts.MERGES), by=sim.staff[unit.id][0])
    yield from sim.tell(unit, when, again, merged)

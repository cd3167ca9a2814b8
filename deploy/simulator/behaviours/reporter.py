"""Who reported an issue: what they say of it, how they are answered; and what comes in twice."""

from datetime import timedelta

from deploy.simulator import texts
from deploy.simulator.simulation import Actor, Behaviour, working_days
from shared.events.issue import CarriedIn, Fixed, IssueReported
from shared.events.leaving import IssueMerged
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered, ReporterRewarded


def with_details(actor: Actor, report: IssueReported) -> IssueReported:
    """A report with all that the plan lets it say: grade, reporter, where it was carried in from, or that it was rectified at once."""
    plan, rng = actor.sim.plan, actor.rng
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
        measures, result = actor.say(texts.MEASURES), actor.say(texts.RESULTS)
        told["fixed"] = Fixed(measures=measures, result=result, by=report.owner or rng.choice(actor.persons[1:]))
    return report.model_copy(update=told)


def answer_reporter(actor: Actor, subject: str, report: IssueReported) -> Behaviour:
    """Whoever complained is answered, most of them in time; whoever is known may be rewarded."""
    plan, rng = actor.sim.plan, actor.rng
    if report.channel in plan.complaint_channels and rng.random() < 0.3:
        yield actor.later(0, 1)
        yield from actor.tell(subject, ReplyDepartmentNamed(department=actor.unit.id, by=actor.persons[0]))
    asked = actor.now.date()
    days = working_days(asked, plan.due(plan.clocks.answer, asked)) if plan.clocks.answer else []
    when = actor.later(1, max(len(days), 5) if rng.random() < 0.9 else 15)
    if rng.random() < 0.06:
        return
    yield when
    by = rng.choice(actor.persons)
    yield from actor.tell(subject, ReporterAnswered(by=by, text=rng.choice(texts.ANSWERS)))
    if report.reporter and rng.random() < 0.3:
        yield actor.later(1, 10)
        yield from actor.tell(subject, ReporterRewarded(by=by, what=actor.say(texts.REWARDS)))


def report_twice(actor: Actor, subject: str, report: IssueReported) -> Behaviour:
    """The same is reported once more, and merged into the first within the hour, unless that was rectified at once."""
    if report.fixed or report.standing:
        return
    actor.now += timedelta(minutes=actor.rng.randint(2, 10))
    yield actor.now
    again = actor.subject("issue", *actor.sim.reference(actor.unit, "again"))
    yield from actor.tell(again, report)
    actor.now += timedelta(minutes=actor.rng.randint(1, 3))
    yield actor.now
    yield from actor.tell(again, IssueMerged(into=subject, reason=actor.rng.choice(texts.MERGES), by=actor.persons[0]))

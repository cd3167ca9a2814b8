"""The one reader of `campaign.people`: the last word on each person, kept where a service says."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.kafka.cloudevents import read_person
from shared.kafka.dead_letters import dead_letter, failed_at
from shared.kafka.records import PersonTold, Received, Record, Unreadable
from shared.kafka.work import Work
from shared.topics import PEOPLE

Keep = Callable[[Mapping[str, PersonTold]], Awaitable[None]]
"""Brings a service's own copy up to date: persons by their ids. What was said before what is there has no effect."""


class People(Work):
    """Work on `campaign.people`."""

    def __init__(self, keep: Keep, group: str) -> None:
        self._keep, self._group = keep, group

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Have the last word on each person kept; what cannot be read goes to the dead-letter topic."""
        people, parked = dict[str, PersonTold](), list[Record]()
        for record in records:
            try:
                person = read_person(record)
                before = people.get(person.id)
                if before and person.said < before.said:
                    continue  # a copy of what was said earlier
                if before and before.named is None:  # that they were erased must be heard of all the same
                    await self._keep(people)
                    people = {}
                people[person.id] = person
            except Unreadable as error:
                parked.append(dead_letter(PEOPLE, record, str(error), self._group))
        if people:
            await self._keep(people)
        return parked

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park a record that cannot be kept."""
        return [dead_letter(PEOPLE, record, failed_at(bug), self._group, trace)]

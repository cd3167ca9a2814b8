"""What became of a delivery, as a record of `campaign.notices`. It holds ids alone: no name, no address, no free text."""

from datetime import datetime

from services.notify.store import Delivery
from shared.events.notice import NoticeFailed, NoticeSent
from shared.kafka.cloudevents import Record, stamp
from shared.topics import NOTICES


def outcome_record(delivery: Delivery, now: datetime) -> Record:
    """A delivery that was sent or given up; its id is the delivery's, so that a repeat shows."""
    fact: NoticeSent | NoticeFailed
    if delivery.state == "sent":
        fact = NoticeSent(event=delivery.event, channel=delivery.channel, template=delivery.template, tries=delivery.tries)
    else:
        fact = NoticeFailed(
            event=delivery.event,
            channel=delivery.channel,
            template=delivery.template,
            tries=delivery.tries,
            reason=delivery.cause or "bug",
            code=delivery.code,
        )
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", delivery.id.encode()),
        ("ce_source", b"xiaohao/notify"),
        ("ce_type", type(fact).__name__.encode()),
        ("ce_subject", delivery.subject.encode()),
        ("ce_time", stamp(now).encode()),
        ("content-type", b"application/json"),
    ]
    return Record(NOTICES, delivery.recipient.encode(), fact.model_dump_json(exclude_none=True).encode(), headers)

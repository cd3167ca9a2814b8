"""What became of a delivery, as a record of `campaign.notices`. It holds ids alone: no name, no address, no free text."""

from datetime import datetime

from services.notify.store import Delivery
from shared.events.notice import NoticeFailed, NoticeSent
from shared.kafka.cloudevents import notice_record
from shared.kafka.records import Record


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
    return notice_record(delivery.id, delivery.subject, delivery.recipient, fact, now)

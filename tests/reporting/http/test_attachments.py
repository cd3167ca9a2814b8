"""Attachments are given out as downloads, to whoever may see what names them, and as pictures on pages and in reports."""

import asyncio
import hashlib
import io
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryFile

import docx
import httpx
import pytest
from docx.document import Document
from PIL import Image

from deploy.embedded.servers import Embedded
from services.reporting.wording.texts import LANGUAGES, TEXTS
from shared.attachments import DATABASE, Attachment, Attachments, Uploader
from shared.events.activity import PracticeShared
from shared.events.fact import Fact
from shared.events.issue import IssueReported, MeasuresPlanned
from shared.mongo import Mongo
from shared.topics import subject_id
from shared.workdays import BEIJING
from tests.attachments import pdf, picture
from tests.reporting.campaign import BOOK, FOUND, Campaign, standing
from tests.reporting.telling import PLAN, told

MIB = 1 << 20
NOTE = "现场照片"
JPEG, SMALL = picture(size=(640, 480)), io.BytesIO()
Image.new("RGB", (320, 240), "teal").save(SMALL, "JPEG")


@dataclass(frozen=True)
class Told:
    """An issue of a health centre of the first township with a picture, a paper and one that nobody keeps."""

    kept: Attachments
    subject: str
    picture: Attachment
    paper: Attachment
    other: Attachment
    """One that no event of this issue names where attachments are named."""

    def path(self, attachment: Attachment, subject: str = "") -> str:
        """Where it is given out."""
        return f"/api/attachments/{(subject or self.subject).replace('%', '%25')}/{attachment.sha256}"


async def keep(kept: Attachments, content: bytes, media: str, preview: bytes | None = None) -> Attachment:
    """An attachment that is kept."""
    digest = hashlib.sha256(content).hexdigest()
    made = Attachment(digest, media, len(content), None, preview)
    return await kept.keep(io.BytesIO(content), made, digest, lambda: Uploader("bureau", "t01-01", "app"))


@pytest.fixture(scope="module")
async def campaign(embedded: Embedded) -> AsyncIterator[Campaign]:
    """One of its own: what is entered here counts in its figures, and its pictures stand in its report."""
    async with standing(embedded, "attachments-") as found:
        yield found


@pytest.fixture(scope="module")
async def issue(campaign: Campaign) -> AsyncIterator[Told]:
    """See `Told`."""
    mongo = Mongo(campaign.settings.mongodb_uri.get_secret_value(), f"{campaign.settings.namespace}{DATABASE}")
    kept, number = Attachments(mongo), secrets.token_hex(4)
    found = Told(
        kept,
        subject_id(BOOK, "issue", "t", f"照片 {number}"),
        await keep(kept, JPEG, "image/jpeg", SMALL.getvalue()),
        await keep(kept, pdf(), "application/pdf"),
        await keep(kept, b"%PDF-1.7 of others", "application/pdf"),
    )
    reported = IssueReported(
        text=NOTE,
        category=PLAN.categories[0].code,
        channel="staff",
        owner="p0001",
        evidence=(found.picture.reference, found.paper.reference, "sha256:" + "0" * 64, "photo.jpg"),
    )
    facts: list[tuple[str, Fact]] = [
        (found.subject, reported),
        (found.subject, MeasuresPlanned(measures=found.other.reference, by="p0001")),  # as a text, which nobody looked at
    ]
    morning = datetime.combine(FOUND, time(10), BEIJING)
    await campaign.teller.tell([told(f"{number}-{each}", subject, fact, morning) for each, (subject, fact) in enumerate(facts)])
    await campaign.teller.settle()
    yield found
    mongo.close()


async def test_a_download_is_one_that_no_browser_shows_or_runs(campaign: Campaign, issue: Told) -> None:
    async with campaign.client("t01") as client:
        for attachment, content, suffix in ((issue.picture, JPEG, ".jpg"), (issue.paper, pdf(), ".pdf")):
            answer = await client.get(issue.path(attachment))
            assert (answer.status_code, answer.content) == (200, content)
            assert answer.headers["content-type"] == attachment.media
            assert answer.headers["content-disposition"] == f'attachment; filename="{attachment.sha256[:16]}{suffix}"'
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
            assert "no-store" in answer.headers["cache-control"]


WHOLE, SIZE = slice(0, None), len(pdf())
ASKED: dict[str, slice | None] = {
    "bytes=0-": WHOLE,
    "bytes=5-9": slice(5, 10),
    "Bytes=5-9": slice(5, 10),
    "bytes=7-": slice(7, None),
    "bytes=0-0": slice(0, 1),
    "bytes=7-99999999": slice(7, None),
    f"bytes=7-{'9' * 40}": slice(7, None),
    f"bytes={SIZE - 1}-": slice(SIZE - 1, None),
    f"bytes={SIZE - 1}-{SIZE}": slice(SIZE - 1, None),
    "bytes=-5": slice(-5, None),
    "bytes=-99999999": WHOLE,
    f"bytes={SIZE}-": None,
    f"bytes={SIZE}-{SIZE}": None,
    "bytes=99999999-": None,
    f"bytes={'9' * 40}-": None,
    "bytes=-0": None,
}
"""What of the paper is answered to one range; nothing where it has no such part."""
NO_RANGE = ["bytes=9-5", "bytes=", "bytes=-", "bytes=x-", "bytes=5-x", "bytes=+5-9", "bytes=٥-", "bytes=5", "5-9", "lines=1-2", "bytes 5-9"]
SEVERAL = ["bytes=0-1,3-4", "bytes=0-1, -5", f"bytes={SIZE}-,0-1", f"bytes={SIZE}-,{SIZE + 5}-"]


@pytest.mark.parametrize("asked", [*ASKED, *NO_RANGE, *SEVERAL])
async def test_a_part_is_answered_as_that_part_and_one_that_there_is_not_as_none(campaign: Campaign, issue: Told, asked: str) -> None:
    part = ASKED.get(asked)
    async with campaign.client("t01") as client:
        answer = await client.get(issue.path(issue.paper), headers={b"range": asked.encode()})
        if asked not in ASKED:
            assert (answer.status_code, answer.content, "content-range" in answer.headers) == (200, pdf(), False)
        elif part is None:
            assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{SIZE}")
            assert answer.json()["type"] == "urn:problem-type:xiaohao:range"
        else:
            start, end, _ = part.indices(SIZE)
            assert (answer.status_code, answer.content) == (206, pdf()[part])
            assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
            assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=5-9", f"bytes={SIZE}-"])
async def test_a_part_of_another_content_is_answered_by_the_whole(campaign: Campaign, issue: Told, asked: str) -> None:
    async with campaign.client("t01") as client:
        for validator in ('"another"', f'W/"{issue.paper.sha256}"', "Tue, 02 Apr 2019 00:00:00 GMT"):
            answer = await client.get(issue.path(issue.paper), headers={"range": asked, "if-range": validator})
            assert (answer.status_code, answer.content) == (200, pdf())
        own = await client.get(issue.path(issue.paper), headers={"range": "bytes=5-9", "if-range": f'"{issue.paper.sha256}"'})
        assert (own.status_code, own.content) == (206, pdf()[5:10])


async def test_who_may_not_see_the_issue_hears_what_is_said_of_one_that_there_is_not(campaign: Campaign, issue: Told) -> None:
    nowhere = "0" * 64
    elsewhere = f"tengzhou-2019/t02-01/issue/{issue.subject.rpartition('/')[2]}"
    async with campaign.client("t02") as client:
        for subject in (issue.subject, elsewhere):
            answer = await client.get(issue.path(issue.picture, subject))
            none = await client.get(f"/api/attachments/{subject.replace('%', '%25')}/{nowhere}")
            assert (answer.status_code, none.status_code) == (404, 404)
            assert answer.text.replace(issue.picture.sha256, nowhere) == none.text
    async with campaign.client("t01") as client:
        assert (await client.get(issue.path(issue.picture, elsewhere))).status_code == 404, "nothing there names it"
        assert (await client.get(f"/api/attachments/{issue.subject.replace('%', '%25')}/{nowhere}")).status_code == 404, "nobody keeps it"
        for wrong in (issue.picture.sha256.upper(), "x", "%00", "../" + issue.picture.sha256):
            assert (await client.get(f"/api/attachments/{issue.subject.replace('%', '%25')}/{wrong}")).status_code == 404
    async with httpx.AsyncClient(base_url=campaign.address) as nobody, campaign.client("teller") as teller:
        assert [(await client.get(issue.path(issue.picture))).status_code for client in (nobody, teller)] == [401, 403]


async def test_a_text_that_says_a_hash_opens_nothing(campaign: Campaign, issue: Told) -> None:
    async with campaign.client("t01") as client:
        history = (await client.get(f"/api/issues/{issue.subject.replace('%', '%25')}")).json()["history"]
        assert [each["fact"]["measures"] for each in history if each["type"] == "MeasuresPlanned"] == [issue.other.reference]
        assert (await client.get(issue.path(issue.other))).status_code == 404


async def test_other_subjects_have_attachments_too(campaign: Campaign, issue: Told) -> None:
    subject = subject_id(BOOK, "practice", "t", secrets.token_hex(4))
    held = PracticeShared(by="p0001", title="附件", text="见附件。", evidence=(issue.paper.reference,))
    await campaign.teller.tell([told(secrets.token_hex(8), subject, held, datetime.combine(FOUND, time(11), BEIJING))])
    await campaign.teller.settle()
    for key, status in (("t01-01", 200), ("bureau", 200), ("t02", 404)):
        async with campaign.client(key) as client:
            assert (await client.get(issue.path(issue.paper, subject))).status_code == status


@pytest.mark.parametrize(
    ("language", "says"), [("zh", ("附件", "JPEG 图片", "上账")), ("en", ("Attachments", "JPEG picture", "Issue entered"))]
)
async def test_the_page_of_an_issue_lists_them(campaign: Campaign, issue: Told, language: str, says: tuple[str, ...]) -> None:
    async with campaign.client("t01") as client:
        page = (await client.get(f"/issues/{issue.subject.replace('%', '%25')}", params={"lang": language})).text
        assert all(each in page for each in says)
        assert page.count("data:image/jpeg;base64,") == 1
        for attachment in (issue.picture, issue.paper):
            assert f'href="{issue.path(attachment)}"' in page
            assert f"sha256:{attachment.sha256}" not in page
        assert (await client.get(issue.path(issue.picture))).status_code == 200


async def test_the_report_shows_pictures_of_issues_to_those_who_may_see_them(campaign: Campaign, issue: Told) -> None:
    for key, language, heading in zip(("bureau", "t01"), LANGUAGES, TEXTS["section-pictures"], strict=True):
        paper = await report(campaign, key, language)
        assert pictures(paper) == 1
        assert any(heading in each.text for each in paper.paragraphs)
        [caption] = [cell.text for table in paper.tables for row in table.rows for cell in row.cells if NOTE in cell.text]
        assert "t01-01" not in caption, "it says the unit's name"
    assert pictures(await report(campaign, "t02", "zh")) == 0
    phases = {phase.code: pictures(await report(campaign, "bureau", "zh", phase.code)) for phase in PLAN.phases}
    assert sum(phases.values()) == 1, "it was entered in one phase"


async def report(campaign: Campaign, key: str, language: str, phase: str | None = None) -> Document:
    """The report for Word that a key gets."""
    async with campaign.client(key) as client:
        asked = {"lang": language} | ({"phase": phase} if phase else {})
        answer = await client.get(f"/api/campaigns/{PLAN.campaign}/report.docx", params=asked)
    assert answer.status_code == 200, answer.text
    return docx.Document(io.BytesIO(answer.content))


def pictures(paper: Document) -> int:
    """How often the picture of the issue is in a report."""
    return [part.blob for part in paper.part.package.iter_parts()].count(SMALL.getvalue())


async def test_a_hundred_mebibytes_are_given_out_without_being_held(campaign: Campaign, issue: Told) -> None:
    page, most, size = os.sysconf("SC_PAGE_SIZE"), 0, 100 * MIB

    digest = secrets.token_hex(32)
    with TemporaryFile() as file:
        file.truncate(size)
        kept = await issue.kept.keep(file, Attachment(digest, "video/mp4", size, None), digest, lambda: Uploader("bureau", "t01-01", "app"))
    subject = subject_id(BOOK, "practice", "t", secrets.token_hex(4))
    held = PracticeShared(by="p0001", title="附件", text="见附件。", evidence=(kept.reference,))
    await campaign.teller.tell([told(secrets.token_hex(8), subject, held, datetime.combine(FOUND, time(11), BEIJING))])
    await campaign.teller.settle()

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * page

    before, came = resident(), 0
    async with campaign.client("t01") as client, client.stream("GET", issue.path(kept, subject)) as answer:
        assert answer.status_code == 200
        async for chunk in answer.aiter_raw():
            came += len(chunk)
            most = max(most, resident())
            await asyncio.sleep(0)
    assert came == size
    assert most - before < 40 * MIB, f"{(most - before) >> 20} MiB more"


async def test_pages_and_reports_say_of_what_was_removed_that_it_was(campaign: Campaign, issue: Told) -> None:
    for attachment in (issue.picture, issue.paper):
        assert await issue.kept.remove(attachment.sha256)
    async with campaign.client("t01") as client:
        for language, said in zip(LANGUAGES, TEXTS["attachment-removed"], strict=True):
            page = (await client.get(f"/issues/{issue.subject.replace('%', '%25')}", params={"lang": language})).text
            assert (page.count(f"· {said} <"), page.count("data:image/jpeg;base64,"), issue.picture.sha256 in page) == (2, 0, False)
            paper = await report(campaign, "t01", language)
            assert pictures(paper) == 0
            assert [cell.text.startswith(f"{said}\n") for table in paper.tables for cell in table._cells if NOTE in cell.text] == [True]
        for attachment in (issue.picture, issue.paper):
            answer = await client.get(issue.path(attachment), headers={"range": "bytes=0-1"})
            assert (answer.status_code, answer.json()["type"]) == (410, "urn:problem-type:xiaohao:attachment-removed")
    async with campaign.client("t02") as client:
        assert (await client.get(issue.path(issue.picture))).status_code == 404, "who may not see the issue hears no more than before"

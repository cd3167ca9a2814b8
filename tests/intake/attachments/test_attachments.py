"""The door for pictures and papers: what it takes, what it refuses by name, and who may name what it keeps."""

import asyncio
import gzip
import hashlib
import io
import os
import sys
import tarfile
import zlib
from collections.abc import AsyncIterator
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import httpx
import pytest
from bson import ObjectId

from services.intake.attachments.http import TooLarge, received
from services.intake.attachments.kinds import LIMITS, Form
from shared.attachments import DATABASE, Attachments
from shared.http.access import Keys
from shared.wording.attachments import NOT_TAKEN
from tests.attachments import SECRET, archive, bomb, box, locked_pdf, moving, office, packed_pdf, pdf, picture, video
from tests.intake.given import Campaign, make_issue
from tests.languages import speaks

MIB = 1 << 20
PACKED = io.BytesIO()
with tarfile.open(fileobj=PACKED, mode="w") as tar:
    tar.addfile(tarfile.TarInfo("x.jpg"))


def nested(levels: int) -> bytes:
    """A video whose head holds itself."""
    inside = b""
    for _ in range(levels):
        inside = box(b"trak", box(b"mdia", inside))
    return box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", inside) + box(b"mdat", b"x")


BOMB = zlib.compress(bytes(1 << 30), 1)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "a page": (b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>", "html"),
    "a page in capitals": (b"<HTML><BODY>", "html"),
    "a page in UTF-16": ("<html>".encode("utf-16"), "html"),
    "a page behind much": (b"x" * 3000 + b"<script>", "html"),
    "a drawing": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
    "XML": (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "xml"),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", "script"),
    "PHP": (b"<?php system($_GET[0]); ?>", "script"),
    "PostScript": (b"%!PS-Adobe-3.0\n", "script"),
    "a program for Windows": (b"MZ\x90\0" + bytes(100), "program"),
    "a program for Linux": (b"\x7fELF" + bytes(100), "program"),
    "Java": (b"\xca\xfe\xba\xbe" + bytes(100), "program"),
    "a ZIP file": (archive("a.jpg"), "archive"),
    "an empty ZIP file": (archive(), "archive"),
    "a Java archive": (archive("META-INF/MANIFEST.MF", "a.class"), "archive"),
    "gzip": (gzip.compress(b"x"), "archive"),
    "RAR": (b"Rar!\x1a\x07\x01\0" + bytes(50), "archive"),
    "7z": (b"7z\xbc\xaf'\x1c" + bytes(50), "archive"),
    "tar": (PACKED.getvalue(), "archive"),
    "an animation": (b"GIF89a" + bytes(50), "gif"),
    "HEIC": (box(b"ftyp", b"heic" + bytes(4)), "heic"),
    "AVIF": (box(b"ftyp", b"avif" + bytes(4)), "avif"),
    "a video of old phones": (box(b"ftyp", b"3gp4" + bytes(4)), "video"),
    "WebM": (b"\x1aE\xdf\xa3" + bytes(50), "webm"),
    "TIFF": (b"II*\0" + bytes(50), "tiff"),
    "BMP": (b"BM" + bytes(50), "bmp"),
    "RTF": (b"{\\rtf1 }", "rtf"),
    "an old or locked Office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-office"),
    "a text": ("整改完成".encode(), "unknown"),
    "noise": (bytes(range(7, 200)), "unknown"),
    "macros by part": (office(parts={"word/vbaProject.bin": b"x"}), "macros"),
    "macros by type": (office(types=b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"'), "macros"),
    "a control": (office(parts={"word/activeX/activeX1.bin": b"x"}), "macros"),
    "an object inside": (office(parts={"word/embeddings/oleObject1.bin": b"x"}), "macros"),
    "a program inside": (office(parts={"word/media/a.EXE": b"x"}), "macros"),
    "a page inside": (office(parts={"word/afchunk.html": b"<html>"}), "macros"),
    "a template elsewhere": (
        office(
            parts={
                "word/_rels/settings.xml.rels": b'<Relationship Id="1" TargetMode="External" Type="http://x/attachedTemplate" Target="http://a/b.dotm"/>'
            }
        ),
        "linked",
    ),
    "macros by a type behind much": (office(types=b" " * (2 << 20) + b'"application/vnd.ms-office.vbaProject"'), "broken"),
    "Office behind something": (b"PK\x03\x04" + bytes(100) + office(), "two-in-one"),
    "Office before something": (office() + b"<html>", "two-in-one"),
    "Office with a PDF inside": (office().replace(b"[Content_Types].xml", b"%PDF-1.7 ypes].xml"), "two-in-one"),
    "half an Office file": (office(parts={"a": os.urandom(3000)})[:2000], "broken"),
    "an Office file of too many parts": (archive(*(f"{number}" for number in range(10_001))), "archive"),
    "two kinds of Office file": (office(types=b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"'), "archive"),
    "half a PDF": (pdf()[:-8], "broken"),
    "a PDF before an archive": (pdf() + archive("a"), "two-in-one"),
    "a PDF before a page": (pdf() + b"<html>" + bytes(30), "two-in-one"),
    "a PDF before much": (pdf() + b"<html>" * 1000, "broken"),
    "a PDF with a script": (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "active-pdf"),
    "a PDF that starts something": (pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "active-pdf"),
    "a PDF with a file inside": (pdf(b"/Names << /EmbeddedFiles 2 0 R >>"), "active-pdf"),
    "a PDF with a script whose name is written otherwise": (pdf(b"/OpenAction << /S /J#61vaScript >>"), "active-pdf"),
    "a PDF with a script that lies packed": (packed_pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >>"), "active-pdf"),
    "a PDF with a password": (locked_pdf(b"", "secret"), "locked-pdf"),
    "a PDF whose packed part is a bomb": (packed_pdf(b"", packing=lambda _: BOMB), "broken"),
    "a PDF that is an archive": (pdf() + archive("a")[:-2] + b"\x07\0\n%%EOF\n", "two-in-one"),
    "half a picture": (picture()[:400], "broken"),
    "no picture behind its head": (b"\xff\xd8\xff\xe0" + b"<script>" * 40, "broken"),
    "a bomb": (bomb(50_000, 50_000), "pixels"),
    "a bomb that lies": (bomb(7000, 7000), "broken"),
    "a picture that moves": (moving(), "moving"),
    "half a video": (video()[:-20], "broken"),
    "a video before something": (video() + b"<html>", "broken"),
    "a video of very many boxes": (box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", box(b"mvhd") * 30_000), "broken"),
    "a video without a head": (box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", bytes(50)), "broken"),
    "a video that says that it is longer": (video().replace(b"\0\0\0lmdat", b"\x7f\0\0lmdat"), "broken"),
}
GOOD: dict[str, tuple[bytes, str]] = {
    "JPEG": (picture(), "image/jpeg"),
    "PNG": (picture("PNG"), "image/png"),
    "WebP": (picture("WEBP"), "image/jpeg"),
    "a picture before a page": (picture() + b"<script>alert(1)</script>", "image/jpeg"),
    "a picture before an archive": (picture("PNG") + archive("a.exe"), "image/png"),
    "PDF": (pdf(), "application/pdf"),
    "PDF of a scan that holds by chance what names a script": (
        packed_pdf(b"", plain=b"<< /Subtype /Image /Length 16 >>\nstream\n\xff\xd8\xff /JS /EF 9.\nendstream"),
        "application/pdf",
    ),
    "PDF whose parts are packed": (packed_pdf(b"/Lang (zh-CN)"), "application/pdf"),
    "Word with a link": (
        office(
            parts={"word/_rels/document.xml.rels": b'<Relationship TargetMode="External" Type="http://x/hyperlink" Target="http://a/"/>'}
        ),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "Word": (office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "Excel": (office("spreadsheetml.sheet"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "PowerPoint": (office("presentationml.presentation"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "MP4": (video(), "video/mp4"),
    "MOV": (video(b"qt  "), "video/quicktime"),
}


async def upload(campaign: Campaign, content: bytes | AsyncIterator[bytes], key: str | None = "t01", **headers: str) -> httpx.Response:
    """An attachment that is sent with the key of this id."""
    sent = dict(headers)
    if key:
        sent["authorization"] = f"Bearer {campaign.secrets[key]}"
    return await campaign.client.post("/v1/attachments", content=content, headers=sent)


async def named(campaign: Campaign, *references: str, key: str = "t01", **changes: Any) -> httpx.Response:
    """An issue with this evidence."""
    return await campaign.tell([make_issue(data__evidence=list(references), **changes)], key)


def rule(answer: httpx.Response) -> tuple[str, str]:
    """The one rule that was broken, and in which field."""
    [error] = answer.json()["errors"]
    return error["rule"], error["field"]


@pytest.mark.parametrize("name", GOOD)
async def test_what_is_taken_is_known_by_its_content(campaign: Campaign, name: str) -> None:
    content, media = GOOD[name]
    answer = await upload(campaign, content, **{"content-type": "text/html; charset=latin-1"})
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert kept["media"] == media
    assert kept["reference"] == f"sha256:{kept['sha256']}"
    if SECRET not in content:
        assert (kept["sha256"], kept["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (await upload(campaign, content)).json() == kept
    answer = await named(campaign, kept["reference"], "photo-0417.jpg")
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_not_taken_is_refused_by_name(campaign: Campaign, name: str) -> None:
    content, why = HOSTILE[name]
    for language, text in zip(("zh", "en"), NOT_TAKEN[why], strict=True):
        answer = await upload(campaign, content, **{"content-type": "image/jpeg", "accept-language": language})
        assert answer.status_code in (415, 422), answer.text
        assert text.split("{")[0] in answer.json()["detail"]
        assert speaks(language, answer.json()["detail"])


@pytest.mark.parametrize(("head", "form"), [(picture(), "picture"), (pdf(), "document"), (video(), "video")])
@pytest.mark.parametrize("declares", [True, False])
async def test_a_kind_has_a_limit_of_its_own_and_is_refused_as_soon_as_that_is_known(head: bytes, form: Form, declares: bool) -> None:
    sent, limit = 0, LIMITS[form]

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for piece in (head, *repeat(bytes(MIB), (limit >> 20) + 5)):
            sent += len(piece)
            yield piece

    with TemporaryFile() as file, pytest.raises(TooLarge) as refused:
        await received(body(), file, limit + 1 if declares else 0)
    assert refused.value.limit == limit
    assert sent < limit + 2 * MIB if not declares else sent < 2 * MIB


async def test_no_attachment_without_a_key_that_may_tell(campaign: Campaign) -> None:
    assert [(await upload(campaign, pdf(), key)).status_code for key in (None, "reader")] == [401, 403]


async def test_evidence_that_nobody_uploaded_is_refused_and_other_papers_are_taken_as_they_were(campaign: Campaign) -> None:
    unknown = "sha256:" + "0" * 64
    await campaign.mark()
    assert rule(await named(campaign, "photo.jpg", unknown)) == ("attachment-unknown", "data.evidence.1")
    fixed = {"measures": "清理", "result": "已清理", "evidence": [unknown], "by": "zhang"}
    answer = await campaign.tell([make_issue(data__fixed=fixed), make_issue(data__evidence=["photo.jpg", "http://example.org/sha256:1"])])
    assert (answer.status_code, rule(answer)) == (207, ("attachment-unknown", "data.fixed.evidence.0"))
    assert len(await campaign.since()) == 1


@pytest.mark.parametrize(
    "form", ["sha256:", "sha256:12", "SHA256:" + "a" * 64, "sha256:" + "A" * 64, " sha256:" + "g" * 64, "sha256:" + "a" * 65]
)
async def test_a_reference_of_the_wrong_form_is_refused(campaign: Campaign, form: str) -> None:
    assert rule(await named(campaign, form)) == ("attachment-form", "data.evidence.0")


async def test_a_bureau_names_what_it_and_those_below_it_uploaded_and_nothing_else(campaign: Campaign) -> None:
    theirs = (await upload(campaign, pdf(b"/Of /t02 "), "t02")).json()["reference"]
    below = (await upload(campaign, pdf(b"/Of /h1 "), "h1")).json()["reference"]
    above = (await upload(campaign, pdf(b"/Of /bureau "), "root")).json()["reference"]
    assert (await named(campaign, below)).status_code == 202
    for reference in (theirs, above):
        answer, unknown = await named(campaign, reference), await named(campaign, "sha256:" + "1" * 64)
        assert rule(answer) == ("attachment-unknown", "data.evidence.0")
        assert answer.text.replace(reference, "") == unknown.text.replace("sha256:" + "1" * 64, ""), (
            "it says no more than of one that there is not"
        )
    assert (await upload(campaign, pdf(b"/Of /t02 "))).json()["reference"] == theirs, "who has the content may upload it too"
    assert (await named(campaign, theirs)).status_code == 202


async def test_a_hundred_mebibytes_take_no_more_memory_than_a_few(campaign: Campaign) -> None:
    page, most, over = os.sysconf("SC_PAGE_SIZE"), 0, asyncio.Event()

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * page

    async def watched() -> None:
        nonlocal most
        while not over.is_set():
            most = max(most, resident())
            await asyncio.sleep(0.02)

    async def body() -> AsyncIterator[bytes]:
        yield video(rest=0)[:-8] + (8 + 100 * MIB).to_bytes(4, "big") + b"mdat"
        for number in range(1600):
            yield number.to_bytes(4, "big") * (16 << 10)

    before, watching = resident(), asyncio.create_task(watched())
    answer = await upload(campaign, body())
    over.set()
    await watching
    assert answer.status_code == 201, answer.text
    assert answer.json()["size"] > 100 * MIB
    assert most - before < 80 * MIB, f"{(most - before) >> 20} MiB more"


async def test_what_is_broken_off_leaves_nothing(campaign: Campaign) -> None:
    class Gone(Exception):
        pass

    async def body() -> AsyncIterator[bytes]:
        yield pdf()[:40]
        yield bytes(MIB)
        raise Gone

    with pytest.raises(Gone):
        await upload(campaign, body())
    whole = pdf(b"/Whole ")
    assert (await upload(campaign, whole[:-1], **{"accept-language": "en"})).status_code == 201, "without its last line break it is whole"
    assert (await named(campaign, f"sha256:{hashlib.sha256(whole).hexdigest()}")).status_code == 422


async def test_nothing_is_kept_of_a_key_that_ended_while_it_was_sent(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    content, kept = picture("PNG") + b"sent with a key that ended", ("xiaohao_intake_attachments_total", {"outcome": "kept"})
    before = campaign.intake.registry.get_sample_value(*kept)

    async def body() -> AsyncIterator[bytes]:
        yield content[:100]
        async with asyncio.timeout(30):
            while not campaign.intake.registry.get_sample_value("xiaohao_intake_attachments_under_way"):
                await asyncio.sleep(0)
        monkeypatch.setattr(Keys, "holder", lambda *_: None)
        yield content[100:]

    answer = await upload(campaign, body())
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:problem-type:xiaohao:key-gone")
    assert campaign.intake.registry.get_sample_value(*kept) == before


@pytest.mark.parametrize(
    "content", [pdf(b"/Ended "), video(rest=1234), picture("PNG", size=(61, 41))], ids=["document", "video", "picture"]
)
async def test_nothing_is_kept_of_a_key_that_ended_while_what_came_was_cleaned_and_written(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    valid, write = Keys.holder, Attachments._write

    async def written(self: Attachments, file_id: ObjectId, file: BinaryIO) -> None:
        await write(self, file_id, file)
        monkeypatch.setattr(Keys, "holder", lambda *_: None)

    monkeypatch.setattr(Attachments, "_write", written)
    answer = await upload(campaign, content)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:problem-type:xiaohao:key-gone")
    monkeypatch.setattr(Keys, "holder", valid)
    original = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert rule(await named(campaign, original)) == ("attachment-unknown", "data.evidence.0")
    monkeypatch.setattr(Attachments, "_write", write)
    assert (await upload(campaign, content)).status_code == 201


async def test_a_hash_that_is_named_in_vain_keeps_nothing(campaign: Campaign) -> None:
    mongo = campaign.intake.mongo.beside(f"{campaign.broker.namespace}{DATABASE}")
    theirs, own = [(await upload(campaign, pdf(b"/In vain %d " % number), key)).json() for number, key in enumerate(("t02", "t01"))]

    async def kept() -> list[bool]:
        return [await mongo["attachments"].count_documents({"_id": each["sha256"], "named": True}) > 0 for each in (theirs, own)]

    refused = {
        "it is a sibling's": await named(campaign, theirs["reference"]),
        "another beside it is": await named(campaign, own["reference"], theirs["reference"]),
        "its event says what is no such field": await named(campaign, own["reference"], data__nothing="x"),
        "its event names nobody known": await named(campaign, own["reference"], data__owner="nobody"),
        "its event is told of a book of others": await named(campaign, own["reference"], subject="tengzhou-2019/h2/issue/t01~vain"),
    }
    assert {why: answer.status_code for why, answer in refused.items()} == {
        why: 403 if why == "its event is told of a book of others" else 422 for why in refused
    }
    assert await kept() == [False, False]
    assert (await named(campaign, own["reference"])).status_code == 202
    assert await kept() == [False, True]


async def test_what_an_operator_removed_is_neither_named_nor_taken_again(campaign: Campaign) -> None:
    mongo = campaign.intake.mongo.beside(f"{campaign.broker.namespace}{DATABASE}")
    content = picture("PNG", size=(62, 43))
    made = (await upload(campaign, content)).json()
    assert await Attachments(mongo).remove(made["sha256"])
    answer = await upload(campaign, content, "t02")
    assert (answer.status_code, answer.json()["type"]) == (410, "urn:problem-type:xiaohao:attachment-removed")
    assert rule(await named(campaign, made["reference"])) == ("attachment-unknown", "data.evidence.0")
    assert await Attachments(mongo).allow(made["sha256"])
    assert (await upload(campaign, content)).json() == made


async def test_more_at_once_than_there_is_room_for_are_asked_to_wait(campaign: Campaign) -> None:
    go = asyncio.Event()

    async def body(number: int) -> AsyncIterator[bytes]:
        content = pdf(b"/Number %d " % number)
        yield content[:20]
        await go.wait()
        yield content[20:]

    keys = ("t01", "t02", "h1", "root") * 2
    sending = [asyncio.create_task(upload(campaign, body(number), key)) for number, key in enumerate(keys)]
    while campaign.intake.registry.get_sample_value("xiaohao_intake_attachments_under_way") != 8:
        await asyncio.sleep(0)
    answer = await upload(campaign, pdf())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    go.set()
    assert [answer.status_code for answer in await asyncio.gather(*sending)] == [201] * 8
    assert (await upload(campaign, pdf())).status_code == 201, "what is sent after that is taken"


async def test_one_key_leaves_room_for_others(campaign: Campaign) -> None:
    go = asyncio.Event()

    async def body(number: int) -> AsyncIterator[bytes]:
        content = pdf(b"/Slow %d " % number)
        yield content[:20]
        await go.wait()
        yield content[20:]

    sending = [asyncio.create_task(upload(campaign, body(number))) for number in range(3)]
    while campaign.intake.registry.get_sample_value("xiaohao_intake_attachments_under_way") != 3:
        await asyncio.sleep(0)
    answer = await upload(campaign, pdf())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert (await upload(campaign, pdf(), "t02")).status_code == 201
    go.set()
    assert [answer.status_code for answer in await asyncio.gather(*sending)] == [201] * 3


async def test_no_picture_waits_until_a_paper_has_been_looked_into(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign, go = tmp_path / "sign", tmp_path / "go"
    os.mkfifo(sign)
    os.mkfifo(go)
    look = f"open({str(sign)!r}, 'w').close(); open({str(go)!r}).close()"
    monkeypatch.setattr("services.intake.attachments.cleaning.LOOKER", (sys.executable, "-c", look))
    paper = asyncio.create_task(upload(campaign, pdf(b"/Long 1 ")))
    await asyncio.to_thread(sign.read_bytes)
    try:
        async with asyncio.timeout(30):
            assert (await upload(campaign, picture(), "t02")).status_code == 201
        assert not paper.done()
    finally:
        await asyncio.to_thread(go.write_bytes, b"")
    assert (await paper).status_code == 201


async def test_a_video_that_is_nested_deeply_is_looked_at_to_where_it_matters(campaign: Campaign) -> None:
    answer = await upload(campaign, nested(2000))
    assert (answer.status_code, answer.json()["media"]) == (201, "video/mp4")

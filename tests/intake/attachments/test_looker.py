"""What is found in a PDF that lies packed in it, and what is no fault of one."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from services.intake.attachments.checks import Unfit, checked
from services.intake.attachments.kinds import PDF
from services.intake.attachments.looker import look
from tests.attachments import locked_pdf, packed_pdf, pdf

SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert) >>"
ACTS = {
    "a script": SCRIPT,
    "a script whose name is written otherwise": b"/OpenAction << /S /J#61vaScript /#4a#53 (app.alert) >>",
    "a script of a film": b"/OpenAction << /S /Rendition /JS (app.alert) >>",
    "a command": b"/OpenAction << /S /Launch /F (cmd.exe) >>",
    "a file": b"/Names << /EmbeddedFiles << /Names [] >> >>",
    "a form of XML": b"/AcroForm << /Fields [] /XFA [(a)] >>",
    "what sends a form away": b"/OpenAction << /S /SubmitForm /F (http://x) >>",
    "what opens another file": b"/OpenAction << /S /GoToR /F (//x/y) >>",
    "a script deep inside": b"/A [" * 200 + b"<< " + SCRIPT + b" >>" + b"]" * 200,
}
PREDICTED = b"/Type /ObjStm /Filter /FlateDecode /DecodeParms << /Predictor 11 /Columns 1 >>"
PACKINGS: dict[str, tuple[Any, ...]] = {
    "as hexadecimal digits": ("active-pdf", b"/Type /ObjStm /Filter /ASCIIHexDecode", lambda text: text.hex().encode() + b">"),
    "twice": (
        "active-pdf",
        b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]",
        lambda text: zlib.compress(text).hex().encode() + b">",
    ),
    "by a filter whose name is short": ("active-pdf", b"/Type /ObjStm /Filter [/Fl]"),
    "by a filter whose name is written otherwise": ("active-pdf", b"/Type /ObjStm /Filter /Fl#61teDecode"),
    "by differences": ("active-pdf", PREDICTED, lambda text: zlib.compress(b"".join(b"\1" + text[n : n + 1] for n in range(len(text))))),
    "not at all": ("active-pdf", b"/Type /ObjStm", bytes),
    "by a filter that nobody knows": ("broken", b"/Type /ObjStm /Filter /Mine", lambda text: text[::-1]),
    "and cut off": ("broken", b"/Type /ObjStm /Filter /FlateDecode", lambda text: zlib.compress(text)[:9]),
}
"""What is answered, the head of the stream, and how it is packed."""


def unnamed(text: bytes, at: int = 0) -> bytes:
    """A stream of packed objects, of which no list names the one that has this in it; it is said to begin so many bytes later."""
    inside = b"9 %d " % at
    body = b"<< " + text + b" >>"
    return b"<< /Type /ObjStm /N 1 /First %d /Length %d >>\nstream\n" % (len(inside), len(inside + body)) + inside + body + b"\nendstream"


SCANNED = b"<< /Subtype /Image /Length 16 >>\nstream\n\xff\xd8\xff /JS /EF 9.\nendstream"
"""A picture that holds by chance what names a script, as every tenth megabyte does."""
SPOKEN_OF = {
    "links that read like what acts": b"/A [<< /S /URI /URI (http://x.cn/JS/2026/1.html) >> << /S /URI /URI (http://x.cn/EF/1) >> << /S /URI /URI (http://x/Launch/1) >>]",
    "a title that reads so": b"/Title (/JS \\(/JavaScript\\) and (/EF) /XFA)",
    "a place that is called so": b"/A << /S /GoTo /D /JS >>",
}
MADE: dict[str, Callable[[bytes], bytes]] = {
    "packed": packed_pdf,
    "plain": pdf,
    "in a list that nobody names": lambda text: packed_pdf(b"", plain=unnamed(text)),
}
HARMLESS = {
    "one that is not packed": pdf(),
    "one whose parts are packed": packed_pdf(b"/Lang (zh-CN)"),
    "one with a password for its owner alone": locked_pdf(b"", ""),
    "one that opens at a page": packed_pdf(b"/OpenAction [2 0 R /Fit]"),
    "one of a scanned page": packed_pdf(b"", plain=SCANNED),
    "one with a link": packed_pdf(b"/A << /S /URI /URI (http://x) >>"),
    **{f"one with {what}, {how}": made(text) for what, text in SPOKEN_OF.items() for how, made in MADE.items()},
    "one whose names only begin like those": packed_pdf(b"/A << /JSON 1 /EFX 2 /Launcher 3 >>"),
}


@pytest.mark.parametrize("what", ACTS)
@pytest.mark.parametrize("made", [packed_pdf, lambda catalog: locked_pdf(catalog, "")], ids=["packed", "encrypted"])
def test_what_acts_is_found_though_it_lies_packed(what: str, made: Any) -> None:
    assert look(io.BytesIO(made(ACTS[what]))) == "active-pdf"


@pytest.mark.parametrize("how", PACKINGS)
def test_it_is_found_however_it_is_packed_or_the_whole_is_broken(how: str) -> None:
    why, *packing = PACKINGS[how]
    assert look(io.BytesIO(packed_pdf(SCRIPT, *packing))) == why


@pytest.mark.parametrize(
    "content",
    [
        packed_pdf(b"", plain=b"<< " + SCRIPT + b" >>"),
        packed_pdf(b"", plain=b"<< /F (http://x/y) /Length 0 >>\nstream\n\nendstream"),
        packed_pdf(b"", plain=unnamed(SCRIPT)),
        packed_pdf(b"", plain=unnamed(b"/Title (<< " + SCRIPT + b" >>)", 11)),
        packed_pdf(b"", plain=b"/JavaScript"),
        packed_pdf(b"/AF [<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>]", plain=b"<< /Length 1 >>\nstream\nx\nendstream"),
    ],
    ids=[
        "beside what is packed",
        "in a stream that lies elsewhere",
        "packed, and in no list",
        "in what seems a text, and in no list",
        "as a name that others refer to",
        "as a file that says no more than it must",
    ],
)
def test_it_is_found_elsewhere_too(content: bytes) -> None:
    assert look(io.BytesIO(content)) == "active-pdf"


def test_what_nobody_can_look_into_without_a_password_is_refused_as_that() -> None:
    assert look(io.BytesIO(locked_pdf(b"", "secret"))) == "locked-pdf"


@pytest.mark.parametrize(
    "text",
    [
        b"<< /S /JavaScript >>",
        b"<< /S%x\r\n\0/J#61vaScript >>",
        b"/Launch",
        b"<< /JavaScript 7 0 R >>",
        b"<</Type/EmbeddedFile>>",
        b"<</S/Launch>>",
    ],
)
def test_what_no_list_names_is_found_in_the_file_as_it_is(text: bytes) -> None:
    with pytest.raises(Unfit) as unfit:
        checked(io.BytesIO(pdf().replace(b"xref\n0 4", b"7 0 obj\n" + text + b"\nendobj\nxref\n0 4")), PDF)
    assert unfit.value.name == "active-pdf"


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_shows_something_is_taken(what: str) -> None:
    assert look(io.BytesIO(HARMLESS[what])) is None
    assert checked(io.BytesIO(HARMLESS[what]), PDF) == "application/pdf"

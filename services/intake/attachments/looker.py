"""The process that looks into a PDF, beside intake: what runs, starts something or is a file may lie in it packed, where a search of the file finds nothing.

    python -m services.intake.attachments.looker

It reads the PDF from its standard input, a file. It ends with 0; or, where the PDF is not taken, with a line on its standard error, which is a name in
`shared/wording/attachments.py`. Streams of pictures, fonts and pages are not unpacked: they hold nothing that acts.
"""

import re
import sys
from collections.abc import Iterable
from itertools import pairwise
from typing import BinaryIO

import pikepdf

from services.intake.attachments.cleaner import limit
from services.intake.attachments.kinds import unescaped

ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|OnInstantiate|Launch|Rendition|ImportData|SubmitForm|GoTo[ER]|EmbeddedFiles?|EF|RichMedia|XFA)(?![^\s()<>\[\]{}/%])"
)
"""Names of what runs (scripts, also of forms, films and 3D), of what starts, sends or fetches something, and of files inside."""


SAYS_WHAT = frozenset(("/S", "/Type", "/Subtype"))
"""Keys whose name says what an object is or does."""
REFERENCE = re.compile(rb"\d{1,10}\s{1,9}\d{1,5}\s{1,9}R\b")


def names_it(text: bytes) -> bool:
    """Whether a part of a PDF, unpacked, has the name of something that acts, wherever: also in a text or a link."""
    return ACTIVE.search(unescaped(text)) is not None


def look(given: BinaryIO) -> str | None:
    """Why a PDF is not taken, if it is not."""
    try:
        with pikepdf.open(given) as pdf:
            return "active-pdf" if any(map(_acts, pdf.objects)) else None
    except pikepdf.PasswordError:
        return "locked-pdf"
    except (pikepdf.PdfError, pikepdf.DataDecodingError, OSError, ValueError, TypeError, RuntimeError, RecursionError, MemoryError):
        return "broken"  # qpdf says no more of what it cannot read


def _acts(each: object) -> bool:
    if not isinstance(each, pikepdf.Object):  # a number, or nothing
        return False
    if not isinstance(each, pikepdf.Stream):
        return names_it(each.unparse(resolved=True)) and _does(each)
    head = each.stream_dict
    if "/F" in head or (names_it(head.unparse(resolved=True)) and _does(head)):  # F: what it holds is fetched from elsewhere
        return True
    if "/First" not in head:
        return False
    return any(map(_packed_acts, _packed(each.read_bytes(), int(head["/First"]))))


def _does(top: object) -> bool:
    """Whether an object acts: by a key, by what it says that it is, or by being the name itself, as others refer to it. Texts do nothing."""
    left = [top]
    if isinstance(top, pikepdf.Name):
        return names_it(str(top).encode())
    while left:
        each = left.pop()
        if isinstance(each, pikepdf.Array):
            left.extend(each)
        elif isinstance(each, pikepdf.Dictionary):
            items: Iterable[tuple[str, object]] = each.items()
            for key, value in items:
                if names_it(key.encode()) or (key in SAYS_WHAT and isinstance(value, pikepdf.Name) and names_it(str(value).encode())):
                    return True
                if not (isinstance(value, pikepdf.Object) and value.is_indirect):  # those are looked at by themselves
                    left.append(value)
    return False


def _packed(content: bytes, first: int) -> list[bytes]:
    """The objects that are packed in a stream, also such as no list names, and what stands before them. Raises ValueError."""
    starts = [first + int(each) for each in content[:first].split()[1::2]]
    places = sorted({0, first, *starts, len(content)})
    return [content[start:end] for start, end in pairwise(places)]


def _packed_acts(text: bytes) -> bool:
    """Whether a packed object acts; one that names what does and is none that can be read does."""
    if not names_it(text):
        return False
    try:
        return _does(pikepdf.Object.parse(REFERENCE.sub(b"null", text)))
    except (pikepdf.PdfError, ValueError):
        return True


def main() -> None:
    """Look into what standard input holds, within limits."""
    limit()
    if why := look(sys.stdin.buffer):
        sys.exit(why)


if __name__ == "__main__":
    main()

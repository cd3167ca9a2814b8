"""The process that looks into a PDF, beside intake: what runs, starts something or is a file may lie in it packed, where a search of the file finds nothing.

    python -m services.intake.attachments.looker

It reads the PDF from its standard input, a file. It ends with 0; or, where the PDF is not taken, with a line on its standard error, which is a name in
`shared/wording/attachments.py`. Streams of pictures, fonts and pages are not unpacked: they hold nothing that acts.
"""

import re
import sys
from typing import BinaryIO

import pikepdf

from services.intake.attachments.cleaner import limit
from services.intake.attachments.kinds import unescaped

ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|OnInstantiate|Launch|Rendition|ImportData|SubmitForm|GoTo[ER]|EmbeddedFiles?|EF|RichMedia|XFA)(?![^\s()<>\[\]{}/%])"
)
"""Names of what runs (scripts, also of forms, films and 3D), of what starts, sends or fetches something, and of files inside."""


def names_it(text: bytes) -> bool:
    """Whether a part of a PDF, unpacked, names something that acts."""
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
        return names_it(each.unparse(resolved=True))
    head = each.stream_dict
    if "/F" in head or names_it(head.unparse(resolved=True)):  # F: what it holds is fetched from elsewhere
        return True
    return "/First" in head and names_it(each.read_bytes())  # objects that are packed, also such as no list names


def main() -> None:
    """Look into what standard input holds, within limits."""
    limit()
    if why := look(sys.stdin.buffer):
        sys.exit(why)


if __name__ == "__main__":
    main()

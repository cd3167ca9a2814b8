"""The process that reads one file, beside the service, which meanwhile answers others.

    python -m services.intake.files.apart ENDING OUTPUT < FILE

It writes the rows of the file to the descriptor OUTPUT, and at its end says in a line on its standard output what it read, or by which rule it stopped. It
opens nothing, and starts nothing.
"""

import csv
import errno
import os
import resource
import sys
from mmap import ACCESS_READ, mmap
from typing import IO

import orjson

from services.intake.files.apart.limits import CELL, LINE, MEMORY, OUTPUT, SECONDS, Stop
from services.intake.files.apart.out import Out
from services.intake.files.apart.separated import read_separated
from services.intake.files.apart.workbook import Said, read_workbook

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of old Office programs begin, and those with a password."""
KINDS = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "rar"),
    (b"\x1f\x8b", "rar"),
    (b"{\\rtf", "docx"),
    (b"\x7fELF", "unknown"),
    (b"MZ", "unknown"),
)
GIVES_WAY = 5
"""How much it gives way to the service, as `nice` has it."""


def read(file: IO[bytes], ending: str, out: Out) -> Said:
    """Read a file. Raises Stop."""
    if not (size := os.fstat(file.fileno()).st_size):
        raise Stop("file-empty")
    with mmap(file.fileno(), size, access=ACCESS_READ) as raw:
        start = raw[:1024]
        if start.startswith(OLD):
            raise Stop("file-encrypted" if raw.find("EncryptedPackage".encode("utf-16-le")) >= 0 else "file-old")
        if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return read_workbook(file, raw, ending, out)
    if kind := next((kind for begins, kind in KINDS if start.startswith(begins) and (len(begins) > 2 or b"\0" in start)), ""):
        raise Stop("file-other", found=kind)
    if (text := start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()).startswith(b"<"):
        raise Stop("file-other", found="xml" if text.startswith(b"<?xml") and b"<html" not in text else "html")
    if ending != "csv":
        raise Stop("file-kind") if ending != "xlsx" else Stop("file-other", found="text" if b"\0" not in start else "unknown")
    return read_separated(file, out)


def main() -> None:
    """Read what standard input holds, within limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT + LINE, OUTPUT + LINE))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(GIVES_WAY)
    csv.field_size_limit(CELL)
    ending, descriptor = sys.argv[1], int(sys.argv[2])
    try:
        with open(0, "rb", closefd=False) as file, open(descriptor, "wb") as rows:  # descriptors, not paths
            resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
            said: Said = {"sheet": read(file, ending, Out(rows))}
    except Stop as stop:
        said = {"rule": stop.rule, "values": stop.values}
    except MemoryError:
        said = {"rule": "file-memory", "values": {}}
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        said = {"rule": "no-room", "values": {}}
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")


if __name__ == "__main__":
    main()

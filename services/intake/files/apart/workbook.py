"""A workbook (.xlsx): its parts looked at before any is read, and its one filled sheet read. Nothing that it links to, embeds or computes is followed."""

from collections.abc import Mapping
from mmap import mmap
from posixpath import join, normpath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from services.intake.files.apart.limits import DECLARED, PARTS, SHEETS, Stop, broken
from services.intake.files.apart.out import Out, letters
from services.intake.files.apart.styles import read_styles
from services.intake.files.apart.texts import Texts, read_texts
from services.intake.files.apart.worksheet import TRUE, Found, Worksheet
from services.intake.files.apart.xml import PACKAGE, RELATED, Parts, local

CENTRAL = b"PK\x01\x02"
"""How each entry of an archive's directory begins."""
OTHERS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "content.xml": "ods"}
"""What other files in the same wrapping hold."""
GUIDES = frozenset({"填写说明", "Guide"})
"""Sheets of a template that explain it: they are never read."""
Said = dict[str, Any]


def read_workbook(file: IO[bytes], raw: mmap, ending: str, out: Out) -> Said:
    """Read the one filled sheet of a workbook. Raises Stop."""
    # An entry of the directory cannot be without its beginning, whatever the archive says that it holds.
    count, at = 0, raw.find(CENTRAL)
    while at >= 0 and count <= PARTS:
        count, at = count + 1, raw.find(CENTRAL, at + 4)
    if count > PARTS:
        raise Stop("file-parts", count=count, limit=PARTS)
    try:
        archive = ZipFile(file)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken(str(error)[:100]) from None
    with archive:
        if any(each.flag_bits & 0x41 for each in archive.infolist()):
            raise Stop("file-encrypted")
        if sum(each.file_size for each in archive.infolist()) > DECLARED:
            raise Stop("file-bomb", limit=DECLARED)
        parts = Parts(archive)
        book = _require_workbook(parts, ending)
        return _read(parts, book, out)


def _require_workbook(parts: Parts, ending: str) -> str:
    """The part that says which sheets there are. Raises Stop: it is no workbook, or one with macros."""
    for part, kind in OTHERS.items():
        if part in parts:
            raise Stop("file-other", found=kind)
    if "[content_types].xml" not in parts:
        raise Stop("file-other", found="zip")
    types = set[str]()
    parts.parse("[Content_Types].xml", lambda _, attributes: types.add(attributes.get("ContentType", "").lower()))
    if any("macroenabled" in each or "vbaproject" in each or "macrosheet" in each for each in types) or any(
        name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in parts.names
    ):
        raise Stop("file-macros")
    if any("sheet.binary" in each for each in types):
        raise Stop("file-binary")
    book = next(
        (each.target for each in _related(parts, "").values() if each.kind == "officeDocument" and not each.outside), "xl/workbook.xml"
    )
    if book not in parts:
        raise Stop("file-other", found="zip")
    if ending != "xlsx":
        raise Stop("file-other" if ending == "csv" else "file-kind", found="xlsx")
    return book


class _Related:
    """What a part of a workbook refers to."""

    def __init__(self, base: str, attributes: Mapping[str, str]) -> None:
        self.kind = attributes.get("Type", "").rpartition("/")[2]
        self.outside = attributes.get("TargetMode") == "External"
        target = attributes.get("Target", "")
        self.target = target.lstrip("/") if target.startswith("/") else normpath(join(base, target))


def _related(parts: Parts, part: str) -> dict[str, _Related]:
    """What a part refers to, by id."""
    folder, _, name = part.rpartition("/")
    file = f"{folder}/_rels/{name}.rels".lstrip("/")
    related: dict[str, _Related] = {}

    def start(full: str, attributes: dict[str, str]) -> None:
        if full.rpartition("}")[2] == "Relationship" and (full.startswith(PACKAGE) or "}" not in full):
            related[attributes.get("Id", "")] = _Related(folder, attributes)

    if file in parts:
        parts.parse(file, start)
    return related


def _read(parts: Parts, book: str, out: Out) -> Said:
    sheets, date1904 = list[tuple[str, str, str]](), False

    def start(full: str, attributes: dict[str, str]) -> None:
        nonlocal date1904
        match local(full):
            case "workbookPr":
                date1904 = attributes.get("date1904") in TRUE
            case "sheet":
                id = next((attributes[f"{space}}}id"] for space in RELATED if f"{space}}}id" in attributes), "")
                sheets.append((attributes.get("name", "")[:60], attributes.get("state", "visible"), id))
                if len(sheets) > SHEETS:
                    raise broken("it has too many sheets")

    parts.parse(book, start)
    related = _related(parts, book)
    by_kind = {each.kind: each.target for each in related.values() if not each.outside}
    styles = read_styles(parts, by_kind["styles"]) if by_kind.get("styles", "") in parts else []
    texts = read_texts(parts, by_kind["sharedStrings"]) if by_kind.get("sharedStrings", "") in parts else Texts()
    filled = list[tuple[str, str]]()
    for name, state, id in sheets:
        if state != "visible" or name in GUIDES:
            continue
        if (each := related.get(id)) is None or each.outside or each.kind not in ("worksheet", "chartsheet", "dialogsheet"):
            raise broken(f"sheet {name!r} is not there")
        if each.kind == "worksheet" and _is_filled(parts, each.target, texts, styles):
            filled.append((name, each.target))
    if not filled:
        raise Stop("sheets-none")
    if len(filled) > 1:
        raise Stop("sheets-several", names="、".join(name for name, _ in filled[:10]))
    ((name, target),) = filled
    sheet = Worksheet(texts, styles, date1904, out)
    sheet.read(parts, target)
    if sheet.hidden_rows:
        raise Stop("rows-hidden", sheet=name, rows=", ".join(map(str, sheet.hidden_rows)))
    if sheet.hidden_columns:
        raise Stop("columns-hidden", sheet=name, columns=", ".join(letters(each) for each in sorted(sheet.hidden_columns)[:10]))
    return {"name": name, "count": out.count, "merged": sheet.merged, "loose": False, "date1904": date1904}


def _is_filled(parts: Parts, part: str, texts: Texts, styles: list[str]) -> bool:
    """Whether a sheet holds anything."""
    try:
        Worksheet(texts, styles, False, None).read(parts, part)
    except Found:
        return True
    return False

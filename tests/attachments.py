"""Pictures, papers and videos made by the tests: whole ones, and such as hide something, or are not what they seem."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image, ImageCms, PngImagePlugin

SECRET = b"N 34.98 E 117.16 taken by Li"
"""What must not be found in anything that is kept."""


def picture(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (60, 40), orientation: int = 1) -> bytes:
    """A picture, red where its upper left is to be seen, with all that cameras and people write into one."""
    image = Image.new(mode, size)
    image.paste("red" if mode in ("RGB", "RGBA") else 255, (0, 0, 10, 10))
    exif, out, secret = Image.Exif(), io.BytesIO(), SECRET.decode()
    exif[0x0112], exif[0x010F], exif[0x9286] = orientation, secret, secret
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 58.0, 48.0), 29: secret})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", secret)
        texts.add_text("Place", secret, zip=True)
        texts.add_itxt("XML:com.adobe.xmp", f"<x>{secret}</x>")
        texts.add(b"prVt", SECRET)
        image.save(out, form, exif=exif, pnginfo=texts, icc_profile=profile)
    elif form == "WEBP":
        image.save(out, form, exif=exif, xmp=SECRET, icc_profile=profile)
    else:
        photoshop = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET  # IPTC
        image.save(out, form, exif=exif, comment=SECRET, xmp=SECRET, icc_profile=profile, quality=95)
        whole = out.getvalue()
        return whole[:2] + b"\xff\xed" + struct.pack(">H", len(photoshop) + 2) + photoshop + whole[2:] + SECRET
    return out.getvalue() + (SECRET if form == "PNG" else b"")


def pdf(inside: bytes = b"") -> bytes:
    """A PDF."""
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + inside + b">>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def office(kind: str = "wordprocessingml.document", parts: Mapping[str, bytes] | None = None, types: bytes = b"") -> bytes:
    """An Office file."""
    out = io.BytesIO()
    main = f'<Types><Override PartName="/x" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", main.encode() + types)
        for name, content in {"word/document.xml": b"<w/>", **(parts or {})}.items():
            packed.writestr(name, content)
    return out.getvalue()


def archive(*names: str) -> bytes:
    """A ZIP file that is no Office file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, b"x")
    return out.getvalue()


def box(name: bytes, content: bytes = b"") -> bytes:
    """A part of a video."""
    return struct.pack(">I", 8 + len(content)) + name + content


def video(brand: bytes = b"isom", rest: int = 100) -> bytes:
    """A video, with the place where it was taken as iPhones and as other phones write it down."""
    place = box(b"udta", box(b"\xa9xyz", SECRET)) + b"".join(box(name, SECRET) for name in (b"meta", b"gps ", b"free", b"moov"))
    track = box(b"trak", box(b"tkhd", bytes(80)) + box(b"mdia", box(b"mdhd", bytes(24)) + place) + place)
    moov = box(b"moov", box(b"mvhd", bytes(100)) + track + place)
    beside = b"".join(box(name, SECRET) for name in (b"uuid", b"free", b"skip", b"GPMF"))
    return box(b"ftyp", brand + bytes(4)) + moov + beside + box(b"mdat", bytes(rest))


def moving() -> bytes:
    """A picture that moves."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")])
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says that it has so many pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")

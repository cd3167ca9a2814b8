"""Pictures, papers and videos made by the tests: whole ones, and such as hide something, or are not what they seem."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pikepdf
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
    """A PDF of one empty page."""
    catalog, pages = b"<< /Type /Catalog /Pages 2 0 R " + inside + b">>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    out, places = b"%PDF-1.7\n", list[int]()
    for number, text in enumerate((catalog, pages, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"), 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    listed = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 4\n" + listed + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def packed_pdf(
    catalog: bytes,
    head: bytes = b"/Type /ObjStm /Filter /FlateDecode",
    packing: Callable[[bytes], bytes] = zlib.compress,
    plain: bytes = b"",
) -> bytes:
    """A PDF whose catalogue lies packed in a stream of objects, with this head and packed so; `plain` is another object, as it is."""
    inside = b"1 0 << /Type /Catalog /Pages 2 0 R " + catalog + b" >>"
    stream = packing(inside)
    objects = {
        2: b"<< /Type /Pages /Kids [] /Count 0 >>",
        3: b"<< " + head + b" /N 1 /First 4 /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        5: plain or b"null",
    }
    out, places = b"%PDF-1.5\n", dict[int, int]()
    for number, text in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + text + b"\nendobj\n"
    start = len(out)
    rows = [(0, 0, 255), (2, 3, 0), (1, places[2], 0), (1, places[3], 0), (1, start, 0), (1, places[5], 0)]
    listed = b"".join(struct.pack(">BIB", *row) for row in rows)
    out += b"4 0 obj\n<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(listed)
    return out + listed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def locked_pdf(catalog: bytes, password: str) -> bytes:
    """A PDF that opens with a password; with none it can be read by everybody, and is encrypted all the same."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(packed_pdf(catalog))) as made:
        made.save(out, encryption=pikepdf.Encryption(owner="owner", user=password), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


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

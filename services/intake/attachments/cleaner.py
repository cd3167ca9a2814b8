"""The process that draws an uploaded picture anew, beside intake, so that nothing but the picture is left of it.

    python -m services.intake.attachments.cleaner JPEG 3

It reads the picture from its standard input, and writes what is kept of it, as JPEG, or as PNG where it was PNG, to its standard output, and a small JPEG of
it to the file descriptor that it is told, here 3. It ends with 0; or, where the picture is not taken, with a line on its standard error, which is a name in
`shared/wording/attachments.py`.
"""

import os
import resource
import sys
from contextlib import suppress
from io import BytesIO
from typing import IO

from PIL import Image, ImageCms, ImageOps

PIXELS = 50_000_000
"""Pixels that a picture may have: each takes up to 4 bytes, twice while it is turned."""
MEMORY = 640 << 20
"""Bytes that the process may hold, at most: such a picture twice, and what writes it."""
SECONDS = 40
"""Of the processor's time: the largest picture takes a quarter of that."""
LARGEST = 64 << 20
"""Bytes that it may write: more than any picture of so many pixels takes."""
GIVES_WAY = 5
"""How much it gives way to the service, as `nice` has it."""
QUALITY = 90
"""Of the JPEG that is kept: nobody sees the difference, and phones take pictures so."""
PREVIEW = (800, 800)
"""Pixels of the small picture, at most: enough for half the width of a printed page."""
FORMATS = ("JPEG", "PNG", "WEBP")


def clean(given: IO[bytes], form: str, kept: IO[bytes], preview: IO[bytes]) -> str | None:
    """Draw a picture anew, turned as it is to be seen and in the colours that it is to have; why not, where it is not taken."""
    Image.MAX_IMAGE_PIXELS = None  # what is asked below is stricter
    with Image.open(given, formats=[form]) as opened:
        if opened.width * opened.height > PIXELS:
            return "pixels"
        if getattr(opened, "is_animated", False) and opened.format != "MPO":  # of what a phone took several of at once, the first is it
            return "moving"
        opened.load()
        profile, alpha = opened.info.get("icc_profile"), opened.has_transparency_data
        ImageOps.exif_transpose(opened, in_place=True)
        image: Image.Image = opened
    seen = "RGBA" if form == "PNG" and alpha else "L" if image.mode in ("1", "L", "I;16") else "RGB"
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256, "L")
    elif profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError):  # without its profile it is as it is
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            image = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    elif alpha and seen != "RGBA":
        image = _on_white(image.convert("RGBA"))
    if image.mode != seen:
        image = image.convert(seen)
    image.info.clear()
    if form == "PNG":
        image.save(kept, "PNG")
    else:
        image.save(kept, "JPEG", quality=QUALITY)
    small = image.reduce(max(1, min(image.width // PREVIEW[0], image.height // PREVIEW[1])))
    small.thumbnail(PREVIEW)
    small = _on_white(small) if small.mode == "RGBA" else small.convert("RGB")
    small.save(preview, "JPEG", quality=80)
    return None


def _on_white(image: Image.Image) -> Image.Image:
    """A picture without what can be seen through, as on paper."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def limit() -> None:
    """Bound what this process may use."""
    for what, most in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, LARGEST)):
        resource.setrlimit(what, (most, most))
    os.nice(GIVES_WAY)


def main() -> None:
    """Clean what standard input holds, within limits."""
    limit()
    form = sys.argv[1]
    try:
        with os.fdopen(int(sys.argv[2]), "wb") as preview:
            why = clean(sys.stdin.buffer, form, sys.stdout.buffer, preview)
    except (OSError, ValueError, SyntaxError, OverflowError, IndexError, KeyError, TypeError, ZeroDivisionError, EOFError, MemoryError):
        why = "broken"  # Pillow raises any of these for what is no picture
    if why:
        sys.exit(why)


if __name__ == "__main__":
    main()

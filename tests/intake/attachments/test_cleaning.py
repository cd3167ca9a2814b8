"""Of a picture, nothing is kept but the picture, turned as it is to be seen; of a video, nothing of where it was taken."""

import io
from tempfile import TemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from services.intake.attachments.bare import is_bare
from services.intake.attachments.checks import checked
from services.intake.attachments.cleaner import clean
from services.intake.attachments.cleaning import cleaned
from services.intake.attachments.kinds import JPEG, MOV, MP4, PNG, WEBP, Kind
from tests.attachments import SECRET, picture, video

MODES = {"JPEG": ("RGB", "L", "CMYK"), "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"), "WEBP": ("RGB", "RGBA")}


async def kept(content: bytes, kind: Kind) -> tuple[bytes, str, bytes]:
    """What is kept of a picture, its media type, and the small one."""
    with TemporaryFile() as given, TemporaryFile() as kept:
        given.write(content)
        given.flush()
        media, preview = await cleaned(given, kind, kept)
        kept.seek(0)
        return kept.read(), media, preview


@pytest.mark.parametrize(("kind", "form"), [(JPEG, "JPEG"), (PNG, "PNG"), (WEBP, "WEBP")])
async def test_nothing_is_left_of_what_a_camera_wrote_into_a_picture(kind: Kind, form: str) -> None:
    sent = picture(form, orientation=6)
    assert SECRET in sent
    content, media, preview = await kept(sent, kind)
    assert media == ("image/png" if form == "PNG" else "image/jpeg")
    assert SECRET not in content + preview
    image = Image.open(io.BytesIO(content))
    assert (dict(image.getexif()), set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}) == ({}, set())
    assert image.size == (40, 60), "it stands upright"
    red = image.convert("RGB").getpixel((36, 4))
    assert isinstance(red, tuple)
    assert (red[0] > 200, red[1] < 60) == (True, True), "and its upper left is at the upper right"


@settings(max_examples=150)
@given(
    case=st.sampled_from([(form, mode) for form, modes in MODES.items() for mode in modes]),
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    orientation=st.integers(0, 9),
)
def test_whatever_the_picture_what_is_kept_is_bare_and_as_large(case: tuple[str, str], size: tuple[int, int], orientation: int) -> None:
    form, mode = case
    out, preview = io.BytesIO(), io.BytesIO()
    sent = picture(form, mode, size, orientation)
    assert not is_bare(sent)
    assert clean(io.BytesIO(sent), form, out, preview) is None
    assert is_bare(out.getvalue())
    assert is_bare(preview.getvalue())
    image = Image.open(io.BytesIO(out.getvalue()))
    image.load()
    assert image.size == (size[::-1] if orientation in (5, 6, 7, 8) else size)


@settings(max_examples=150)
@given(content=st.sampled_from([picture(form) for form in MODES]), data=st.data())
def test_a_damaged_picture_is_refused_or_kept_bare(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content) - 1))
    damaged = bytearray(content)
    damaged[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    form = "JPEG" if content[:1] == b"\xff" else "PNG" if content[:1] == b"\x89" else "WEBP"
    out, preview = io.BytesIO(), io.BytesIO()
    try:
        refused = clean(io.BytesIO(bytes(damaged)), form, out, preview)
    except Exception:  # the process says no more of it than that it is broken
        return
    assert refused or is_bare(out.getvalue())


@pytest.mark.parametrize(("kind", "brand"), [(MP4, b"isom"), (MOV, b"qt  ")])
def test_a_video_keeps_its_length_and_nothing_of_where_it_was_taken(kind: Kind, brand: bytes) -> None:
    sent = video(brand, 1000)
    with TemporaryFile() as file:
        file.write(sent)
        assert checked(file, kind) == kind.media
        file.seek(0)
        content = file.read()
    assert SECRET in sent
    assert SECRET not in content
    assert (len(content), content[-1008:]) == (len(sent), sent[-1008:])

"""How a text of a catalogue is worded in Chinese and English, and what is wrong with a field: nothing that one service alone says."""

from typing import Literal

from shared.signs import without_controls
from shared.values import Wording

Language = Literal["zh", "en"]


def worded(texts: tuple[str, str], **values: object) -> Wording:
    """A text of a catalogue with its values, in Chinese and English; a value may be worded in both itself."""
    zh, en = texts
    chinese = {name: value.zh if isinstance(value, Wording) else value for name, value in values.items()}
    english = {name: value.en if isinstance(value, Wording) else value for name, value in values.items()}
    return Wording(zh=without_controls(zh.format(**chinese))[:1000], en=without_controls(en.format(**english))[:2000])

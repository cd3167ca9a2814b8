"""The style sheet: letters can be told from what lies behind them."""

import re

import pytest

from services.reporting.pages import HERE

SHEET = (HERE / "style.css").read_text("utf-8")
NAMED = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", SHEET))
PAIRS = [
    *((name, "paper") for name in ("ink", "quiet", "brand", "good", "bad", "warn")),
    *(
        ("quiet", "ground"),
        ("ink", "#eceff1"),
        ("good", "#dcece7"),
        ("warn", "#fbeed8"),
        ("brand", "#e7efec"),
        ("#fff", "brand"),
        ("#fff", "good"),
    ),
]
"""Letters and what lies behind them, as the sheet uses them together."""


def luminance(colour: str) -> float:
    """As WCAG 2 reckons it."""
    digits = NAMED.get(colour, colour).removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * each for each in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("letters", "behind"), PAIRS)
def test_letters_stand_out_by_4_5_to_1_at_least(letters: str, behind: str) -> None:
    assert all(each in SHEET for each in (letters, behind) if each.startswith("#"))
    light, dark = sorted((luminance(letters), luminance(behind)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5

"""How wide the columns of a table are."""

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.papers.paper import HEAD_LETTER, LETTER, MARGIN, fitted, room

CELLS = st.sampled_from(["", "—", "0", "100.0%", "Struck off", "Carried over", "按时报送", "Acceptance and commendation", "x" * 60])
TABLES = st.integers(min_value=1, max_value=9).flatmap(
    lambda columns: st.tuples(
        st.lists(st.floats(min_value=1, max_value=6), min_size=columns, max_size=columns),
        st.lists(st.lists(CELLS, min_size=columns, max_size=columns), min_size=1, max_size=4),
    )
)


@given(TABLES)
def test_no_word_is_broken_where_the_page_is_wide_enough_and_the_table_stays_as_wide_as_it_was(
    table: tuple[list[float], list[list[str]]],
) -> None:
    widths, lines = table
    least = [
        max(room(line[column], LETTER if number else HEAD_LETTER) for number, line in enumerate(lines)) for column in range(len(widths))
    ]
    found = fitted(widths, lines)
    assert all(width >= need - 1e-9 for width, need in zip(found, least, strict=True))
    if sum(least) <= sum(widths):
        assert abs(sum(found) - sum(widths)) < 1e-6


def test_the_longest_word_of_a_cell_says_how_wide_it_is_and_chinese_breaks_anywhere() -> None:
    assert room("Carried over", LETTER) == MARGIN + 7 * LETTER
    assert room("按时报送", LETTER) == MARGIN


def test_a_table_whose_words_fit_is_left_as_it_is() -> None:
    assert fitted([4.0, 2.0], [["单位", "上账"], ["某某医院", "12"]]) == [4.0, 2.0]

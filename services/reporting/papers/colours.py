"""The colour of each figure: on pages, on paper, and in the charts of a spreadsheet."""

COLOURS = {"entered": "#8fa8bf", "struck-off": "#1f6f5c", "overdue": "#c0392b", "carried-over": "#d9902f", "open-issues": "#d8c9a8"}

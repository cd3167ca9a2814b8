"""Where the pages of a campaign lie: each address keeps the language, and says which rows stand behind a figure."""

from functools import lru_cache
from urllib.parse import urlencode

from services.reporting.wording.texts import Language

Asked = str | int | bool | None


@lru_cache(maxsize=16_384, typed=True)  # a page has hundreds, the same each time; 1 and True are not the same
def address(path: str, language: Language, **asked: Asked) -> str:
    """A page with what is asked of it; what is not asked is left out."""
    values = {name: str(value).lower() if isinstance(value, bool) else value for name, value in asked.items() if value is not None}
    return f"{path}?{urlencode({**values, 'lang': language})}"


class Links:
    """The pages of one campaign in one language."""

    def __init__(self, campaign: str, language: Language) -> None:
        self._of, self._language = f"/campaigns/{campaign}", language

    def unit(self, unit: str) -> str:
        """The overview of a unit and all below it."""
        return address(self._of, self._language, unit=unit)

    def issue(self, id: str) -> str:
        """One issue."""
        return address(f"/issues/{id.replace('%', '%25')}", self._language)

    def issues(self, **asked: Asked) -> str:
        """The issues that fit."""
        return address(f"{self._of}/issues", self._language, **asked)

    def returns(self, **asked: Asked) -> str:
        """The returns that fit."""
        return address(f"{self._of}/returns", self._language, **asked)

    def gaps(self, **asked: Asked) -> str:
        """What phases of a unit were held for, or closed over."""
        return address(f"{self._of}/gaps", self._language, **asked)

    def books(self, **asked: Asked) -> str:
        """The books that the figures come from."""
        return address(f"{self._of}/books", self._language, **asked)

    def checks(self, **asked: Asked) -> str:
        """The answers to targets that fit."""
        return address(f"{self._of}/checks", self._language, **asked)

"""What can be reported: each category of a plan by each of its channels. Pure."""

from dataclasses import dataclass
from typing import Any

from services.intake.files.vocabulary import Vocabulary
from services.intake.state import Terms
from shared.http.problem import Problem
from shared.wording import Language


@dataclass(frozen=True, slots=True)
class Services:
    """The services of a campaign."""

    terms: Terms
    called: Vocabulary

    def split(self, code: str) -> tuple[str, str]:
        """The channel and the category of a service. Raises Problem 404."""
        channel, _, category = code.partition(".")
        if channel not in self.terms.channels or category not in self.terms.categories:
            raise Problem("no-such-service", service=code[:90])
        return channel, category

    def name(self, kind: str, code: str, language: Language) -> str:
        """What an entry of `categories` or `channels` is called; its code where that is unknown."""
        return next((each.zh if language == "zh" else each.en for each in self.called.entries(kind) if each.code == code), code)

    def listed(self, language: Language) -> list[dict[str, Any]]:
        """All of them, as GeoReport v2 lists them."""
        return [
            {
                "service_code": f"{channel}.{category}",
                "service_name": (name := self.name("categories", category, language)),
                "description": f"{name} – {(group := self.name('channels', channel, language))}",
                "metadata": True,
                "type": "realtime",
                "keywords": f"{category},{channel}",
                "group": group,
            }
            for channel in self.terms.channels
            for category in self.terms.categories
        ]

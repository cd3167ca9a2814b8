"""In which language, and as what, a request wants its answer."""

from collections.abc import Iterator

from fastapi import Request

from shared.wording import Language


def language_of(request: Request) -> Language:
    """By the parameter `lang` of an address, else by `Accept-Language`: Chinese, unless English is preferred."""
    match request.query_params.get("lang"):
        case "en":
            return "en"
        case "zh":
            return "zh"
    wanted = list(_weighed(request.headers.get("accept-language", "")))
    return "en" if _weight(wanted, "en") > _weight(wanted, "zh") else "zh"


def wants_page(request: Request) -> bool:
    """Whether a page is preferred to JSON, as browsers say; `curl` takes whatever comes, and gets JSON."""
    weights = dict(_weighed(request.headers.get("accept", "")))
    return weights.get("text/html", 0.0) > max(weights.get(name, 0.0) for name in ("application/json", "application/problem+json", "*/*"))


def _weight(wanted: list[tuple[str, float]], language: str) -> float:
    """Of a language with all its regions; what is asked for by name counts before `*`."""
    named = [weight for name, weight in wanted if name.partition("-")[0] == language]
    return max(named or [weight for name, weight in wanted if name == "*"] or [0.0])


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    """Each value of a header of preferences with its weight, from 0 to 1; what cannot be read is passed over."""
    for each in header[:1000].lower().split(","):
        name, _, parameters = each.partition(";")
        weight = next((value for key, _, value in (one.strip().partition("=") for one in parameters.split(";")) if key == "q"), "1")
        try:
            yield name.strip(), min(max(float(weight), 0.0), 1.0)
        except ValueError:
            continue

"""Count what the work costs now, say what moved, and accept it.

make accept
"""

import asyncio
import sys

from deploy.embedded.servers import Embedded
from tests.operations import accepted
from tests.operations.measuring import measured


def main() -> None:
    """Write `accepted.yaml` anew."""
    with Embedded() as run:
        counted = asyncio.run(measured(run.mongodb_uri))
    before = accepted.read()
    accepted.write(accepted.taken_over(before, counted))
    for title, lines in (("more", accepted.grown(before, counted)), ("less", accepted.fallen(before, counted))):
        sys.stdout.write("\n".join([f"{title}:", *(f"  {line}" for line in lines or ["nothing"])]) + "\n")


if __name__ == "__main__":
    main()

"""Sites of documents that somebody made on purpose, opened page by page in Chromium.

    python -m benchmarks.hostile [--offers 200] [--rounds 4] [--seed 1]

Needs the virtual environment and Chromium. Each round has another seed and makes a register whose every text would do
harm where it is not taken as a text; it is pulled twice, with other texts each time, and built. No name of a file may
be the data's, no file may hold what turns a line or what HTML forbids, every page must be well-formed and have no
element or attribute but ours. Then every offer's page and one of each other kind is opened: no script of the data's may
run, no request may leave, and the console must stay empty.

What was looked at goes to stdout, progress to stderr; what does not hold ends it with the page and the text.
"""

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import sync_playwright

from benchmarks.pull import say
from tests.site import hostile
from tests.support import chromium

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    offers: Annotated[int, typer.Option(min=10, help="How many offers a round; two documents each.")] = 200,
    rounds: Annotated[int, typer.Option(min=1, help="How many registers.")] = 4,
    seed: Annotated[int, typer.Option(help="The first round's; each has another.")] = 1,
) -> None:
    """Build sites of hostile documents, and look at all that they do."""
    with tempfile.TemporaryDirectory(prefix="tilbudsspejl-hostile-") as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.ARGUMENTS)
        files = pages = 0
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}: building {offers} offers")
            site = hostile.build(Path(name) / f"register-{number}", offers, seed + number)
            hostile.check_names(site)
            hostile.check_files(site)
            watch = hostile.Watch(browser.new_page(), f"{site.as_uri()}/")
            addresses = hostile.addresses(site)
            say(f"round {number + 1}: opening {len(addresses)} pages")
            for address in addresses:
                watch.open(address)
                assert watch.seen == [], watch.seen
            watch.page.close()
            files, pages = files + sum(path.is_file() for path in site.rglob("*")), pages + len(addresses)
        browser.close()
    sys.stdout.write(f"{rounds * offers} offers, {files} files, {pages} pages opened: nothing ran, nothing left\n")


if __name__ == "__main__":
    app()

"""A small made-up register as search sees it."""

import random
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined

from generator.pages import urls
from generator.pages.minify import PARTS
from generator.register.model.search_document import Facets, ResultRow, SearchDocument
from generator.search.browser.shards import write_shards
from generator.search.index.terms import OfferTerms, count_terms
from generator.search.local.whoosh_index import build_index

KINDS = ("Botilbuddet", "Opholdsstedet", "Krisecentret", "Bofællesskabet", "Værestedet", "Aktivitetscentret")
PLACES = ("Lærkehøj", "Egevænget", "Å-huset", "Søbredden", "Svanedal", "Ravnkilde", "Åbrinken", "Kløverhuset")
TOWNS = ("Aabenraa", "Silkeborg", "Viborg", "Odense", "Aarhus", "Læsø", "Holbæk", "Haderslev")
LAWS = ("SEL § 107", "SEL § 108", "SEL § 109", "SEL § 104", "ABL § 105", "BL § 43, stk. 1, nr. 6", "SUL § 141")
GROUPS = (
    "autisme",
    "udviklingshæmning",
    "stofmisbrug",
    "psykiske vanskeligheder",
    "voldsramte kvinder",
    "børn og unge",
)
TEXT = (
    "tilbuddet har pladser til unge og voksne med støtte i hverdagen behandling pædagogisk struktur neuropædagogik "
    "beboerne skærpet tilsyn aktiviteter hjemmet familien barnet børn samvær netværk kost motion medicin personale "
    "krisecentre krisecenter ophold plads døgndækning relationer uddannelse beskæftigelse handicappede kommunen"
)
WORDS = TEXT.split()


def made_up_document(number: int, chance: random.Random) -> SearchDocument:
    """Make up an offer."""
    name = f"{chance.choice(KINDS)} {chance.choice(PLACES)}"
    town, law, groups = chance.choice(TOWNS), chance.choice(LAWS), tuple(chance.sample(GROUPS, 2))
    ceased = chance.random() < 0.15
    former = (f"{chance.choice(KINDS)} {chance.choice(PLACES)}",) if chance.random() < 0.2 else ()
    phone = " ".join(f"{chance.randrange(20, 99)}" for _ in range(4))
    fields = {
        "navn": (name,),
        "tidligere": former,
        "afdeling": tuple(
            f"Afdeling {chance.choice(PLACES)}: {chance.choice(GROUPS)}" for _ in range(chance.randrange(3))
        ),
        "virksomhed": (f"Fonden {chance.choice(PLACES)}",),
        "kommune": (town,),
        "adresse": (f"{chance.choice(PLACES)}vej {chance.randrange(1, 200)}, {chance.randrange(1000, 9990)} {town}",),
        "grundlag": (law,),
        "maalgruppe": groups,
        "tal": (f"tilbudsid {10000 + number}", str(10_000_000 + number), f"1 017 489 {number:03}", phone),
        "beskrivelse": (" ".join(chance.choices(WORDS, k=chance.randrange(200))),),
        "vurdering": tuple(" ".join(chance.choices(WORDS, k=20)) for _ in range(chance.randrange(3))),
    }
    status = ("Ophørt", "gone") if ceased else ("Godkendt", "")
    row = ResultRow(name, f"tilbud/{10000 + number}.html", *status, (town, law, "12 pladser"), former)
    facets = Facets(
        status=status[0],
        grundlag=(law,),
        maalgruppe=groups,
        alder=tuple((group, chance.randrange(30), chance.choice((None, 65))) for group in groups),
        kommune=town,
        tilsyn=chance.choice(("Socialtilsyn Syd", "Socialtilsyn Midt")),
        ejerform=chance.choice(("Kommunal", "Fond eller selvejende institution")),
        pladser=chance.choice((None, 4, 12, 40)),
        takst=((chance.choice(("kr. pr. døgn", "kr. pr. dag")), float(chance.randrange(500, 4000))),),
        aendret=date(2020, 1, 1) + timedelta(days=chance.randrange(2000)),
        order=name.casefold(),
    )
    return SearchDocument(str(10000 + number), ceased, {k: texts for k, texts in fields.items() if texts}, row, facets)


def misspelt(word: str, chance: random.Random) -> str:
    """Leave a letter out, double it, or put another in its place."""
    place = chance.randrange(len(word))
    return word[:place] + chance.choice(("", word[place] * 2, "e")) + word[place + 1 :]


@pytest.fixture(scope="session")
def documents() -> list[SearchDocument]:
    """200 made-up offers."""
    chance = random.Random(20_260_101)
    return [made_up_document(number, chance) for number in range(200)]


@pytest.fixture(scope="session")
def offers(documents: list[SearchDocument]) -> list[OfferTerms]:
    """The same, counted."""
    return [count_terms(document) for document in documents]


@pytest.fixture(scope="session")
def queries(documents: list[SearchDocument]) -> list[str]:
    """Some hundred queries, made of what the documents hold, whole words and beginnings of words."""
    chance = random.Random(7)
    drawn = [
        "§ 107",
        "SEL 107",
        "botilbud i Aabenraa",
        "Åbenrå",
        "børn",
        "findesikke",
        "krisecenter findesikke",
        "2019 2020",
        "dag tilbud",
        "dag-tilbud",
        "misbrug",
        "stofmisbrugere",
        "autsime",
        "autismer",
        "udviklingshaemnign silkebrog",
        "kvindekriser",
        "aktivitetshuset lærkehøj",
        "SEL § 107, BL § 43 nr 6",
        "BL § 43, stk. 1, nr. 5",
        "43",
        "7 b",
        "tilbudsid 10005",
        "s",
        "st",
        "sti",
    ]
    while len(drawn) < 300:
        texts = [text for texts in chance.choice(documents).fields.values() for text in texts if text.strip()]
        words = [chance.choice(chance.choice(texts).split()) for _ in range(chance.randrange(1, 4))]
        if chance.random() < 0.4:
            words[-1] = words[-1][: chance.randrange(1, 6)]
        elif chance.random() < 0.2:
            words[0] = misspelt(words[0], chance)
        drawn.append(" ".join(words))
    drawn += [document.fields["tal"][3] for document in documents[:10]]
    return drawn


# ---- A site of nothing but its search ---------------------------------------------------------

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self' file:; base-uri 'none'"
)
BASE = f"""<!DOCTYPE html>
<html lang="da">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="{POLICY}">
  <title>{{% block title %}}{{% endblock %}}</title>
  <link rel="icon" href="ikon.svg">
  <script src="site.js" defer></script>
</head>
<body>
<main id="indhold" class="in">{{% block content %}}{{% endblock %}}</main>
{{% block scripts %}}{{% endblock %}}
</body>
</html>"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(offers: list[OfferTerms], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of nothing but its search."""
    site = tmp_path_factory.mktemp("site")
    loader = ChoiceLoader([DictLoader({"base.html": BASE}), FileSystemLoader(ROOT / "templates")])
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    templates.globals["urls"] = urls
    page = templates.get_template("soeg.html").render(root="", downloads=True)
    (site / "soeg.html").write_text(page, encoding="utf-8")
    for script in ("site.js", "soeg.js", "valg.js"):
        parts = [(ROOT / "static" / part).read_text(encoding="utf-8") for part in (*PARTS.get(script, ()), script)]
        (site / script).write_text("".join(parts), encoding="utf-8")
    (site / "ikon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    write_shards(lambda: offers, site / "search")
    return site


@pytest.fixture(scope="session")
def index(offers: list[OfferTerms], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whoosh") / "index"
    build_index(lambda: offers, folder)
    return folder


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(site))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, site: Path) -> str:
    """The address of the search page, both ways."""
    root = site.as_uri() if request.param == "file" else request.getfixturevalue("server")
    return f"{root}/soeg.html"

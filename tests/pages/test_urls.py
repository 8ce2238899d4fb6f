"""Every address of the site: readable where that is safe, and never two pages on one."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.pages import urls
from generator.pages.listings import facets
from generator.register.model.vocabulary import parse_paragraph

SAFE = re.compile(r"[0-9a-z][0-9a-z_-]*")


@pytest.mark.parametrize("identifier", ["10000", "a", "a_b-c", "0", "a" * 64, "console", "com", "com10"])
def test_a_safe_id_stands_as_it_is(identifier: str) -> None:
    assert urls.offer(identifier) == f"tilbud/{identifier}.html"


@pytest.mark.parametrize(
    "identifier",
    ["", "A1", "-a", "_a", "å", "a/b", "..", "a.b", "a" * 65, "con", "prn", "aux", "nul", "com1", "lpt9", "\ud800"],
)
def test_any_other_id_is_a_hash_of_it(identifier: str) -> None:
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
    assert urls.offer(identifier) == f"tilbud/x-{digest[:16]}.html"


ANY_TEXT = st.text(st.characters())  # lone surrogates too


@given(ANY_TEXT)
def test_an_id_is_always_a_file_name_for_every_system(identifier: str) -> None:
    assert SAFE.fullmatch(urls.safe_name(identifier))


@given(st.lists(st.text("01aA-_. ", max_size=4), max_size=20, unique=True))
def test_different_ids_have_different_names_even_where_case_is_lost(identifiers: list[str]) -> None:
    assert len({urls.safe_name(identifier).casefold() for identifier in identifiers}) == len(identifiers)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Socialtilsyn Syd", "socialtilsyn-syd"),
        ("  socialtilsyn   SYD ", "socialtilsyn-syd"),
        ("Børn og unge", "boern-og-unge"),
        ("Åbenrå", "aabenraa"),
        ("Aabenraa", "aabenraa"),
        ("A\u030abenra\u030a", "aabenraa"),  # the same letters, taken apart
        ("Æblehaven", "aeblehaven"),
        ("18 år", "18-aar"),
    ],
)
def test_a_slug_is_folded_to_ascii(name: str, slug: str) -> None:
    assert urls.slug(name) == slug


@pytest.mark.parametrize(
    ("name", "begins"),
    [("Autisme (let)", "autisme-let-"), ("Café", "caf-"), ("a-b", "a-b-"), ("con", "con-"), ("x" * 70, "x" * 60 + "-")],
)
def test_a_slug_that_lost_something_has_a_hash(name: str, begins: str) -> None:
    slug = urls.slug(name)
    assert slug.startswith(begins)
    assert re.fullmatch(r"[0-9a-f]{6}", slug.removeprefix(begins))


@pytest.mark.parametrize("name", ["", " ", "!", "日本", "\ud800"])
def test_a_slug_of_nothing_is_a_hash(name: str) -> None:
    assert re.fullmatch(r"x-[0-9a-f]{6}", urls.slug(name))


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        ("10000", "https://a.dk/t/10000/vis"),
        ("a/b?c#d%", "https://a.dk/t/a%2Fb%3Fc%23d%25/vis"),
        ("æ ø", "https://a.dk/t/%C3%A6%20%C3%B8/vis"),
        ("\ud800", "https://a.dk/t/%ED%A0%80/vis"),
        ("{id}", "https://a.dk/t/%7Bid%7D/vis"),
    ],
)
def test_an_offers_page_in_the_register_has_its_id_encoded(identifier: str, address: str) -> None:
    assert urls.official("https://a.dk/t/{id}/vis", identifier) == address


def test_without_an_official_address_there_is_none() -> None:
    assert urls.official("", "10000") == ""


def test_a_paragraph_in_the_glossary_keeps_the_name_that_it_had() -> None:
    assert urls.paragraph_anchor("SEL § 66, stk. 1, nr. 5") == "sel-66-1-5"
    assert urls.paragraph_anchor("BL § 43, stk. 1, nr. 6") == "bl-43-1-6"
    assert urls.paragraph_anchor("§ 107") == "107"


def one_name(name: str) -> str:
    """What is one name: case, white space, and the spellings of the Danish letters don't count."""
    plain = " ".join(name.split()).casefold()
    return plain.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


NAMES = st.text("aAåÅæøeEoO -.,§1/é\u00a0\n", max_size=6)


@given(NAMES, NAMES)
def test_two_names_share_a_slug_only_if_they_are_one_name(one: str, other: str) -> None:
    assert (urls.slug(one) == urls.slug(other)) == (one_name(one) == one_name(other))


@given(ANY_TEXT)
def test_a_slug_is_always_a_file_name_for_every_system(name: str) -> None:
    slug = urls.slug(name)
    assert SAFE.fullmatch(slug)
    assert slug not in {"con", "prn", "aux", "nul"}
    assert len(slug) <= 67


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("SEL § 107", "grundlag/sel-107.html"),
        ("sel §107", "grundlag/sel-107.html"),
        ("§ 107", "grundlag/107.html"),
        ("SEL § 32 a", "grundlag/sel-32a.html"),
        ("SEL § 66, stk. 1, nr. 5", "grundlag/bl-43-1-6.html"),
        ("BL § 43, stk. 1, nr. 6", "grundlag/bl-43-1-6.html"),
        ("SEL § 66, stk. 5", "grundlag/sel-66-5.html"),
        ("SEL § 66, nr. 5", "grundlag/sel-66-nr-5.html"),
        ("Andet", "grundlag/andet.html"),
    ],
)
def test_a_paragraph_s_list_is_under_what_the_law_calls_it_now(text: str, address: str) -> None:
    assert facets.paragraph(text).address == f"grundlag/{urls.paragraph_key(text)}.html" == address


NUMBERS = st.sampled_from(["", "1", "2", "5"])


@given(*[st.tuples(st.sampled_from(["SEL", "SUL", ""]), st.sampled_from(["10", "107"]), NUMBERS, NUMBERS)] * 2)
def test_two_paragraphs_have_two_lists(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    def text(paragraph: tuple[str, ...]) -> str:
        law, number, stk, nr = paragraph
        return f"{law} § {number}" + (f", stk. {stk}" if stk else "") + (f", nr. {nr}" if nr else "")

    assert parse_paragraph(text(one)) == one
    assert (urls.paragraph_key(text(one)) == urls.paragraph_key(text(other))) == (one == other)


def test_the_other_lists() -> None:
    assert facets.municipality("0813", "Frederikshavn").address == "kommune/0813.html"
    assert facets.target_group("Døve").address == "maalgruppe/doeve.html"
    assert facets.authority("Socialtilsyn Øst").address == "socialtilsyn/socialtilsyn-oest.html"


def test_the_way_to_the_root_needs_no_server() -> None:
    assert urls.root_of("index.html") == ""
    assert urls.root_of("tilbud/10000.html") == "../"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.dk", "https://a.dk"),
        (" HTTP://a.dk:8080/x?y=1#z ", "HTTP://a.dk:8080/x?y=1#z"),
        ("www.lærkehøj.dk", "https://www.lærkehøj.dk"),
        ("a.dk/om", "https://a.dk/om"),
    ],
)
def test_a_reader_may_be_sent_to_a_web_address(url: str, address: str) -> None:
    assert urls.outside(url) == address


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JavaScript://a.dk/%0Aalert(1)",
        "data:text/html,x",
        "ftp://a.dk",
        "//a.dk",
        "/x",
        "https://",
        "https://u:p@a.dk",
        "https://a.dk\\@b.dk",
        "https://a b.dk",
        "https://a.dk/\nx",
        "ingen",
        "a@b.dk",
        "../x",
    ],
)
def test_a_reader_is_sent_nowhere_else(url: str | None) -> None:
    assert urls.outside(url) is None


@pytest.mark.parametrize("address", ["a@b.dk", " leder.nord@sub.b.dk "])
def test_a_mail_address_is_one(address: str) -> None:
    assert urls.mail(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "a",
        "a@b",
        "a@b.dk?bcc=x@y.dk",
        "a@b.dk,c@d.dk",
        "a b@c.dk",
        "A <a@b.dk>",
        "mailto:a@b.dk",
        "a@b.dk\n"[:-1] + "\nx",
    ],
)
def test_what_is_more_than_a_mail_address_is_none(address: str | None) -> None:
    assert urls.mail(address) is None

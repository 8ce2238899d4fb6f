"""sitemap.xml: every address once, and no file with more than the protocol allows."""

from xml.etree import ElementTree

from generator.pages.fixed.sitemap import LIMIT, robots, sitemaps


def locations(text: str) -> list[str]:
    return [str(element.text) for element in ElementTree.fromstring(text).iter() if element.tag.endswith("}loc")]


def test_one_file_holds_all_that_fit() -> None:
    files = dict(sitemaps(["https://a.dk/?a&b", "https://a.dk/c.html"], "https://a.dk"))
    assert list(files) == ["sitemap.xml"]
    assert locations(files["sitemap.xml"]) == ["https://a.dk/?a&b", "https://a.dk/c.html"]


def test_more_are_split_under_an_index() -> None:
    addresses = [f"https://a.dk/{number}.html" for number in range(7)]
    files = dict(sitemaps(addresses, "https://a.dk", limit=3))
    names = ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]
    assert list(files) == ["sitemap.xml", *names]
    assert locations(files["sitemap.xml"]) == [f"https://a.dk/{name}" for name in names]
    assert [location for name in names for location in locations(files[name])] == addresses
    assert [len(locations(files[name])) for name in names] == [3, 3, 1]
    assert LIMIT == 50_000


def test_robots_are_told_where_it_is() -> None:
    assert robots("https://a.dk").splitlines()[-1] == "Sitemap: https://a.dk/sitemap.xml"

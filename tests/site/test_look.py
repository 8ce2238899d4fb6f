"""What an operator adds: a theme, own pages, a logo, colours, an address; and what a mistake in them costs."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from tests.support.register import run, run_ok
from tests.support.sites import AGREEMENT, tree

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40"><script>evil()</script><path d="M0 0h80v40z"/></svg>'
)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def settings(**site: str) -> dict[str, str]:
    return {f"TILBUDSSPEJL_SITE__{name.upper()}": value for name, value in site.items()}


@pytest.fixture
def real(real: Path) -> Path:
    """The same archive, with an agreement."""
    terms = AGREEMENT + AGREEMENT.partition("[audience.internal]")[2].join(("[audience.offentlig]", ""))
    put(real / "agreement.toml", terms)
    return real


def test_theme_logo_colours_and_pages_reach_every_page(register: Path) -> None:
    put(register / "logo.svg", LOGO)
    put(
        register / "tema/templates/404.html",
        '{% extends "default/404.html" %}{% block scripts %}<!-- os -->{% endblock %}',
    )
    put(register / "tema/static/site.js", "// Vores eget\nvar vores = 1;\n")
    put(register / "tema/static/skrift/a.woff2", "skrift")
    put(register / "content/20-kurser.md", "# Kurser og *møder*\n\nSe [vejledningen](10-vejledning.md#sidst).\n")
    put(register / "content/10-vejledning.md", "Først.\n\n## Sidst\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n")
    put(register / "content/andet.md", "# Andet\n")
    env = settings(theme="tema", logo="logo.svg", logo_alt="Prøve Kommune", colours__accent="#803050",
                   operator="Prøve Kommune", contact="spejl@example.dk", stale_after="3")  # fmt: skip
    run_ok("build", folder=register, env=env)
    site = register / "site"
    assert "<!-- os -->" in (site / "404.html").read_text(encoding="utf-8")
    assert (site / "site.js").read_text(encoding="utf-8") == "/* Kan læses i temaet: static/site.js */\nvar vores=1;\n"
    assert (site / "skrift" / "a.woff2").read_text(encoding="utf-8") == "skrift"
    logo = (site / "logo.svg").read_text(encoding="utf-8")
    assert "evil" not in logo and "M0 0h80v40z" in logo
    assert "--accent: #803050" in (site / "farver.css").read_text(encoding="utf-8")
    for page in [site / "index.html", next((site / "tilbud").glob("*.html"))]:
        html = soup(page)
        image = html.select_one(".brand img")
        assert image is not None and (image["alt"], image["width"], image["height"]) == ("Prøve Kommune", "72", "36")
        assert html.select_one('link[href$="farver.css"]') is not None
        assert [a.get_text() for a in html.select(".menu a")][-4:] == ["Vejledning", "Kurser og møder", "Andet", "Om"]
        footer = html.select_one("footer")
        assert footer is not None and "Drives af Prøve Kommune." in footer.get_text()
        assert footer.select_one('a[href="mailto:spejl@example.dk"]') is not None
    guide = soup(site / "vejledning.html")
    assert [h.get_text() for h in guide.select("h1")] == ["Vejledning"]
    assert guide.select_one("td.r") is not None
    assert soup(site / "kurser.html").select_one('a[href="vejledning.html#sidst"]') is not None
    assert '"staleAfter":3' in (site / "edition.js").read_text(encoding="utf-8")
    assert soup(site / "privatliv.html").select_one('.facts a[href="mailto:spejl@example.dk"]') is not None
    assert "nothing has changed" in run_ok("build", folder=register, env=env)
    put(register / "tema/static/site.js", "var vores = 2;")
    assert "offers" in run_ok("build", folder=register, env=env), "a theme's file is part of the fingerprint"
    put(register / "logo.svg", LOGO.replace("80v40", "70v40"))
    assert "offers" in run_ok("build", folder=register, env=env), "so is the logo"


@pytest.mark.parametrize(
    ("file", "text", "env", "said"),
    [
        ("tema/templates/offer.html", "a\n{% if %}", {"theme": "tema"}, "offer.html, line 2: "),
        ("tema/templates/offer.html", "a\n\n{{ findesikke }}", {"theme": "tema"}, "offer.html, line 3: 'findesikke'"),
        ("tema/templates/ofer.html", "", {"theme": "tema"}, "(did you mean 'offer.html'?)"),
        ("tema/templates/ordliste.toml", "term = 1", {"theme": "tema"}, "ordliste.toml: term"),
        ("tema/templates/ordliste.toml", "term = []", {"theme": "tema"}, "lacks the term"),
        ("x", "", {"theme": "findesikke"}, "site.theme: "),
        ("logo.svg", "<svg", {"logo": "logo.svg"}, "site.logo: "),
        ("content/Om os.md", "# Os", {}, "call it om-os.md"),
        ("content/soeg.md", "# Søg", {}, "the site has a page of its own at soeg.html"),
        ("content/10-om.md", "# Om", {}, "om.md: 10-om.md becomes om.html too"),
        ("content/a.md", "[x](oms.md)", {}, "a.md: leads to oms.md, which is not there (did you mean 'om.md'?)"),
    ],
)  # fmt: skip
def test_a_mistake_costs_a_line_and_no_site(
    register: Path, file: str, text: str, env: dict[str, str], said: str
) -> None:
    before = tree(register / "site")
    put(register / file, text)
    done = run("build", folder=register, env=settings(title="Nyt", **env))
    assert (done.returncode, done.stdout) == (2, "")
    lines = [line for line in done.stderr.splitlines() if line.startswith("tilbudsspejl: ")]
    assert len(lines) == 1 and said in lines[0] and "Traceback" not in done.stderr
    assert tree(register / "site") == before


def test_the_privacy_text_can_be_the_operators(register: Path) -> None:
    put(register / "content/privatliv.md", "# Vores privatlivspolitik\n\nVi gemmer intet.\n")
    run_ok("build", folder=register)
    page = soup(register / "site" / "privatliv.html")
    assert page.select_one("h1") is not None and "Vi gemmer intet." in page.get_text()
    assert "privatliv.html" not in [str(a["href"]) for a in page.select(".menu a")]


def test_a_public_site_is_shown_to_search_engines(real: Path) -> None:
    env = settings(base_url="https://spejl.example.dk/", audience="offentlig")
    run_ok("build", folder=real, env=env)
    site = real / "site"
    listed = [str(e.text) for e in ElementTree.parse(site / "sitemap.xml").iter() if e.tag.endswith("}loc")]
    pages = {p.relative_to(site).as_posix() for p in site.rglob("*.html")} - {"404.html", "index.html"}
    assert sorted(listed) == sorted(f"https://spejl.example.dk/{address}" for address in {"", *pages})
    for page in site.rglob("*.html"):
        html = soup(page)
        canonical = html.select_one('link[rel="canonical"]')
        if page.name == "404.html":
            assert canonical is None and html.select_one('meta[content="noindex"]') is not None
            continue
        assert canonical is not None and canonical["href"] in listed
        assert html.select_one('meta[name="robots"]') is None
    assert "https://spejl.example.dk/sitemap.xml" in (site / "robots.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("env", [{}, {"base_url": "https://spejl.example.dk"}, {"audience": "offentlig"}])
def test_any_other_site_is_not(real: Path, env: dict[str, str]) -> None:
    run_ok("build", folder=real, env=settings(**env))
    site = real / "site"
    assert not (site / "sitemap.xml").exists() and not (site / "robots.txt").exists()
    for page in site.rglob("*.html"):
        html = soup(page)
        assert html.select_one('meta[name="robots"][content="noindex"]') is not None, page
        assert html.select_one('link[rel="canonical"]') is None


def test_under_a_path_no_robots_txt_is_written_and_a_themes_own_is_kept(real: Path) -> None:
    env = settings(base_url="https://example.dk/spejl", audience="offentlig")
    run_ok("build", folder=real, env=env)
    assert (real / "site" / "sitemap.xml").is_file() and not (real / "site" / "robots.txt").exists()
    put(real / "tema/static/robots.txt", "User-agent: x\n")
    run_ok("build", folder=real, env={**settings(theme="tema", base_url="https://example.dk", audience="offentlig")})
    assert (real / "site" / "robots.txt").read_text(encoding="utf-8") == "User-agent: x\n"


def test_a_mirror_of_nobody_is_told(real: Path) -> None:
    note = "site.operator and site.contact are empty"
    assert note in run("build", folder=real).stderr
    told = run("build", folder=real, env=settings(operator="Prøve Kommune", contact="Skriv til os")).stderr
    assert "note" not in told


def test_what_the_agreement_asks_to_be_said_stands_on_the_page_about_the_mirror(real: Path) -> None:
    put(real / "agreement.toml", 'attribution = "Kilde: Tilbudsportalen, 2026"\n' + AGREEMENT)
    run_ok("build", folder=real)
    assert "Kildeangivelse Kilde: Tilbudsportalen, 2026" in soup(real / "site" / "om.html").get_text(" ", strip=True)

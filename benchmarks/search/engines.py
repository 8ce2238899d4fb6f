"""The engines: each one's index of the same pages, how long it took to make, how large it is, and where it is searched.

Pagefind gets its best case: no navigation, no history, as Tilbudsspejl's own search has none of them. "As it comes" it
reads the whole page. lunr and MiniSearch get the text of the same parts, and keep nothing but the names of the offers
beside their indexes: no texts, so that they could show no snippets.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.search import shards
from benchmarks.search.console import say, stop
from tests.support import npm

PAGEFIND = "1.6.0"
LUNR = "2.3.9"
LUNR_LANGUAGES = "1.22.0"
MINISEARCH = "7.2.0"
PACKAGES = [
    f"pagefind@{PAGEFIND}",
    f"lunr@{LUNR}",
    f"lunr-languages@{LUNR_LANGUAGES}",
    f"minisearch@{MINISEARCH}",
    "node-html-parser@9.0.7",
]

OURS = "Tilbudsspejl"
PLAIN = "Pagefind as it comes"
PAGES = Path(__file__).with_name("pages")
BUILDER = Path(__file__).with_name("index.cjs")
PAGES_SEARCHED = "tilbud/*.html"
BEST_CASE = [
    *("--root-selector", "main"),
    *("--exclude-selectors", "#historik", "--exclude-selectors", "nav", "--exclude-selectors", ".news"),
    *("--force-language", "da"),
]
# What our shards hold to be shown, or to filter by. All else is the index, so that a new kind of file counts there.
BESIDE_OUR_INDEX = ("rows-", "texts-", "facet-")
# 10,000 pages are more than Node takes by itself.
NODE_MEMORY = "--max-old-space-size=8192"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on disk: the index alone, with what is kept to be shown of a hit, and with all that is shipped."""

    index: int
    shown: int
    everything: int


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine with its index made; `page` is its address under the web folder, `file` the same page on disk."""

    name: str
    seconds: list[float]
    sizes: Sizes
    page: str
    file: Path | None = None


def prepare(mirror: Path, web: Path, rounds: int) -> list[Engine]:
    """All engines' indexes of a register's pages, made one after the other, below the folder to be served."""
    modules = _install()
    site = mirror / "site"
    (web / "site").symlink_to(site.resolve())
    return [
        _ours(mirror, rounds),
        _pagefind("Pagefind", BEST_CASE, modules, site, web / "pagefind", rounds),
        _pagefind(PLAIN, [], modules, site, web / "pagefind-plain", rounds),
        _one_file("lunr", modules, site, web / "lunr", rounds),
        _one_file("MiniSearch", modules, site, web / "minisearch", rounds),
    ]


def _install() -> Path:
    """The packages in the user's cache, fetched by npm the first time."""
    try:
        return npm.install("-".join(["search", *(package.rpartition("@")[2] for package in PACKAGES)]), PACKAGES, say)
    except npm.NotInstalled as error:
        raise stop(str(error)) from error


# ---------------------------------------------------------------- Tilbudsspejl


def _ours(mirror: Path, rounds: int) -> Engine:
    say(f"{OURS}: making the shards")
    seconds = _time_our_shards(mirror, rounds)
    site = mirror / "site"
    files = list((site / "search").iterdir())
    index = _size(path for path in files if not path.name.startswith(BESIDE_OUR_INDEX))
    # The scripts of all pages, for the others' folders hold their scripts too.
    interface = _size([*site.glob("*.js"), site / "soeg.html"])
    sizes = Sizes(index, _size(files), _size(files) + interface)
    return Engine(OURS, seconds, sizes, "site/soeg.html", site / "soeg.html")


def _time_our_shards(mirror: Path, rounds: int) -> list[float]:
    with tempfile.TemporaryDirectory(prefix="tilbudsspejl-shards-") as folder:
        documents = Path(folder, "documents")
        shards.prepare(mirror, documents)
        seconds = [shards.seconds(documents, Path(folder, str(number))) for number in range(rounds)]
    say(f"{OURS}: shards made in {median(seconds):.1f} s")
    return seconds


# ---------------------------------------------------------------- the others


def _pagefind(name: str, options: list[str], modules: Path, site: Path, folder: Path, rounds: int) -> Engine:
    bundle = folder / "pagefind"
    command = [
        str(modules / ".bin" / "pagefind"),
        *("--site", str(site), "--output-path", str(bundle), "--glob", PAGES_SEARCHED, "--silent", *options),
    ]

    def build() -> None:
        shutil.rmtree(bundle, ignore_errors=True)
        _run(command, {})

    seconds = _rounds(name, build, rounds)
    index = _size([*(bundle / "index").iterdir(), *bundle.glob("*.pf_meta")])
    sizes = Sizes(index, index + _size((bundle / "fragment").iterdir()), _size(_files(bundle)))
    _copy_page("pagefind", folder)
    return Engine(name, seconds, sizes, f"{folder.name}/index.html")


def _one_file(name: str, modules: Path, site: Path, folder: Path, rounds: int) -> Engine:
    kind, file = name.lower(), folder / "index.json"
    folder.mkdir()
    command = ["node", NODE_MEMORY, str(BUILDER), kind, str(site / "tilbud"), str(file)]
    index = 0

    def build() -> None:
        nonlocal index
        index = int(_run(command, {"NODE_PATH": str(modules)}))

    seconds = _rounds(name, build, rounds)
    for library, source in _libraries(kind, modules).items():
        shutil.copyfile(source, folder / library)
    _copy_page(kind, folder)
    return Engine(name, seconds, Sizes(index, file.stat().st_size, _size(_files(folder))), f"{folder.name}/index.html")


def _libraries(kind: str, modules: Path) -> dict[str, Path]:
    if kind == "minisearch":
        return {"minisearch.js": modules / "minisearch/dist/umd/index.js"}
    names = ("lunr.stemmer.support.min.js", "lunr.da.min.js")
    minified = modules / "lunr-languages/min"
    return {"lunr.min.js": modules / "lunr/lunr.min.js"} | {name: minified / name for name in names}


def _copy_page(kind: str, folder: Path) -> None:
    shutil.copyfile(PAGES / f"{kind}.html", folder / "index.html")
    shutil.copyfile(PAGES / f"{kind}.js", folder / "engine.js")
    shutil.copyfile(PAGES / "page.js", folder / "page.js")


def _rounds(name: str, build: Callable[[], None], rounds: int) -> list[float]:
    seconds = []
    for _ in range(rounds):
        begun = time.monotonic()
        build()
        seconds.append(time.monotonic() - begun)
    say(f"{name}: built in {median(seconds):.1f} s")
    return seconds


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise stop(f"{Path(command[0]).name} failed ({done.returncode}): {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _size(files: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in files)

"""How well words are put into families: ours beside Snowball's Danish stemmer, by a spelling dictionary.

    python -m benchmarks.stemming MIRROR [--dictionary /usr/share/hunspell/da_DK]

Needs spylls (`pip install spylls`), which reads Hunspell's dictionaries, and the Danish one (`apt-get install
hunspell-da`). MIRROR is the folder of a register that was built: its words are asked for.

Two words of the register belong together if the dictionary has a word of which both are inflections. Understemmed is
such a pair in two families; overstemmed is a pair in one family that has no such word. The dictionary is no judge of
everything: it has børn apart from barn, and knows no word that binds autister to autisme, so some of ours count as
errors that are meant.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Annotated

import orjson
import Stemmer
import typer

from generator.search.analysis import danish

_STEMMER = Stemmer.Stemmer("danish")
Pair = tuple[str, str]


def main(
    mirror: Annotated[Path, typer.Argument(metavar="MIRROR", help="The folder of a register that was built.")],
    dictionary: Annotated[Path, typer.Option(help="Hunspell's Danish dictionary.")] = Path("/usr/share/hunspell/da_DK"),
) -> None:
    """Measure how well words are put into families."""
    stored = orjson.loads((mirror / "register.sqlite.search" / "lexicon.json").read_bytes())
    words = {danish.unfold(form): form for form in stored["forms"][::3] if form.isalpha()}
    lemmas = {word: found for word, found in _lemmas(words, dictionary) if found}
    together = set(_pairs(_turned(lemmas).values()))
    sys.stdout.write(f"{len(words)} words, {len(lemmas)} in the dictionary, {len(together)} pairs belong together\n\n")
    sys.stdout.write("| | understemmed | overstemmed |\n| --- | ---: | ---: |\n")
    for name, group in (
        ("each word alone", lambda word: word),
        ("Snowball", _STEMMER.stemWord),
        ("Snowball until nothing comes off", _stem_on),
        ("Tilbudsspejl", lambda word: danish.group(words[word])),
    ):
        put = set(_pairs(_turned({word: {group(word)} for word in lemmas}).values()))
        wrong = {pair for pair in put if lemmas[pair[0]].isdisjoint(lemmas[pair[1]])}
        under, over = len(together - put) / len(together), len(wrong) / max(1, len(put))
        sys.stdout.write(f"| {name} | {under:.1%} | {over:.1%} |\n")
        typer.echo(f"{name}: apart {sorted(together - put)[:40]}; together {sorted(wrong)[:40]}", err=True)


def _lemmas(words: Iterable[str], dictionary: Path) -> Iterator[tuple[str, set[str]]]:
    from spylls.hunspell import Dictionary
    from spylls.hunspell.algo.capitalization import Type

    lookup = Dictionary.from_files(str(dictionary)).lookuper
    for word in words:
        yield word, {form.stem.lower() for form in lookup.affix_forms(word, captype=Type.NO)}


def _stem_on(word: str) -> str:
    stem: str = _STEMMER.stemWord(word)
    return stem if stem == word else _stem_on(stem)


def _turned(families: dict[str, set[str]]) -> dict[str, set[str]]:
    """Which words there are to each name."""
    turned: dict[str, set[str]] = defaultdict(set)
    for word, names in families.items():
        for name in names:
            turned[name].add(word)
    return turned


def _pairs(groups: Iterable[set[str]]) -> Iterator[Pair]:
    for group in groups:
        yield from combinations(sorted(group), 2)


if __name__ == "__main__":
    typer.run(main)

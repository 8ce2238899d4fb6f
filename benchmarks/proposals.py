"""How right the proposals of `source check` are, on made-up sources of another making.

    python -m benchmarks.proposals [--sources 40] [--first 0] [--show]

The sources are drawn by `tests.support.other_sources`, whose names are none of the program's. Counted are the fields
that are not where the mapping says: of those that the source has elsewhere, how many are proposed their right path
first; and how many proposals are wrong, those that are called sure among them.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

import typer

from generator.register.mapping.mapping import default_mapping
from generator.register.mapping.proposals import Proposal, compare
from tests.support.other_sources import OtherSource, made_source


@dataclass
class Measured:
    """What came of the fields that were looked for."""

    there: int = 0  # fields that the source has somewhere else
    right: int = 0
    sure: int = 0  # right and called sure
    wrong: int = 0  # a path that is another's, also for a field that the source doesn't have
    wrong_and_sure: int = 0
    none: int = 0  # nothing proposed, though it is there
    lines: list[str] = field(default_factory=list)  # all that is not right
    missed: Counter[str] = field(default_factory=Counter)  # how those fields were moved that are not right

    @property
    def share(self) -> float:
        """Right first proposals of all fields that are there."""
        return self.right / self.there


def measure(seeds: Iterable[int]) -> Measured:
    """Compares the default mapping with the source of each seed, and each proposal with the truth."""
    measured = Measured()
    for seed in seeds:
        source = made_source(seed)
        for missing in compare(default_mapping(), source.types).missing:
            _count(measured, seed, missing.name, source, missing.proposal)
    return measured


def _count(measured: Measured, seed: int, name: str, source: OtherSource, proposal: Proposal | None) -> None:
    right, how = source.went[name], source.how[name]
    path = proposal.path.replace("[]", "") if proposal else None
    is_sure = proposal is not None and proposal.is_sure
    measured.there += right is not None
    if path == right:
        measured.right += right is not None
        measured.sure += is_sure
        return
    measured.wrong += path is not None
    measured.none += path is None
    measured.wrong_and_sure += is_sure
    measured.missed[how] += 1
    score = f"{proposal.score:.0%}{', sure' if is_sure else ''}" if proposal else ""
    measured.lines.append(f"{seed}: {name} ({how}): {path} {score}; right: {right}")


def main(
    sources: Annotated[int, typer.Option(help="How many sources.")] = 40,
    first: Annotated[int, typer.Option(help="The first one's seed.")] = 0,
    show: Annotated[bool, typer.Option("--show", help="Each field that is not right.")] = False,
) -> None:
    """Measure the proposals of source check."""
    found = measure(range(first, first + sources))
    sys.stdout.write(
        f"{sources} sources, {found.there} fields that are elsewhere: right first proposal {found.right} "
        f"({found.share:.1%}), of these sure {found.sure}; none {found.none}, wrong {found.wrong}, "
        f"wrong and sure {found.wrong_and_sure}\n"
    )
    sys.stdout.writelines(f"  {line}\n" for line in (found.lines if show else []))


if __name__ == "__main__":
    typer.run(main)

"""`bank check`: hold a family against the laws of the bank."""

from dataclasses import dataclass
from typing import Any

from question_bank import laws, registry
from question_bank.errors import BankError
from question_bank.laws import Sample


@dataclass(frozen=True, slots=True)
class Report:
    """What was found of one family; counts are over the variants that were drawn."""

    family: str
    accepted: int
    size: int
    distinct: int
    disagreements: int
    collisions: int
    milliseconds: float
    breaches: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "id": self.family,
            "accepted": self.accepted,
            "size": self.size,
            "distinct": self.distinct,
            "disagreements": self.disagreements,
            "collisions": self.collisions,
            "ms_per_variant": self.milliseconds,
            "breaches": list(self.breaches),
        }

    def line(self) -> str:
        """The report in a line."""
        state = "ok" if not self.breaches else f"{len(self.breaches)} BREACHES"
        return (
            f"{self.family:<32}{self.accepted:>7} variants ({self.distinct} distinct) of {self.size:.3g},"
            f" {self.disagreements} oracle disagreements, {self.collisions} misconception collisions,"
            f" {self.milliseconds:.2f} ms a variant: {state}"
        )


def check(family_id: str, variants: int, *, exhaustive: bool = False) -> Report:
    """Run every law on a family; whatever is broken in it is a breach.

    Args:
        family_id: "topic/name".
        variants: how many to draw, shared out over the levels.
        exhaustive: look at every variant there is.

    Raises:
        UsageError: there is no such family, or it is too large to be exhausted.
    """
    size = 0
    try:
        family = registry.get(family_id)
        size = sum(level.space.size for level in family.levels.values())
        sample = laws.take(family, variants, exhaustive=exhaustive)
    except BankError as error:
        return Report(family_id, 0, size, 0, 0, 0, 0.0, (error.message,))
    disagreements = laws.breaches(laws.the_oracle_agrees, sample, most=None)
    collisions = laws.breaches(laws.misconceptions_differ, sample, most=None)
    count = len(sample.variants)
    return Report(
        family=family_id,
        accepted=count,
        size=size,
        distinct=len({(variant.level, repr(variant.raw)) for variant in sample.variants}),
        disagreements=len(disagreements),
        collisions=len(collisions),
        milliseconds=round(1000 * sample.seconds / count, 3) if count else 0.0,
        breaches=(*disagreements[:5], *collisions[:5], *_others(sample)),
    )


def _others(sample: Sample) -> list[str]:
    """The breaches of the laws that are not counted, each once and under the first law that found it."""
    found: dict[str, str] = {}
    for law in laws.LAWS:
        if law in (laws.the_oracle_agrees, laws.misconceptions_differ):
            continue
        for breach in laws.breaches(law, sample):
            found.setdefault(breach, law.__name__)
        if law is laws.texts_are_complete and found:
            break  # every later law would stumble over the same text
    return [f"{law}: {breach}" for breach, law in found.items()]

"""`bank check`: hold a family against the laws of the bank."""

from dataclasses import dataclass
from typing import Any

from question_bank import laws, registry
from question_bank.errors import ConvmarkError


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
    """Run every law on a family.

    Args:
        family_id: "topic/name".
        variants: how many to draw, shared out over the levels.
        exhaustive: draw every variant there is.
    """
    family = registry.get(family_id)
    size = sum(level.space.size for level in family.levels.values())
    try:
        sample = laws.take(family, variants, exhaustive=exhaustive)
    except ConvmarkError as error:
        return Report(family_id, 0, size, 0, 0, 0, 0.0, (error.message,))
    disagreements = [found for variant in sample.variants for found in laws.disagreements(family, variant)]
    collisions = [found for variant in sample.variants for found in laws.collisions(family, variant)]
    found = [*disagreements[:5], *collisions[:5]]
    for law in laws.LAWS:
        if law not in (laws.the_oracle_agrees, laws.misconceptions_differ):
            found += [f"{law.__name__}: {breach}" for breach in laws.breaches(law, sample)]
    count = len(sample.variants)
    distinct = len({(variant.level, variant.index) for variant in sample.variants})
    milliseconds = round(1000 * sample.seconds / count, 3) if count else 0.0
    return Report(family_id, count, size, distinct, len(disagreements), len(collisions), milliseconds, tuple(found))

"""The laws that every family obeys, run by `bank check` and by the tests.

A law looks at a `Sample`, variants of all levels with their questions and keys, and names every
breach it finds. It states what must hold; how a family brings that about is its own affair.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from question_bank.laws.answers import (
    collisions,
    disagreements,
    misconceptions_differ,
    solutions_end_in_the_answer,
    solve_gives_the_key,
    the_oracle_agrees,
)
from question_bank.laws.choices import choices_are_fair, choices_do_not_tell
from question_bank.laws.figures import figures_are_true, figures_fit_every_page, papers_draw_no_answer
from question_bank.laws.marking import marking_tells_apart
from question_bank.laws.sample import Sample, take
from question_bank.laws.space import (
    a_tenth_is_accepted,
    indices_come_back,
    levels_rise,
    supply_is_declared,
    variants_are_distinct,
)
from question_bank.laws.texts import (
    formulas_are_plain,
    keys_are_used,
    statements_say_all,
    texts_are_complete,
    writing_repeats,
)

Law = Callable[[Sample], Iterator[str]]
LAWS: tuple[Law, ...] = (
    the_oracle_agrees,
    misconceptions_differ,
    texts_are_complete,
    keys_are_used,
    variants_are_distinct,
    indices_come_back,
    a_tenth_is_accepted,
    supply_is_declared,
    levels_rise,
    statements_say_all,
    formulas_are_plain,
    solutions_end_in_the_answer,
    solve_gives_the_key,
    marking_tells_apart,
    choices_are_fair,
    choices_do_not_tell,
    writing_repeats,
    papers_draw_no_answer,
    figures_are_true,
    figures_fit_every_page,
)


def breaches(law: Law, sample: Sample, most: int | None = 5) -> list[str]:
    """The first breaches of a law, or all; an error while looking is one too."""
    found: list[str] = []
    try:
        found.extend(islice(law(sample), most))
    except Exception as error:  # noqa: BLE001  # whatever a family raises is its breach
        found.append(sample.family.fault(error).message)
    return found


__all__ = [
    "LAWS", "Law", "Sample", "a_tenth_is_accepted", "breaches", "choices_are_fair", "choices_do_not_tell",
    "collisions", "disagreements", "figures_are_true", "figures_fit_every_page", "formulas_are_plain",
    "indices_come_back", "keys_are_used", "marking_tells_apart", "misconceptions_differ", "papers_draw_no_answer",
    "solutions_end_in_the_answer", "solve_gives_the_key",
    "statements_say_all", "supply_is_declared", "take", "texts_are_complete", "the_oracle_agrees",
    "variants_are_distinct", "writing_repeats",
]  # fmt: skip

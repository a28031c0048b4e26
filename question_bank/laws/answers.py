"""Laws of the answers: what is derived, measured, mistaken, printed and solved."""

from collections.abc import Iterator
from typing import Any

from question_bank.family import Family, Variant
from question_bank.laws.sample import Sample, named
from question_bank.solve import solve
from question_bank.text import LANGUAGES


def the_oracle_agrees(sample: Sample) -> Iterator[str]:
    """Every answer that is derived is measured to be the same."""
    for variant in sample.variants:
        yield from disagreements(sample.family, variant)


def disagreements(family: Family, variant: Variant) -> Iterator[str]:
    """The parts of a variant that the oracle contradicts."""
    solved = variant.solved
    try:
        measured = family.measured(solved.given)
        wrong = [
            part.name
            for part in family.parts
            if not family.kind(part, solved.line).agrees(solved.answers[part.name], measured[part.name])
        ]
    except Exception as error:  # noqa: BLE001  # whatever an oracle raises, it did not agree
        yield family.fault(error, named(variant)).message
        return
    for name in wrong:
        derived, found = solved.answers[name], measured[name]
        kinds = f" ({type(derived).__name__} and {type(found).__name__})" if str(derived) == str(found) else ""
        yield f"{named(variant)}: {name} is derived as {derived} and measured as {found}{kinds}"


def misconceptions_differ(sample: Sample) -> Iterator[str]:
    """No misconception equals the answer or another one, as they are stored; at least two are left."""
    for variant in sample.variants:
        yield from collisions(sample.family, variant)


def collisions(family: Family, variant: Variant) -> Iterator[str]:
    """The misconceptions of a variant that cannot be told from the answer or from each other."""
    line = variant.solved.line
    for part in variant.parts:
        kind = family.kind(part, line)
        answer = kind.decode(kind.encode(variant.solved.answers[part.name]))
        values = {name: kind.decode(kind.encode(value)) for name, value in variant.misconceptions[part.name].items()}
        for name, value in values.items():
            if kind.alike(answer, value):
                yield f"{named(variant)}: {part.name}: {name} gives the answer, {value}"
        names = list(values)
        for place, name in enumerate(names):
            for other in names[:place]:
                if kind.alike(values[other], values[name]):
                    yield f"{named(variant)}: {part.name}: {name} and {other} both give {values[name]}"
        if len(values) < 2 and not family.few_misconceptions:
            yield f"{named(variant)}: {part.name} has fewer than two misconceptions"


def solutions_end_in_the_answer(sample: Sample) -> Iterator[str]:
    """Every answer is the value of a step of the printed solution."""
    for variant in sample.few(30):
        _, key = sample.asked(variant, "en")
        values = [step["value"] for step in key.steps]
        for part in variant.parts:
            answer = key.answers[part.name]
            if not part.kind.ends(answer, values):
                yield f"{named(variant)}: no step of the solution has the value of {part.name}, {answer}"


def solve_gives_the_key(sample: Sample) -> Iterator[str]:
    """`bank solve` on the printed given answers as the key does, whatever the language."""
    for variant in sample.few(30):
        question, key = sample.asked(variant, LANGUAGES[variant.index % len(LANGUAGES)])
        answers = {**_unlisted(sample.family, question.given), **solve(sample.family.id, question.given)["answers"]}
        if any(answers[name] != value for name, value in key.answers.items()):
            yield f"{named(variant)}: the key says {dict(key.answers)}, solving says {answers}"


def _unlisted(family: Family, raw: Any) -> dict[str, Any]:
    """The answers that solving derives and does not list."""
    solved = family.solve(raw)
    kinds = {part.name: family.kind(part, solved.line) for part in family.parts if not part.listed}
    return {name: kind.encode(solved.answers[name]) for name, kind in kinds.items()}

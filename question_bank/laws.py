"""The laws that every family obeys, run by `bank check` and by the tests.

A law looks at a `Sample`, variants of all levels with their questions and keys, and names every
breach it finds. It states what must hold; how a family brings that about is its own affair.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.answers import Expression
from question_bank.choices import OWN_CHOICES
from question_bank.errors import BankError, ConvmarkError, SupplyError, UsageError
from question_bank.family import Family, Part, Variant
from question_bank.keyed import Draws, Permutation
from question_bank.marking import PartKey, mark
from question_bank.question import Key, Question, ask, statement
from question_bank.render.latex import formulas, plain
from question_bank.solve import solve
from question_bank.space import to_json
from question_bank.text import LANGUAGES

KEY = b"the laws of the bank"
FEWEST_VARIANTS = 100
LEAST_ACCEPTED = 0.1
CHOICES = 4
# chi square with 3 degrees of freedom: a fair draw exceeds this once in a million
TOO_UNEVEN = 30.7


@dataclass
class Sample:
    """Variants of a family, in the order of a fixed key."""

    family: Family
    variants: list[Variant]
    seconds: float
    _asked: dict[tuple[int, str], tuple[Question, Key]] = field(default_factory=dict)

    def asked(self, variant: Variant, language: str) -> tuple[Question, Key]:
        """The variant in a language."""
        name = (id(variant), language)
        if name not in self._asked:
            self._asked[name] = ask(self.family, variant, language)
        return self._asked[name]

    def few(self, count: int) -> list[Variant]:
        """Some of the variants, from all levels."""
        step = max(1, len(self.variants) // count)
        return self.variants[::step]


def take(family: Family, variants: int, *, exhaustive: bool = False) -> Sample:
    """Draw a sample: `variants` in all, shared out over the levels, or every one there is."""
    begun = time.perf_counter()
    drawn: list[Variant] = []
    for level in family.levels:
        share = -(-variants // len(family.levels))
        try:
            for number, variant in enumerate(family.walk(level, KEY)):
                if not exhaustive and number >= share:
                    break
                drawn.append(variant)
        except SupplyError as error:
            if not exhaustive:
                raise BankError(error.message) from None
    return Sample(family, drawn, time.perf_counter() - begun)


# --- the laws -------------------------------------------------------------------------------


def the_oracle_agrees(sample: Sample) -> Iterator[str]:
    """Every answer that is derived is measured to be the same."""
    for variant in sample.variants:
        yield from disagreements(sample.family, variant)


def disagreements(family: Family, variant: Variant) -> Iterator[str]:
    """The parts of a variant that the oracle contradicts."""
    solved = variant.solved
    try:
        measured = family.measure(solved.given)
    except Exception as error:  # noqa: BLE001  # whatever an oracle raises, it did not agree
        yield f"{_name(variant)}: measuring failed: {type(error).__name__}: {error}"
        return
    for part in family.parts:
        kind = family.kind(part, solved.line)
        if not kind.agrees(solved.answers[part.name], measured[part.name]):
            yield (
                f"{_name(variant)}: {part.name} is derived as {solved.answers[part.name]}"
                f" and measured as {measured[part.name]}"
            )


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
                yield f"{_name(variant)}: {part.name}: {name} gives the answer, {value}"
        names = list(values)
        for place, name in enumerate(names):
            for other in names[:place]:
                if kind.alike(values[other], values[name]):
                    yield f"{_name(variant)}: {part.name}: {name} and {other} both give {values[name]}"
        if len(values) < 2 and not family.few_misconceptions:
            yield f"{_name(variant)}: {part.name} has fewer than two misconceptions"


def variants_are_distinct(sample: Sample) -> Iterator[str]:
    """No two indices of a level mean the same question."""
    seen: dict[str, Variant] = {}
    for variant in sample.variants:
        text = f"{variant.level} {json.dumps(to_json(variant.raw), sort_keys=True)}"
        if text in seen:
            yield f"{_name(variant)} repeats {_name(seen[text])}: {text}"
        seen[text] = variant


def indices_come_back(sample: Sample) -> Iterator[str]:
    """The index of a variant's given is its index."""
    for variant in sample.variants:
        space = sample.family.levels[variant.level].space
        if space.index(variant.raw) != variant.index:
            yield f"{_name(variant)}: its given has the index {space.index(variant.raw)}"


def a_tenth_is_accepted(sample: Sample) -> Iterator[str]:
    """At least a tenth of each level's space is accepted, so that a walk is short."""
    family = sample.family
    for level, declared in family.levels.items():
        size = declared.space.size
        looked = min(size, 400)
        order = Permutation(size, KEY)
        accepted = sum(isinstance(family.draw(level, order.at(place)), Variant) for place in range(looked))
        if accepted < LEAST_ACCEPTED * looked:
            yield f"level {level}: {accepted} of {looked} points are accepted"


def supply_is_declared(sample: Sample) -> Iterator[str]:
    """A level with fewer than 100 variants says why."""
    family = sample.family
    for level, declared in family.levels.items():
        size = declared.space.size
        if size > 100 * FEWEST_VARIANTS or family.few_variants:
            continue
        accepted = sum(isinstance(family.draw(level, index), Variant) for index in range(size))
        if accepted < FEWEST_VARIANTS:
            yield f"level {level} has {accepted} variants and the family does not say why (few_variants)"


def statements_say_all(sample: Sample) -> Iterator[str]:
    """Every number of the given stands in the statement, in every language; 0 and 1 may be words."""
    for variant in sample.few(30):
        for language in LANGUAGES:
            text = statement(sample.family, variant.solved.given, language)
            numbers = re.findall(r"\d+", text.replace(r"\,", "").replace("{,}", "."))
            for number in _numbers(to_json(variant.raw)):
                pieces = re.findall(r"\d+", str(abs(number)))
                if number not in (0, 1) and not all(piece in numbers for piece in pieces):
                    yield f"{_name(variant)} ({language}): the statement does not say {number}"


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _numbers(entry)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def texts_are_complete(sample: Sample) -> Iterator[str]:
    """All texts that are used exist, use the same placeholders in each language, and none lies idle."""
    family, texts = sample.family, sample.family.texts
    used = {"title", *(f"prompt.{part.name}" for part in family.parts)}
    for variant in (*sample.variants, *take(family, 600).variants):
        line = variant.solved.line
        used |= {f"step.{step.text}" for step in line.steps}
        used |= {f"misconception.{name}" for name in line.misconceptions}
        wording = family.wording(variant.solved.given)
        used.add(f"statement.{wording}" if wording else "statement")
    for name in sorted(used - texts.all().keys()):
        yield f"[{name}] is missing from {texts.path.name}"
    for name, entry in texts.all().items():
        places = {language: sorted(texts.template(name, language).names) for language in LANGUAGES}
        if any(found != places["en"] for found in places.values()):
            yield f"[{name}] has different placeholders: {places}"
        if not name.startswith("word.") and any(not str(entry[language]).strip() for language in LANGUAGES):
            yield f"[{name}] is empty in a language"
        table = name.partition(".")[0]
        if table not in ("title", "statement", "prompt", "step", "misconception", "word"):
            yield f"[{name}]: there is no table {table}"
        if table in ("prompt", "misconception") and name not in used:
            yield f"[{name}] is never used"


def formulas_are_plain(sample: Sample) -> Iterator[str]:
    """All LaTeX keeps to the bank's list of commands, with matching brackets, in every language."""
    texts = sample.family.texts
    found: set[str] = set()
    for variant in sample.few(12):
        for language in LANGUAGES:
            question, key = sample.asked(variant, language)
            found.add(question.statement)
            found.update(part.prompt for part in question.parts)
            found.update(str(step["text"]) for step in key.steps)
    for name in texts.names("misconception"):
        found.update(str(text) for text in texts.raw(f"misconception.{name}").values())
    for text in sorted(found):
        if text.count("$") % 2:
            yield f"an odd number of $ in: {text}"
        if "@{" in text:
            yield f"a placeholder was left in: {text}"
        for formula in formulas(text):
            try:
                plain(formula)
            except BankError as error:
                yield error.message


def solutions_end_in_the_answer(sample: Sample) -> Iterator[str]:
    """Every answer is the value of a step of the printed solution."""
    for variant in sample.few(30):
        _, key = sample.asked(variant, "en")
        values = [step["value"] for step in key.steps]
        for name, answer in key.answers.items():
            parts = answer if isinstance(answer, list) and answer not in values else [answer]
            if any(part not in values for part in parts):
                yield f"{_name(variant)}: no step of the solution has the value of {name}, {answer}"


def solve_gives_the_key(sample: Sample) -> Iterator[str]:
    """`bank solve` on the printed given answers as the key does, whatever the language."""
    for variant in sample.few(30):
        question, key = sample.asked(variant, LANGUAGES[variant.index % len(LANGUAGES)])
        answers = solve(sample.family.id, question.given)["answers"]
        if any(answers[name] != value for name, value in key.answers.items()):
            yield f"{_name(variant)}: the key says {dict(key.answers)}, solving says {answers}"


def marking_tells_apart(sample: Sample) -> Iterator[str]:
    """Spellings of the answer are right, each misconception is wrong and named, nonsense is invalid."""
    for variant in sample.few(9):
        for language in LANGUAGES:
            yield from _marked(sample, variant, language)


def _marked(sample: Sample, variant: Variant, language: str) -> Iterator[str]:
    question, key = sample.asked(variant, language)
    rows = {part.part: part.row(1) for part in question.parts}
    key_row = json.loads(json.dumps(key.row(student_id="s", question="1")))
    for part in variant.parts:
        kind = sample.family.kind(part, variant.solved.line)
        part_key = PartKey.of(rows[part.name], key_row)
        texts = kind.fabricate(kind.decode(key_row["answers"][part.name]), language)
        cases: list[tuple[str, tuple[str, str | None]]] = [(text, ("right", None)) for text in texts.right]
        cases += [(text, ("invalid", None)) for text in texts.invalid]
        cases += [("", ("blank", None)), (" \u200f\n", ("blank", None))]
        for name, value in part_key.misconceptions.items():
            cases.append((kind.write(value, language), ("wrong", name)))
        for text, expected in cases:
            verdict = mark(part_key, text, language)
            if (verdict.verdict, verdict.misconception) != expected:
                yield f"{_name(variant)} ({language}): {part.name}: {text!r} is marked {verdict}, not {expected}"


def choices_are_fair(sample: Sample) -> Iterator[str]:
    """The answer stands at each place equally often; a number has each rank equally often."""
    family = sample.family
    for part in family.parts:
        places, ranks = [0] * CHOICES, [0] * CHOICES
        ordered = True
        for number, variant in enumerate(_often(sample, part)):
            kind = family.kind(part, variant.solved.line)
            if kind.name in OWN_CHOICES:
                break
            ordered = kind.ordered
            try:
                _, key = ask(family, variant, "en", choices=CHOICES, draws=Draws(b"%d" % number))
            except UsageError:
                break
            options = [kind.decode(value) for value in key.options[part.name].values()]
            if any(kind.alike(a, b) for place, a in enumerate(options) for b in options[:place]):
                yield f"{_name(variant)}: two choices of {part.name} are the same: {options}"
            answer = options["ABCDEFGH".index(key.letters[part.name])]
            if not kind.equal(kind.decode(key.answers[part.name]), answer):
                yield f"{_name(variant)}: the letter of {part.name} is not the answer's"
            places["ABCDEFGH".index(key.letters[part.name])] += 1
            if ordered:
                ranks[sorted(options).index(answer)] += 1
        for what, counts in (("place", places), ("rank", ranks if ordered else [])):
            if sum(counts) and _unevenness(counts) > TOO_UNEVEN:
                yield f"{part.name}: the {what} of the answer among {CHOICES} choices is uneven: {counts}"


def _often(sample: Sample, part: Part) -> Iterator[Variant]:
    """400 variants that ask a part, repeated if there are fewer; few where each is slow to compare."""
    asking = [variant for variant in sample.variants if part in variant.parts]
    wanted = 40 if isinstance(part.kind, Expression) else 400
    for number in range(wanted if asking else 0):
        yield asking[number % len(asking)]


def _unevenness(counts: list[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)


def writing_repeats(sample: Sample) -> Iterator[str]:
    """The same variant in the same language is the same bytes, drawn afresh."""
    family = sample.family
    for variant in sample.few(6):
        again = family.draw(variant.level, variant.index)
        for language in LANGUAGES:
            first = ask(family, variant, language)
            if not isinstance(again, Variant) or ask(family, again, language) != first:
                yield f"{_name(variant)} ({language}): drawn again, it reads otherwise"


Law = Callable[[Sample], Iterator[str]]
LAWS: tuple[Law, ...] = (
    the_oracle_agrees,
    misconceptions_differ,
    variants_are_distinct,
    indices_come_back,
    a_tenth_is_accepted,
    supply_is_declared,
    statements_say_all,
    texts_are_complete,
    formulas_are_plain,
    solutions_end_in_the_answer,
    solve_gives_the_key,
    marking_tells_apart,
    choices_are_fair,
    writing_repeats,
)


def breaches(law: Law, sample: Sample, most: int = 5) -> list[str]:
    """The first breaches of a law; an error while looking is one too."""
    found: list[str] = []
    try:
        for breach in law(sample):
            found.append(breach)
            if len(found) == most:
                break
    except ConvmarkError as error:
        found.append(error.message)
    return found


def _name(variant: Variant) -> str:
    return f"level {variant.level}, index {variant.index}"

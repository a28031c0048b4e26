"""Laws of the texts: what a student reads, in every language."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import sympy

from question_bank.errors import BankError
from question_bank.family import Family, Flag, Given, Variant, Word
from question_bank.faults import home
from question_bank.laws.sample import Sample, named, take
from question_bank.question import ask
from question_bank.render.maths.latex import formulas
from question_bank.render.maths.spoken import spoken
from question_bank.render.maths.typst import typst
from question_bank.space import to_json
from question_bank.text import LANGUAGES, Texts


def statements_say_all(sample: Sample) -> Iterator[str]:
    """Every number of the given stands in the statement, in every language; 0 and 1 may be words."""
    for variant in sample.few(30):
        for language in LANGUAGES:
            text = sample.asked(variant, language)[0].statement
            numbers = re.findall(r"\d+", text.replace(r"\,", "").replace("{,}", "."))
            for number in _numbers(to_json(variant.raw)):
                pieces = re.findall(r"\d+", str(abs(number)))
                if number not in (0, 1) and not all(piece in numbers for piece in pieces):
                    yield f"{named(variant)} ({language}): the statement does not say {number}"


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _numbers(entry)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def texts_are_complete(sample: Sample) -> Iterator[str]:
    """All texts that are used exist, with placeholders that mean something, the same in each language;
    none lies idle.

    Two placeholders that were exchanged in one language are found inside one formula, which reads
    the same in all languages. Between two formulas nothing tells the slip from a word order.
    """
    family, texts = sample.family, sample.family.texts
    use = _Use(family)
    for variant in (*sample.variants, *take(family, 600).variants):
        try:
            use.see(variant)
        except Exception as error:
            raise family.fault(error, named(variant)) from error
    used = use.names | use.words(texts) | use.captions()
    for name in sorted(use.names - texts.all().keys()):
        yield f"[{name}] is missing from {texts.path.name}"
    for name, entry in texts.all().items():
        table = name.partition(".")[0]
        if table not in ("title", "statement", "prompt", "step", "misconception", "word"):
            yield f"[{name}]: there is no table {table}"
        elif name not in used:
            yield f"[{name}] is never used"
        if table != "word" and any(not str(entry[language]).strip() for language in LANGUAGES):
            yield f"[{name}] is empty in a language"
        if any("@{" in text for language in LANGUAGES for text in texts.template(name, language).texts):
            yield f"[{name}] has a placeholder that is none; they read @{{key}} or @{{key=}}"
        places = {language: texts.template(name, language).names for language in LANGUAGES}
        if any(sorted(found) != sorted(places["en"]) for found in places.values()):
            yield f"[{name}] has different placeholders: {places}"
        elif any(_filled(entry[language]) != _filled(entry["en"]) for language in LANGUAGES):
            yield f"[{name}] has its placeholders in different formulas, or in another order in one"
        for place in sorted(set(places["en"]) - use.placeholders(name, places["en"])):
            yield f"[{name}] uses @{{{place}}}, which nothing defines"


def _filled(text: Any) -> list[str]:
    """The formulas that hold a placeholder."""
    return sorted(formula for formula in formulas(str(text)) if "@{" in formula)


class _Use:
    """Which texts the variants of a family use, and what their placeholders may name."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self.names = {"title", *(f"prompt.{part.name}" for part in family.parts if part.asked)}
        self._shown: dict[str, set[str]] = {}
        self._about: dict[str, set[str]] = {}

    def see(self, variant: Variant) -> None:
        """Note what a variant uses."""
        line, given = variant.solved.line, variant.solved.given
        for step in line.steps:
            self.names.add(f"step.{step.text}")
            self._about.setdefault(f"step.{step.text}", set(step.about)).intersection_update(step.about)
        self.names |= {f"misconception.{name}" for name in line.misconceptions}
        wording = self._family.wording(given)
        self.names.add(f"statement.{wording}" if wording else "statement")
        for key, value in self._family.show(given).items():
            self._shown.setdefault(key, set()).add(str(value))

    def captions(self) -> set[str]:
        """The captions that the family's module names: some are of givens that are typed and never drawn."""
        module = Path(home(self._family.derive))
        tree = ast.parse(module.read_text(encoding="utf-8") if module.is_file() else "")
        return {
            f"step.{node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }

    def placeholders(self, name: str, found: Iterable[str]) -> set[str]:
        """What the placeholders of a text may name; whatever is there, where the text was not seen in use."""
        if name.startswith("step."):
            return self._about.get(name, set(found))
        if name == "title" or name.startswith("misconception."):
            return set()
        fields = self._family.given.fields
        return {*fields, *(f"{key}=" for key in fields), *self._shown}

    def words(self, texts: Texts) -> set[str]:
        """The words that stand for a value of the given, or for one that is shown, in some text."""
        said = {name for entry in texts.all() for name in texts.template(entry, "en").names}
        values = dict(self._shown)
        for key, field in self._family.given.fields.items():
            if isinstance(field, Flag):
                values[key] = {"true", "false"}
            elif isinstance(field, Word):
                values[key] = set(field.words)
        return {f"word.{key}.{value}" for key, found in values.items() if key in said for value in found}


def keys_are_used(sample: Sample) -> Iterator[str]:
    """Every key of the given stands in a text, or is read where the answer is derived or a wording chosen."""
    family = sample.family
    said = {name.removesuffix("=") for entry in family.texts.all() for name in family.texts.template(entry, "en").names}
    idle = [key for key in family.given.fields if key not in said]
    for variant in sample.variants:
        if not idle:
            return
        read = _read(family, variant.solved.given)
        idle = [key for key in idle if key not in read]
    for key in idle:
        yield f"the key {key} of the given is used by no text and no formula"


class _Watched(Given):
    """A given that notes which of its keys are read."""

    __slots__ = ("read",)

    def __init__(self, given: Given, keys: Iterable[str]) -> None:
        super().__init__({key: getattr(given, key) for key in keys}, given.stated, given.dimensions)
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getattr__(name)


def _read(family: Family, given: Given) -> set[str]:
    keys = family.given.fields
    twin, plain_given = _Watched(family.given.twin(given), keys), _Watched(given, keys)
    with sympy.evaluate(False):
        family.derive(twin)
    family.wording(plain_given)
    family.show(plain_given)
    return twin.read | plain_given.read


def formulas_are_plain(sample: Sample) -> Iterator[str]:
    """All LaTeX keeps to the bank's list of commands, with matching brackets, in every language."""
    texts = sample.family.texts
    found: dict[str, str] = {}
    for name in texts.all():
        if name == "title" or name.startswith("misconception."):
            for language in LANGUAGES:
                found.setdefault(str(texts.raw(name)[language]), f"[{name}] {language}")
    for variant in sample.few(12):
        for language in LANGUAGES:
            question, key = sample.asked(variant, language)
            for what, text in (
                ("the statement", question.statement),
                *((f"the prompt of {part.part}", part.prompt) for part in question.parts),
                *((f"the step {step['symbol']}", str(step["text"])) for step in key.steps),
            ):
                found.setdefault(text, f"{named(variant)} ({language}), {what}")
    for text, where in found.items():
        if any("\n" in formula for formula in formulas(text)):
            yield f"{where}: a formula is broken over two lines; was the \\n of a command meant?"
        if text.count("$") % 2:
            yield f"{where}: an odd number of $"
        for formula in formulas(text):
            try:
                typst(formula)
                spoken(formula, "en")
            except BankError as error:
                yield f"{where}: {error.message} in ${formula}$"


def writing_repeats(sample: Sample) -> Iterator[str]:
    """The same variant in the same language is the same bytes, drawn afresh."""
    family = sample.family
    for variant in sample.few(6):
        again = family.draw(variant.level, variant.index)
        for language in LANGUAGES:
            first = ask(family, variant, language)
            same = isinstance(again, Variant) and again.misconceptions == variant.misconceptions
            if not isinstance(again, Variant) or not same or ask(family, again, language) != first:
                yield f"{named(variant)} ({language}): drawn again, it reads otherwise"

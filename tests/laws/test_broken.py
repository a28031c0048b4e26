"""Each law finds the family that was broken to offend it. A law that cannot fail proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from question_bank import choices, laws
from question_bank.answers import Fabricated, Shape
from question_bank.families.convolution.output_size import FAMILY
from question_bank.families.convolution.parameter_count import FAMILY as COUNT
from question_bank.families.initialization.variance import FAMILY as VARIANCE
from question_bank.families.review.design import FAMILY as DESIGN
from question_bank.family import Family, Level, Part, Schema, Variant, Whole
from question_bank.formulas.derivation import Derivation, Line, Step
from question_bank.laws import LAWS, Law, Sample, breaches, take
from question_bank.space import Among, Grid, Range, Record
from question_bank.text import LANGUAGES, Texts

from .broken_figures import (
    a_block_has_another_kernel,
    a_fact_is_not_drawn,
    band_is_shifted,
    cone_is_miscounted,
    figure_is_not_described,
    figure_is_too_wide,
    figure_is_unknown,
    figure_stands_twice,
    kernel_is_turned,
    padding_is_the_stride,
    paper_draws_the_answer,
    shapes_are_of_another_input,
)

FEW = 24


def with_level(**domains: Any) -> Family:
    """The family with one level, drawn from these domains."""
    return replace(FAMILY, levels={1: Level(Record(**domains))})


def with_texts(**changes: Any) -> Family:
    """The family with some texts changed; None takes an entry away."""
    family = replace(FAMILY)
    texts = Texts(FAMILY.texts.path)
    entries = dict(texts._entries)
    for name, entry in changes.items():
        key = name.replace("__", ".")
        if entry is None:
            del entries[key]
        else:
            entries[key] = {**dict.fromkeys(LANGUAGES, "x"), **entries.get(key, {}), **entry}
    texts._entries = entries
    family.__dict__["texts"] = texts
    return family


def derived(change: Callable[[Derivation], Derivation]) -> Family:
    return replace(FAMILY, derive=lambda given: change(FAMILY.derive(given)))


def drawn(family: Family) -> Sample:
    return take(family, FEW)


def oracle_contradicts() -> Sample:
    return drawn(replace(FAMILY, measure=lambda given: {"size": [n + 1 for n in FAMILY.measure(given)["size"]]}))


def oracle_crashes() -> Sample:
    return drawn(replace(FAMILY, measure=lambda given: 1 / 0))


def bounds_hold_too_much() -> Sample:
    """One number too many is taken for right: the oracle did not find it to have the property."""

    def derive(given: Any) -> Derivation:
        derivation = DESIGN.derive(given)
        fewest, most = derivation.answers["layers"]
        return Derivation(derivation.steps, {**derivation.answers, "layers": [fewest, most + 1]})

    return drawn(replace(DESIGN, derive=derive))


def bounds_are_no_steps() -> Sample:
    def derive(given: Any) -> Derivation:
        derivation = DESIGN.derive(given)
        fewest, most = derivation.answers["layers"]
        return Derivation(derivation.steps, {**derivation.answers, "layers": [fewest - 1000, most + 1000]})

    return drawn(replace(DESIGN, derive=derive))


def none_is_no_step() -> Sample:
    """Nothing has the property, and the solution does not say so."""

    def derive(given: Any) -> Derivation:
        derivation = DESIGN.derive(given)
        return Derivation(derivation.steps[:-1], {**derivation.answers, "feasible": None})

    sample = take(replace(DESIGN, derive=derive), 400)
    infeasible = [
        variant
        for variant in sample.variants
        if variant.solved.answers["layers"][0] > variant.solved.answers["max_layers"]
    ]
    return replace(sample, variants=infeasible)


def mistake_is_within_the_bounds() -> Sample:
    sample = drawn(DESIGN)
    variant = sample.variants[0]
    forged = {"layers": {"rounded_down": variant.solved.answers["max_layers"], "both_sides": 1}}
    return Sample(DESIGN, [replace(variant, misconceptions=forged)], 0.0)


def misconception_is_the_answer() -> Sample:
    sample = drawn(FAMILY)
    variant = sample.variants[0]
    forged = {"size": {"no_plus_one": variant.solved.answers["size"], "ceiling": [1, 1]}}
    return replace(sample, variants=[replace(variant, misconceptions=forged)])


def two_misconceptions_are_one() -> Sample:
    sample = drawn(FAMILY)
    forged = {"size": {"no_plus_one": [1, 1], "ceiling": [1, 1]}}
    return replace(sample, variants=[replace(sample.variants[0], misconceptions=forged)])


def only_one_misconception() -> Sample:
    sample = drawn(FAMILY)
    return replace(sample, variants=[replace(sample.variants[0], misconceptions={"size": {"ceiling": [1, 1]}})])


def tolerance_swallows() -> Sample:
    sample = drawn(VARIANCE)
    variant = sample.variants[0]
    near = 1.001 * float(variant.solved.answers["var"])
    forged = {**variant.misconceptions, "var": {"other_fan": near, "gain_left_out": 7.0}}
    return replace(sample, variants=[replace(variant, misconceptions=forged)])


def a_value_stands_twice() -> Sample:
    return drawn(
        with_level(input=Among([20, 20], [20, 20]), kernel=Range(3, 9), stride=Range(1, 2), padding=Range(1, 2))
    )


def indices_are_ambiguous() -> Sample:
    return a_value_stands_twice()


def most_are_refused() -> Sample:
    family = with_level(input=Grid(Range(2, 40), 2), kernel=Range(2, 200), stride=Range(1, 2), padding=Range(1, 2))
    return Sample(family, [], 0.0)


def too_few_variants() -> Sample:
    return drawn(with_level(input=Among([20, 21]), kernel=Among(3, 5), stride=Among(2), padding=Range(1, 2)))


def number_is_not_said() -> Sample:
    return drawn(with_texts(statement__dense={"da": "En størrelse $@{input=}$ og et filter $@{kernel=}$."}))


def text_is_missing() -> Sample:
    return drawn(with_texts(misconception__ceiling=None))


def placeholders_differ() -> Sample:
    return drawn(with_texts(statement__dense={"he": "$@{input=}$"}))


def text_lies_idle() -> Sample:
    return drawn(with_texts(misconception__never_made={}))


def placeholders_are_exchanged() -> Sample:
    texts = dict.fromkeys(LANGUAGES, r"$@{input=} \times @{kernel=}$")
    return drawn(with_texts(statement__dense={**texts, "ru": r"$@{kernel=} \times @{input=}$"}))


def placeholder_is_undefined() -> Sample:
    return drawn(with_texts(prompt__size=dict.fromkeys(LANGUAGES, "with @{kernle}")))


def caption_names_what_the_step_lacks() -> Sample:
    return drawn(with_texts(step__size=dict.fromkeys(LANGUAGES, "of layer @{layer}")))


def caption_lies_idle() -> Sample:
    return drawn(with_texts(step__nobody_writes_this_one={}))


def statement_lies_idle() -> Sample:
    return drawn(with_texts(statement__sparse={}))


def word_lies_idle() -> Sample:
    return drawn(with_texts(word__kernel__large={}))


def key_is_unused() -> Sample:
    schema = Schema(**FAMILY.given.fields, groups=Whole("G", default=1))
    return drawn(replace(FAMILY, given=schema))


def formula_is_broken_over_lines() -> Sample:
    return drawn(with_texts(prompt__size={"en": "where $a \ne b$"}))


def command_is_unknown() -> Sample:
    return drawn(with_texts(prompt__size={"ru": r"$\mathbb{R}$"}))


def brackets_do_not_match() -> Sample:
    return drawn(with_texts(prompt__size={"en": r"$\frac{1}{2$"}))


def dollar_is_single() -> Sample:
    return drawn(with_texts(prompt__size={"en": "for 5 $"}))


def solution_stops_short() -> Sample:
    def hide(derivation: Derivation) -> Derivation:
        answers = {"size": [size + 0 * size for size in derivation.answers["size"]]}
        return Derivation(derivation.steps[:-1], {"size": [derivation.steps[-1].formula, answers["size"][0]][::-1]})

    return drawn(derived(hide))


def solving_differs() -> Sample:
    def shifted(derivation: Derivation) -> Derivation:
        *steps, last = derivation.steps
        return Derivation([*steps, replace(last, formula=last.formula + 1)], derivation.answers)

    return drawn(derived(shifted))


def mistake_is_marked_right() -> Sample:
    sample = drawn(FAMILY)
    variant = sample.variants[0]
    forged = {"size": {"ceiling": variant.solved.answers["size"], "no_plus_one": [1, 1]}}
    return Sample(FAMILY, [replace(variant, misconceptions=forged)], 0.0)


def prose_is_taken_for_an_answer() -> Sample:
    class Gullible(Shape):
        def fabricate(self, key: Any, language: str) -> Fabricated:
            return Fabricated(("12x12",), ("3x4",))

    family = replace(FAMILY, parts=(Part("size", Gullible()),))
    return drawn(family)


def answer_is_always_first() -> Sample:
    class Lazy:
        """Draws that choose nothing."""

        def __init__(self, key: bytes) -> None:
            pass

        def below(self, bound: int) -> int:
            return 0

        def shuffled(self, items: Any) -> list[Any]:
            return list(items)

        def some(self, items: Any, count: int) -> list[Any]:
            return list(items)[:count]

    sample = drawn(FAMILY)
    sample.patch = (laws.choices, "Draws", Lazy)  # type: ignore[attr-defined]
    return sample


def answer_has_most_in_common() -> Sample:
    """Every distractor is one slip away from the answer."""
    sample = drawn(COUNT)
    sample.patch = (choices, "_on_a_grid", lambda *_: [])  # type: ignore[attr-defined]
    return sample


def reading_changes() -> Sample:
    calls = [0]

    def show(given: Any) -> dict[str, Any]:
        calls[0] += 1
        return {"input=": str(calls[0])}

    return drawn(replace(FAMILY, show=show))


def harder_level_comes_first() -> Sample:
    return drawn(replace(FAMILY, levels={1: FAMILY.levels[3], 2: FAMILY.levels[1]}))


BROKEN: list[tuple[Law, Callable[[], Sample], str]] = [
    (laws.the_oracle_agrees, oracle_contradicts, "is derived as [24, 54] and measured as [25, 55]"),
    (laws.the_oracle_agrees, oracle_crashes, "ZeroDivisionError: division by zero"),
    (laws.the_oracle_agrees, bounds_hold_too_much, "layers is derived as [7, 9] and measured as [7, 8]"),
    (laws.misconceptions_differ, mistake_is_within_the_bounds, "rounded_down gives the answer"),
    (laws.misconceptions_differ, misconception_is_the_answer, "no_plus_one gives the answer"),
    (laws.misconceptions_differ, two_misconceptions_are_one, "ceiling and no_plus_one both give"),
    (laws.misconceptions_differ, only_one_misconception, "has fewer than two misconceptions"),
    (laws.misconceptions_differ, tolerance_swallows, "other_fan gives the answer"),
    (laws.variants_are_distinct, a_value_stands_twice, "repeats level 1"),
    (laws.indices_come_back, indices_are_ambiguous, "its given has the index"),
    (laws.a_tenth_is_accepted, most_are_refused, "of 400 points are accepted"),
    (laws.supply_is_declared, too_few_variants, "has 4 variants"),
    (laws.levels_rise, harder_level_comes_first, "level 2 asks for an effort of"),
    (laws.statements_say_all, number_is_not_said, "(da): the statement does not say"),
    (laws.texts_are_complete, text_is_missing, "[misconception.ceiling] is missing"),
    (laws.texts_are_complete, placeholders_differ, "[statement.dense] has different placeholders"),
    (laws.texts_are_complete, text_lies_idle, "[misconception.never_made] is never used"),
    (laws.texts_are_complete, placeholders_are_exchanged, "has its placeholders in different formulas"),
    (laws.texts_are_complete, placeholder_is_undefined, "uses @{kernle}"),
    (laws.texts_are_complete, caption_names_what_the_step_lacks, "[step.size] uses @{layer}"),
    (laws.texts_are_complete, caption_lies_idle, "[step.nobody_writes_this_one] is never used"),
    (laws.texts_are_complete, statement_lies_idle, "[statement.sparse] is never used"),
    (laws.texts_are_complete, word_lies_idle, "[word.kernel.large] is never used"),
    (laws.keys_are_used, key_is_unused, "the key groups of the given is used by no"),
    (laws.formulas_are_plain, formula_is_broken_over_lines, "a formula is broken over two lines"),
    (laws.formulas_are_plain, command_is_unknown, r"the LaTeX command \mathbb"),
    (laws.formulas_are_plain, brackets_do_not_match, "a formula lacks }"),
    (laws.formulas_are_plain, dollar_is_single, "an odd number of $"),
    (laws.solutions_end_in_the_answer, solution_stops_short, "no step of the solution has the value of size"),
    (laws.solutions_end_in_the_answer, bounds_are_no_steps, "no step of the solution has the value of layers, {'min'"),
    (laws.solutions_end_in_the_answer, none_is_no_step, "no step of the solution has the value of layers, None"),
    (laws.solve_gives_the_key, solving_differs, "the key says"),
    (laws.marking_tells_apart, mistake_is_marked_right, "not ('wrong', 'ceiling')"),
    (laws.marking_tells_apart, mistake_is_within_the_bounds, "not ('wrong', 'rounded_down')"),
    (laws.marking_tells_apart, prose_is_taken_for_an_answer, "not ('right', None)"),
    (laws.choices_are_fair, answer_is_always_first, "[400, 0, 0, 0]"),
    (laws.choices_do_not_tell, answer_has_most_in_common, "is right in"),
    (laws.papers_draw_no_answer, paper_draws_the_answer, "the figure cone of the paper says"),
    (laws.figures_are_true, cone_is_miscounted, "places, the gradient reaches"),
    (laws.figures_are_true, band_is_shifted, "the figure has other weights than torch's convolution"),
    (laws.figures_are_true, padding_is_the_stride, "the statement does not"),
    (laws.figures_are_true, kernel_is_turned, "the statement does not"),
    (laws.figures_are_true, a_fact_is_not_drawn, "K = 77 is not written in the figure cone"),
    (laws.figures_are_true, a_block_has_another_kernel, "says K = 2, torch's module has"),
    (laws.figures_are_true, shapes_are_of_another_input, "the figure has the shapes"),
    (laws.figures_are_true, figure_is_unknown, "no law looks at a figure such as Drawing"),
    (laws.figures_fit_every_page, figure_is_not_described, "is not described in words"),
    (laws.figures_fit_every_page, figure_stands_twice, "two figures are of one kind"),
    (laws.figures_fit_every_page, figure_is_too_wide, "at most 100"),
    (laws.writing_repeats, reading_changes, "drawn again, it reads otherwise"),
]


@pytest.mark.parametrize(("law", "broken", "says"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_law_finds_the_broken_family(
    law: Law, broken: Callable[[], Sample], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = broken()
    if hasattr(sample, "patch"):
        monkeypatch.setattr(*sample.patch)
    assert says in " ".join(breaches(law, sample))


def test_every_law_is_shown_to_fail() -> None:
    assert {law for law, *_ in BROKEN} == set(LAWS)


def test_a_tolerance_that_swallows_a_misconception_refuses_the_variant() -> None:
    close = replace(VARIANCE, parts=(Part("std", replace(VARIANCE.parts[1].kind, relative=0.9)),))
    reasons = {str(close.draw(1, index)) for index in range(0, 2000, 97)}
    assert all("tolerance" in reason for reason in reasons), reasons


def test_a_derivation_that_uses_an_unbound_argument_stays_symbolic() -> None:
    """A free name is kept as a name, never taken for 0 or 1."""
    import sympy

    from question_bank.formulas.derivation import symbol

    n, free = symbol("n"), symbol("q")
    line = Line(Derivation([Step(symbol("m"), n * free, "size")], {"m": symbol("m")}), [n])
    assert line.free == (free,)
    assert line.values([3])[1]["m"] == 3 * free
    assert isinstance(line.values([3])[1]["m"], sympy.Expr)


def test_the_sample_holds_every_level() -> None:
    sample = take(FAMILY, 30)
    assert {variant.level for variant in sample.variants} == {1, 2, 3}
    assert all(isinstance(variant, Variant) for variant in sample.variants)

"""Families with figures that were broken on purpose, each to offend a law."""

from dataclasses import replace

from question_bank import laws
from question_bank.families.architecture.receptive_field import FAMILY as FIELD
from question_bank.families.architecture.relu_count import FAMILY as RELUS
from question_bank.families.convolution.output_size import FAMILY
from question_bank.families.convolution.toeplitz_1d import FAMILY as TOEPLITZ
from question_bank.families.convolution.toeplitz_shape import FAMILY as SHAPE
from question_bank.family import Family
from question_bank.figures.band import Band
from question_bank.figures.blocks import Blocks
from question_bank.figures.cone import Cone
from question_bank.figures.figure import Row
from question_bank.figures.sliding import Sliding
from question_bank.laws import Sample, take

FEW = 24


def drawn(family: Family) -> Sample:
    return take(family, FEW)


class Told(Cone):
    """The paper shows what the solution shows."""

    def asked(self, language: str) -> Row | None:
        return self.worked(language)


class Miscounted(Cone):
    def worked(self, language: str) -> Row | None:
        row = super().worked(language)
        return row and {**row, "places": [*row["places"][:-1], row["places"][-1] + 1]}


class Shifted(Band):
    def worked(self, language: str) -> Row | None:
        row = super().worked(language)
        return row and {**row, "rows": [*row["rows"][1:], row["rows"][0]]}


class Unsaid(Cone):
    def asked(self, language: str) -> Row | None:
        row = super().asked(language)
        return row and {**row, "alt": " "}


class Drawing:
    """No figure that a law knows how to look at."""

    def asked(self, language: str) -> Row | None:
        return None

    worked = asked


def figure_is_unknown() -> Sample:
    return drawn(replace(FIELD, figures=lambda given: (Drawing(),)))


def paper_draws_the_answer() -> Sample:
    return drawn(replace(FIELD, figures=lambda given: (Told(given.layers),)))


def cone_is_miscounted() -> Sample:
    return drawn(replace(FIELD, figures=lambda given: (Miscounted(given.layers),)))


def band_is_shifted() -> Sample:
    return drawn(replace(TOEPLITZ, figures=lambda given: (Shifted(given.input, given.kernel.shape),)))


def padding_is_the_stride() -> Sample:
    return drawn(replace(FAMILY, figures=lambda given: (Sliding(given.input, given.kernel, given.padding),)))


def kernel_is_turned() -> Sample:
    return drawn(replace(SHAPE, figures=lambda given: (Sliding(given.input, given.kernel_shape[::-1], given.stride),)))


def a_fact_is_not_drawn() -> Sample:
    class Silent(Cone):
        def asked(self, language: str) -> Row | None:
            row = super().asked(language)
            return row and {**row, "facts": ["K = 77"]}

    return drawn(replace(FIELD, figures=lambda given: (Silent(given.layers),)))


def a_block_has_another_kernel() -> Sample:
    class Renamed(Blocks):
        def worked(self, language: str) -> Row | None:
            row = super().worked(language)
            return row and {**row, "blocks": [{**row["blocks"][0], "facts": ["C = 3", "K = 2"]}, *row["blocks"][1:]]}

    return drawn(replace(RELUS, figures=lambda given: (Renamed(given.layers, given.input),)))


def shapes_are_of_another_input() -> Sample:
    class Worked(Blocks):
        def worked(self, language: str) -> Row | None:
            return Blocks(self.layers, (self.shape[0], 40, 40)).worked(language)

    return drawn(replace(RELUS, figures=lambda given: (Worked(given.layers, given.input),)))


def figure_is_not_described() -> Sample:
    return drawn(replace(FIELD, figures=lambda given: (Unsaid(given.layers),)))


def figure_stands_twice() -> Sample:
    return drawn(replace(FIELD, figures=lambda given: (Cone(given.layers), Cone(given.layers))))


def figure_is_too_wide() -> Sample:
    sample = drawn(FIELD)
    sample.patch = (laws.figures, "WIDEST", 100)  # type: ignore[attr-defined]
    return sample

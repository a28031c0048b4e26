"""Marking one answer: right, wrong, invalid or blank, and the mistake it shows."""

from fractions import Fraction

from question_bank.answers import Expression
from question_bank.marking import Mark, PartKey, is_blank, mark


def test_an_unknown_name_is_told() -> None:
    verdict = mark(PartKey(Expression(("N",)), "N", {}, {}), "2*q_1", "en")
    assert (verdict.verdict, verdict.reason, verdict.what) == ("invalid", "unknown_name", "q_1")


def part_key(kind: str, answer, misconceptions=None, options=None, **more) -> PartKey:
    part = {"part": "p", "kind": kind, **more}
    key = {
        "answers": {"p": answer},
        "misconceptions": {"p": misconceptions or {}},
        "tolerance": {},
        "options": {"p": options or {}},
    }
    if kind == "real":
        key["tolerance"] = {"p": {"relative": 0.005}}
    return PartKey.of(part, key)


def test_reals_are_right_within_the_tolerance_and_diagnosed_by_the_nearest() -> None:
    key = part_key("real", 0.02, {"twice": 0.04, "near": 0.0402})
    assert mark(key, "0.0201", "en") == Mark("right")
    assert mark(key, "0,0201", "da") == Mark("right")
    assert mark(key, "2*10^-2", "en") == Mark("right")
    assert mark(key, "0.0202", "en") == Mark("wrong")
    assert mark(key, "0.04", "en") == Mark("wrong", "twice")
    assert mark(key, "0.0402", "en") == Mark("wrong", "near")
    assert mark(key, "-0.02", "en") == Mark("wrong")
    assert mark(key, "1e308", "en") == Mark("wrong")
    assert mark(key, "9" * 399, "en") == Mark("wrong")


def test_integers_are_exact() -> None:
    key = part_key("integer", 2**60 + 1)
    assert mark(key, str(2**60 + 1), "en") == Mark("right")
    assert mark(key, f"{2**60 + 1:,}", "en") == Mark("right")
    assert mark(key, str(2**60), "en") == Mark("wrong")
    assert mark(key, f"{2**60 + 1}.0", "en") == Mark("right")
    assert mark(key, "4.5", "en") == Mark("wrong")


def test_null_is_an_answer() -> None:
    assert mark(part_key("integer", None), "does not exist", "en") == Mark("right")
    assert mark(part_key("integer", None), "2", "en") == Mark("wrong")
    assert mark(part_key("integer", 2), "null", "ru") == Mark("wrong")


def test_choices_by_letter_and_by_value() -> None:
    key = part_key("integer", 7, {"off": 8}, {"A": 8, "B": 7, "C": 9})
    for text in ("B", "b)", "(B)", "7", "7.0", "В"):  # the last is a Cyrillic letter
        assert mark(key, text, "ru") == Mark("right"), text
    assert mark(key, "A", "en") == Mark("wrong", "off")
    assert mark(key, "C", "en") == Mark("wrong")
    assert mark(key, "D", "en") == Mark("invalid", reason="not_a_choice")
    assert mark(key, "A B", "en").verdict == "invalid"


def test_blank_is_what_shows_nothing() -> None:
    for text in ("", "  ", "\n", "\u200f\u200e", "\ufeff", "\u00a0\t"):
        assert is_blank(text)
        assert mark(part_key("integer", 1), text, "en") == Mark("blank")
    for text in ("0", "-", "\x00", "x" * 10**6):
        assert not is_blank(text)


def test_stored_fractions_and_matrices() -> None:
    assert mark(part_key("rational", "1/3"), "2/6", "en") == Mark("right")
    assert mark(part_key("rational", "1/3"), "0.333", "en") == Mark("wrong")
    assert PartKey.of(
        {"part": "p", "kind": "matrix"}, {"answers": {"p": [[1, "1/2"]]}, "misconceptions": {}, "tolerance": {}}
    ).answer == [[1, Fraction(1, 2)]]

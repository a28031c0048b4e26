"""Sittings: a make-up exam has nothing in common with the first, whoever sits them."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from question_bank import registry
from question_bank.errors import SupplyError, UsageError
from question_bank.exam.generate import generate
from question_bank.exam.sitting import Sitting, named
from question_bank.family import Level
from question_bank.space import Among, Grid, Range, Record

SECRET = "an honest secret of length"
MANY = "student_id,name,email,language\n" + "".join(f"s{number},N,,en\n" for number in range(40))
PLAN = """
title = "T"
languages = ["en"]
[[slot]]
family = "convolution/output_size"
count = 2
[[slot]]
family = "convolution/output_size"
level = 2
effort_spread = 0.5
[[slot]]
pool = ["architecture/receptive_field", "convolution/parameter_count"]
[[slot]]
together = ["architecture/relu_count", "architecture/parameter_count"]
[[slot]]
family = "architecture/parameter_count"
"""


def rows(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def instances(folder: Path) -> set[str]:
    """What is asked about, whichever family asks."""
    return {json.dumps(row["given"], sort_keys=True) for row in rows(folder)}


@pytest.fixture
def sat(write, tmp_path: Path):
    """The folder of a sitting of the plan."""

    def sitting(name: str, plan: str = PLAN, secret: str = SECRET, students: str = MANY) -> Path:
        out = tmp_path / f"sitting-{name}-{len(list(tmp_path.iterdir()))}"
        generate(write("b.toml", plan), write("c.csv", students), secret, out, sitting=name, measure=False)
        return out

    return sitting


def test_no_instance_is_in_two_sittings(sat) -> None:
    folders = [sat(name) for name in "ABC"]
    asked = Counter(instance for folder in folders for instance in instances(folder))
    assert max(asked.values()) == 1
    assert [json.loads((folder / "manifest.json").read_text())["sitting"] for folder in folders] == ["A", "B", "C"]


def test_neither_title_nor_secret_makes_sittings_meet(sat) -> None:
    first = instances(sat("A"))
    for plan, secret in ((PLAN.replace('"T"', '"Make-up"'), SECRET), (PLAN, "another secret of length")):
        assert not first & instances(sat("B", plan, secret))


def test_the_first_sitting_is_what_comes_without_a_name(sat, write, tmp_path: Path) -> None:
    generate(write("b.toml", PLAN), write("c.csv", MANY), SECRET, tmp_path / "plain", measure=False)
    assert (sat("A") / "key.jsonl").read_bytes() == (tmp_path / "plain/key.jsonl").read_bytes()


def test_each_sitting_has_half_of_what_is_left() -> None:
    givens = [{"input": [size, size + 1], "kernel": kernel} for size in range(200) for kernel in range(5)]
    shares = Counter(letter for given in givens for letter in "ABCDE" if Sitting(letter).owns(given))
    for letter, share in {"A": 0.5, "B": 0.25, "C": 0.125}.items():
        assert shares[letter] / len(givens) == pytest.approx(share, abs=0.05)
    assert Sitting("A").owns({"b": 1, "a": 2}) == Sitting("A").owns({"a": 2, "b": 1})


@pytest.mark.parametrize("name", ["", "AB", "1", "é", "make-up", " B"])
def test_a_sitting_is_called_by_a_letter(sat, name: str) -> None:
    with pytest.raises(UsageError, match="--sitting: expected one letter") as error:
        sat(name)
    assert "B and C are make-up exams" in error.value.remedy
    assert named("b") == Sitting("B")


@pytest.fixture
def scarce(monkeypatch) -> None:
    """Output sizes have twenty-five variants."""
    family = registry.get("convolution/output_size")
    small = Level(Record(input=Grid(Range(40, 44), 2), kernel=Among(3), stride=Among(2)))
    monkeypatch.setattr(registry, "get", lambda _: replace(family, levels={1: small}))


def plan_of(count: int, more: str = "") -> str:
    return f'title = "T"\nlanguages = ["en"]\n[[slot]]\nfamily = "convolution/output_size"\ncount = {count}\n{more}\n'


ONE = "student_id,name,email,language\na,N,,en\n"


def test_the_first_sitting_may_go_beyond_its_half_and_is_told(scarce, write, tmp_path: Path) -> None:
    students = write("c.csv", ONE)
    found = {}
    for count in (3, 20):
        plan = write("b.toml", plan_of(count))
        found[count] = generate(plan, students, SECRET, tmp_path / str(count), measure=False).beyond
        owned = [Sitting().owns(row["given"]) for row in rows(tmp_path / str(count))]
        assert owned == sorted(owned, reverse=True)
    assert found == {3: [], 20: [1]}


def test_a_later_sitting_keeps_to_its_share(scarce, sat) -> None:
    with pytest.raises(SupplyError, match=r"has \d variants for sitting B; 1 students need 12"):
        sat("B", plan_of(12), students=ONE)
    assert len(rows(sat("B", plan_of(12, "repeat = true"), students=ONE))) == 12


def test_a_folder_is_extended_in_its_own_sitting(sat, write) -> None:
    folder = sat("B", students=ONE)
    plan, students = write("b.toml", PLAN), write("c.csv", MANY)
    with pytest.raises(UsageError, match="the folder holds sitting B, not A") as error:
        generate(plan, students, SECRET, folder, extend=True, measure=False)
    assert "--sitting B" in error.value.remedy
    assert generate(plan, students, SECRET, folder, sitting="B", extend=True, measure=False).students == 41

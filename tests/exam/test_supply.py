"""Who gets which variant: nobody another's, one of a pool, all of like effort."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from question_bank import registry
from question_bank.effort import effort
from question_bank.errors import SupplyError, UsageError
from question_bank.exam.generate import generate
from question_bank.family import Level
from question_bank.space import Among, Grid, Range, Record

SECRET = "an honest secret of length"


def rows(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def pooled(write, more: str = "") -> Path:
    pool = '["convolution/output_size", "convolution/parameter_count", "architecture/receptive_field"]'
    return write("pool.toml", f'title = "T"\nlanguages = ["en"]\n[[slot]]\npool = {pool}\n{more}')


def test_a_pool_gives_each_student_one_of_its_families(write, tmp_path: Path) -> None:
    students = write("c.csv", "student_id,name,email,language\n" + "".join(f"s{n},N,,en\n" for n in range(60)))
    generate(pooled(write), students, SECRET, tmp_path / "one", measure=False)
    families = Counter(row["family"] for row in rows(tmp_path / "one", "questions.jsonl"))
    assert sum(families.values()) == 60
    assert min(families.values()) >= 8
    assert len(families) == 3
    assert json.loads((tmp_path / "one/manifest.json").read_text())["families"].keys() == families.keys()
    generate(pooled(write, "count = 3"), students, SECRET, tmp_path / "three", measure=False)
    orders = set()
    for student in range(60):
        mine = [
            row["family"] for row in rows(tmp_path / "three", "questions.jsonl") if row["student_id"] == f"s{student}"
        ]
        assert set(mine) == set(families)
        orders.add(tuple(mine))
    assert len(orders) == 6


def test_a_student_keeps_the_family_whoever_else_is_in_the_class(write, tmp_path: Path) -> None:
    found = []
    for name, ids in (("few", (7, 8, 9)), ("many", range(20))):
        students = write(f"{name}.csv", "student_id,name,email,language\n" + "".join(f"s{n},N,,en\n" for n in ids))
        generate(pooled(write), students, SECRET, tmp_path / name, measure=False)
        found.append({row["student_id"]: row["family"] for row in rows(tmp_path / name, "questions.jsonl")})
    assert found[0].items() <= found[1].items()


def test_points_of_a_pool_must_fit_every_family_that_is_drawn(write, roster: Path, tmp_path: Path) -> None:
    students = write("c.csv", "student_id,name,email,language\n" + "".join(f"s{n},N,,en\n" for n in range(9)))
    with pytest.raises(UsageError, match="slot 1: the points name the parts size; a question of"):
        generate(pooled(write, "points = { size = 2 }"), students, SECRET, tmp_path / "quiz", measure=False)
    assert not (tmp_path / "quiz").exists()


def efforts_of(folder: Path) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in rows(folder, "questions.jsonl"):
        solved = registry.get(row["family"]).solve(row["given"])
        found.setdefault(row["slot"], []).append(effort(solved))
    return found


@pytest.mark.parametrize("spread", ["0", "0.1", "0.3"])
def test_students_of_a_slot_have_like_effort(write, tmp_path: Path, spread: str) -> None:
    students = write("c.csv", "student_id,name,email,language\n" + "".join(f"s{n},N,,en\n" for n in range(40)))
    slots = "".join(
        f'[[slot]]\nfamily = "{family}"\nlevel = 3\neffort_spread = {spread}\n'
        for family in ("architecture/receptive_field", "convolution/output_size", "architecture/receptive_field")
    )
    plan = write("b.toml", f'title = "T"\nlanguages = ["en"]\n{slots}')
    generate(plan, students, SECRET, tmp_path / "quiz", measure=False)
    found = efforts_of(tmp_path / "quiz")
    reported = json.loads((tmp_path / "quiz/manifest.json").read_text())["effort"]
    for slot, efforts in found.items():
        assert max(efforts) - min(efforts) <= float(spread) * sorted(efforts)[20] * 1.2
        assert reported[slot - 1] == {"least": min(efforts), "median": sorted(efforts)[20], "most": max(efforts)}
    instances = [json.dumps([row["family"], row["given"]]) for row in rows(tmp_path / "quiz", "questions.jsonl")]
    assert len(set(instances)) == len(instances) == 120


def test_a_band_of_effort_with_too_few_variants_says_so(write, tmp_path: Path) -> None:
    students = write("c.csv", "student_id,name,email,language\n" + "".join(f"s{n},N,,en\n" for n in range(9)))
    slot = 'family = "initialization/derivation"\nlevel = 1\neffort_spread = 0.1\n'
    plan = write("b.toml", f'title = "T"\nlanguages = ["en"]\n[[slot]]\n{slot}')
    with pytest.raises(SupplyError, match=r"has \d variants with an effort from .* to .*; 9 students need 9") as error:
        generate(plan, students, SECRET, tmp_path / "quiz", measure=False)
    assert "a wider effort_spread" in error.value.remedy


def test_levels_that_overlap_give_nobody_the_same(roster: Path, write, tmp_path: Path, monkeypatch) -> None:
    family = registry.get("convolution/output_size")
    small = Level(Record(input=Grid(Range(40, 59), 2), kernel=Among(3), stride=Among(2)))
    monkeypatch.setattr(registry, "get", lambda _: replace(family, levels={1: small, 2: small}))
    slots = "".join(f'[[slot]]\nfamily = "convolution/output_size"\nlevel = {level}\ncount = 8\n' for level in (1, 2))
    plan = write("b.toml", f'title = "T"\nlanguages = ["en", "he", "ru", "da"]\n{slots}')
    generate(plan, roster, SECRET, tmp_path / "quiz", measure=False)
    instances = [json.dumps(row["given"]) for row in rows(tmp_path / "quiz", "questions.jsonl")]
    assert len(set(instances)) == len(instances) == 64


def test_nobody_gets_anothers_question(blueprint: Path, tmp_path: Path) -> None:
    lines = "".join(f"s{number},N,e,en\n" for number in range(60))
    (tmp_path / "many.csv").write_text(f"student_id,name,email,language\n{lines}", encoding="utf-8")
    generate(blueprint, tmp_path / "many.csv", SECRET, tmp_path / "quiz", measure=False)
    seen = Counter(json.dumps([row["family"], row["given"]]) for row in rows(tmp_path / "quiz", "questions.jsonl"))
    assert max(seen.values()) == 1


def test_a_slot_that_repeats_takes_what_another_level_took(roster: Path, write, tmp_path: Path, monkeypatch) -> None:
    family = registry.get("convolution/output_size")
    small = Level(Record(input=Grid(Range(40, 43), 2), kernel=Among(3), stride=Among(2)))
    monkeypatch.setattr(registry, "get", lambda _: replace(family, levels={1: small, 2: small}))

    def plan(more: str) -> Path:
        slots = [
            f'[[slot]]\nfamily = "convolution/output_size"\nlevel = {level}\ncount = 4\n{more}\n' for level in (1, 2)
        ]
        return write("b.toml", f'title = "T"\nlanguages = ["en", "he", "ru", "da"]\n{"".join(slots)}')

    with pytest.raises(SupplyError, match="level 1 has 8 variants that no other level gave out") as error:
        generate(plan(""), roster, SECRET, tmp_path / "quiz", measure=False)
    assert "repeat = true" in error.value.remedy
    assert generate(plan("repeat = true"), roster, SECRET, tmp_path / "quiz", measure=False).questions == 32

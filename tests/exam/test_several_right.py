"""An exam with a part that has several right answers: the property is marked, on every page and in every stage."""

import json
from pathlib import Path

import pytest

from question_bank.answers import Bounds, restore
from question_bank.exam.export import export
from question_bank.exam.folder import read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam

BLUEPRINT = """
title = "Designs"
languages = ["en", "he", "ru", "da"]

[[slot]]
family = "review/design"
level = 1
choices = 4
points = { layers = 2 }

[[slot]]
family = "review/design"
given = { input = [24, 48, 48], field = 33, budget = 60000, kernel = 5, bias = false }
"""
SECRET = "an honest secret of length"
WAYS = {"en": "least", "he": "most", "ru": "too_few", "da": "none"}


@pytest.fixture
def generated(write, tmp_path: Path):
    def exam(*, measure: bool) -> Path:
        roster = "student_id,name,email,language\n" + "".join(f"{language},S,,{language}\n" for language in WAYS)
        generate(write("b.toml", BLUEPRINT), write("c.csv", roster), SECRET, tmp_path / "exam", measure=measure)
        return tmp_path / "exam"

    return exam


@pytest.fixture
def folder(generated) -> Path:
    return generated(measure=False)


def test_the_key_holds_the_bounds_or_null(generated) -> None:
    for drawn, fixed in read(generated(measure=True)).papers.values():
        bounds = drawn.key["answers"]["layers"]
        assert bounds.keys() == {"min", "max"}
        values = list(drawn.key["misconceptions"]["layers"].values())
        assert len(set(values)) == len(values) >= 2
        assert all(value is None or not bounds["min"] <= value <= bounds["max"] for value in values)
        assert fixed.key["answers"] == {"layers": None}
        [part] = drawn.question["parts"]
        assert (part["part"], part["kind"], part["choices"], part["points"]) == ("layers", "between", [], 2)
        assert "options" not in drawn.key or "layers" not in drawn.key["options"]


def test_any_design_earns_the_points(folder: Path, write, tmp_path: Path) -> None:
    exam = read(folder)
    rows = []
    for language, way in WAYS.items():
        bounds = exam.papers[language][0].key["answers"]["layers"]
        own = {"least": bounds["min"], "most": bounds["max"], "too_few": bounds["min"] - 1, "none": "findes ikke"}
        rows += [f"{language},1,layers,{own[way]}\n", f"{language},2,layers,{'none' if way == 'most' else 8}\n"]
    sent = write("r.csv", "student_id,question,part,answer\n" + "".join(rows))
    mark_exam(folder, sent, tmp_path / "marks")
    marks = map(json.loads, (tmp_path / "marks/marks.jsonl").read_text(encoding="utf-8").splitlines())
    found = {(row["student_id"], row["question"]): row for row in marks}
    assert [found[language, "1"]["points"] for language in WAYS] == [2, 2, 0, 0]
    assert [found[language, "2"]["points"] for language in WAYS] == [0, 1, 0, 0]
    assert not any(row["follow_through"] for row in found.values())
    assert found["da", "1"]["misconception"] == "places_counted"


def test_solutions_and_feedback_show_all_that_is_right(folder: Path, write, tmp_path: Path) -> None:
    export(folder, ["markdown"], tmp_path / "pages")
    mark_exam(folder, write("r.csv", "student_id,question,part,answer\n"), tmp_path / "marks")
    for language, [asked, _] in read(folder).papers.items():
        [part] = asked.question["parts"]
        kind = restore(part["kind"], part)
        key = kind.decode(asked.key["answers"]["layers"])
        assert isinstance(key, Bounds)
        shown = kind.show(key, language)
        assert shown in (tmp_path / f"pages/solutions/{language}.{language}.md").read_text(encoding="utf-8")
        page = (tmp_path / f"marks/feedback/{language}.{language}.html").read_text(encoding="utf-8")
        assert shown.strip("$") in page

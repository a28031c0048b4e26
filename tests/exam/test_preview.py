"""Previewing a blueprint: the range of what will be asked, before anything is drawn."""

import re
from pathlib import Path

import pytest

from question_bank import registry
from question_bank.effort import effort
from question_bank.errors import UsageError
from question_bank.exam import blueprint as plans
from question_bank.exam.preview import page, preview
from question_bank.text import LANGUAGES


def efforts(blueprint: Path, language: str) -> list[int]:
    sheet = page(plans.read(blueprint), language, "quiz.toml")
    return [int(re.findall(r"\d+", item.number)[-1]) for item in sheet.items]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_slot_at_its_easiest_median_and_hardest(blueprint: Path, language: str) -> None:
    found = efforts(blueprint, language)
    assert len(found) == 3 * 4
    for place in range(0, len(found), 3):
        assert found[place : place + 3] == sorted(found[place : place + 3])
        assert found[place] < found[place + 2]


def test_the_page(blueprint: Path, tmp_path: Path) -> None:
    assert preview(blueprint, tmp_path / "a.html") == tmp_path / "a.html"
    preview(blueprint, tmp_path / "b.html", "en")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert text == (tmp_path / "b.html").read_text(encoding="utf-8")
    assert text.count('<section class="question">') == 12
    assert text.count('<ul class="choices">') == 3
    assert text.count("<details open>") == 12
    assert "easiest of 200" in text
    preview(blueprint, tmp_path / "he.html", "he")
    assert 'dir="rtl"' in (tmp_path / "he.html").read_text(encoding="utf-8")


def test_every_family_of_a_pool_is_shown(write, tmp_path: Path) -> None:
    pool = '["convolution/output_size", "convolution/parameter_count"]'
    plan = write("pool.toml", f'title = "T"\nlanguages = ["da"]\n[[slot]]\npool = {pool}\n')
    sheet = page(plans.read(plan), "da", "pool.toml")
    titles = {item.number.split(" · ")[1] for item in sheet.items}
    assert titles == {
        registry.texts(family).raw("title")["da"]
        for family in ("convolution/output_size", "convolution/parameter_count")
    }


def test_what_cannot_be_previewed(write, blueprint: Path, tmp_path: Path) -> None:
    danish = write("da.toml", 'title = "T"\nlanguages = ["da"]\n[[slot]]\nfamily = "convolution/output_size"\n')
    with pytest.raises(UsageError, match=r"da.toml has no exam in 'en'"):
        preview(danish, tmp_path / "x.html", "en")
    points = write("p.toml", danish.read_text() + "points = { sizes = 3 }")
    with pytest.raises(UsageError, match="p.toml: slot 1: the points name the parts sizes"):
        preview(points, tmp_path / "x.html")
    with pytest.raises(UsageError, match="No such file"):
        preview(tmp_path / "none.toml", tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize(
    ("family", "easier", "harder"),
    [
        ("convolution/output_size", {"input": [9], "kernel": 3}, {"input": [90], "kernel": 3}),
        ("convolution/output_size", {"input": [9], "kernel": 3}, {"input": [9, 9], "kernel": 3}),
        ("convolution/output_size", {"input": [9], "kernel": 3}, {"input": [9], "kernel": 3, "dilation": 2}),
        ("convolution/toeplitz_2d", {"input": [2, 2], "kernel": [[1]]}, {"input": [3, 2], "kernel": [[1]]}),
        ("architecture/receptive_field", {"layers": [{"k": 3}]}, {"layers": [{"k": 3}, {"k": 3}]}),
        ("initialization/derivation", {"step": "mean_sum"}, {"step": "sum_general"}),
    ],
)
def test_more_numbers_digits_and_steps_are_more_effort(family: str, easier: dict, harder: dict) -> None:
    solve = registry.get(family).solve
    assert 0 < effort(solve(easier)) < effort(solve(harder))

"""Whole processes: what a person waits for."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Convmark = Callable[..., list[str]]


def run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def each_in_an_empty(folder: Path, command: list[str]) -> Callable[[], tuple[tuple[list[str]], dict[str, object]]]:
    """The set-up of a round: the folder that the command makes is gone."""

    def set_up() -> tuple[tuple[list[str]], dict[str, object]]:
        shutil.rmtree(folder, ignore_errors=True)
        return (command,), {}

    return set_up


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("bank", "list"),
        ("bank", "show", "convolution/output_size", "--solution"),
        ("bank", "solve", "convolution/output_size", "--given", '{"input": [32, 32], "kernel": 5}'),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_first_answer(benchmark, convmark: Convmark, words: tuple[str, ...]) -> None:
    benchmark.pedantic(run, (convmark(*words),), rounds=7, warmup_rounds=1)


def test_generate_200_students_12_questions(benchmark, convmark: Convmark, course: Path) -> None:
    out = course / "generated"
    command = convmark(
        "exam", "generate", course / "midterm.toml", "--roster", course / "class.csv", "--key", "k" * 16, "--out", out
    )
    benchmark.pedantic(run, setup=each_in_an_empty(out, command), rounds=5)


def test_export_200_papers_and_solutions_as_html(benchmark, convmark: Convmark, exam: Path, course: Path) -> None:
    out = course / "pages"
    command = convmark("exam", "export", exam, "--format", "html", "--out", out)
    benchmark.pedantic(run, setup=each_in_an_empty(out, command), rounds=5)


@pytest.mark.parametrize("kinds", ["pdf,pdf-key", "pdf-booklet"])
def test_print_200_papers_and_keys(benchmark, convmark: Convmark, exam: Path, course: Path, kinds: str) -> None:
    out = course / "print"
    command = convmark("exam", "export", exam, "--format", kinds, "--out", out)
    benchmark.pedantic(run, setup=each_in_an_empty(out, command), rounds=3)


@pytest.mark.parametrize("kind", ["moodle", "gift", "qti12"])
def test_export_2400_variants(benchmark, convmark: Convmark, exam: Path, course: Path, kind: str) -> None:
    out = course / "lms"
    command = convmark("exam", "export", exam, "--format", kind, "--out", out)
    benchmark.pedantic(run, setup=each_in_an_empty(out, command), rounds=5)


def test_mark_200_students_12_questions(
    benchmark, convmark: Convmark, exam: Path, responses: Path, course: Path
) -> None:
    out = course / "marks"
    command = convmark("exam", "mark", exam, responses, "--out", out)
    benchmark.pedantic(run, setup=each_in_an_empty(out, command), rounds=5)


def test_mark_200_students_30_parts(
    benchmark, convmark: Convmark, final: Path, final_responses: Path, course: Path
) -> None:
    out = course / "marks-of-30"
    command = convmark("exam", "mark", final, final_responses, "--out", out)
    benchmark.pedantic(run, setup=each_in_an_empty(out, command), rounds=5)


def test_analyse_200_students_30_parts(benchmark, convmark: Convmark, final_marks: Path) -> None:
    command = convmark("exam", "analyse", final_marks)
    benchmark.pedantic(run, setup=each_in_an_empty(final_marks / "analysis", command), rounds=7, warmup_rounds=1)

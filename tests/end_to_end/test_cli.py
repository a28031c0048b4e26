"""The commands as a user meets them: help, exit codes, JSON, errors of one message."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import cli
from question_bank import registry
from question_bank.exam import lock

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "question_bank" / "sample_class"


def run(*words: object, **options) -> Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words], **options)


def commands(group: click.Group = cli.main, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [words]
    for name, command in group.commands.items():
        found += commands(command, (*words, name)) if isinstance(command, click.Group) else [(*words, name)]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("bank", "show", "no/such"), 2, "no family"),
        (("bank", "show", "convolution/output_size", "--level", "7"), 2, "Its levels are 1, 2, 3"),
        (("bank", "show", "convolution/output_size", "--key", "a", "--index", "1"), 2, "exclude each other"),
        (("bank", "show", "convolution/output_size", "--index", "-1"), 2, "lies outside 0 to"),
        (("bank", "show", "convolution/output_size", "--index", 10**40), 2, "lies outside 0 to"),
        (("bank", "show", "convolution/output_size", "--lang", "fr"), 2, "fr"),
        (("bank", "solve", "convolution/output_size"), 2, "--given"),
        (("bank", "solve", "convolution/output_size", "--given", "{"), 2, "not JSON"),
        (("bank", "solve", "convolution/output_size", "--given", '{"input": 3, "kernel": 9}'), 2, "larger than the padded input"),
        (("bank", "solve", "convolution/output_size", "--given", "@/no/such"), 2, "cannot be read"),
        (("bank", "solve", "--jsonl", "/no/such"), 2, "No such file"),
        (("bank", "solve", "x/y", "--jsonl", "-"), 2, "names the families itself"),
        (("bank", "check"), 2, "--all"),
        (("bank", "check", "no/such"), 2, "no family"),
        (("bank", "check", "--all", "--variants", "0"), 2, "0"),
        (("bank", "list", "--topic", "cooking"), 2, "The topics are"),
        (("bank", "new", "../evil"), 2, "cannot be the id"),
        (("bank", "new", "convolution/output_size"), 2, "exists"),
        (("exam", "generate", "/no/such.toml", "--roster", "x", "--key", "s" * 16, "--out", "y"), 2, "No such file"),
        (("exam", "export", "/no/such", "--format", "html", "--out", "y"), 2, "not a whole exam folder"),
        (("exam", "mark", "/no/such", "x.csv", "--out", "y"), 2, "not a whole exam folder"),
        (("exam", "mark", "/no/such"), 2, "needs RESPONSES"),
        (("exam", "analyse", "/no/such"), 2, "holds no marks"),
        (("exam", "mark", "/no/such", "x.csv", "--template", "t.csv"), 2, "marks nothing"),
        (("exam", "mark", "/no/such", "--out", "y", "--template", "t.csv"), 2, "marks nothing"),
        (("exam", "export", "/no/such", "--format", " , ", "--out", "y"), 2, "no format is named"),
        (("nonsense",), 2, "No such command"),
        (("bank", "solve", "--colour"), 2, "No such option"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_message_and_exit_2(
    words: tuple[object, ...], code: int, says: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == code
    assert says in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) <= 6
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_ours_is_no_traceback_either(monkeypatch) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(registry, "catalogue", broken)
    monkeypatch.delenv("CONVMARK_DEBUG", raising=False)
    result = run("bank", "list")
    assert (result.exit_code, "a fault of ours: RuntimeError: boom" in result.stderr) == (1, True)
    monkeypatch.setenv("CONVMARK_DEBUG", "1")
    assert isinstance(run("bank", "list").exception, RuntimeError)


def test_a_full_disk_is_exit_3(monkeypatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr(registry, "catalogue", full)
    result = run("bank", "list")
    assert (result.exit_code, "No space left" in result.stderr) == (3, True)


def test_list_as_json() -> None:
    rows = json.loads(run("bank", "list", "--json").stdout)
    assert [row["id"] for row in rows] == registry.ids()
    for row in rows:
        assert list(row) == [
            "id",
            "version",
            "topic",
            "title",
            "levels",
            "size",
            "size_exact",
            "sizes",
            "answer_kinds",
            "languages",
        ]
        assert row["size"] == sum(row["sizes"].values())
        assert row["levels"] == [1, 2, 3]
        assert row["languages"] == ["en", "he", "ru", "da"]
    assert {row["topic"] for row in json.loads(run("bank", "list", "--topic", "convolution", "--json").stdout)} == {
        "convolution"
    }


@pytest.mark.parametrize("family", registry.ids())
def test_show_in_every_format_and_language(family: str) -> None:
    for language in ("en", "he", "ru", "da"):
        text = run("bank", "show", family, "--lang", language, "--solution").stdout
        assert "$" not in text
        assert "\\" not in text
        assert run("bank", "show", family, "--lang", language, "--format", "markdown").stdout.count("$") > 2
    page = run("bank", "show", family, "--format", "html", "--solution").stdout
    assert page.startswith("<!DOCTYPE html>")
    plain = json.loads(run("bank", "show", family, "--format", "json").stdout)
    assert "answers" not in plain
    solved = json.loads(run("bank", "show", family, "--format", "json", "--solution").stdout)
    assert {**solved, **plain} == solved
    assert solved["answers"]
    index = str(solved["index"])
    again = json.loads(run("bank", "show", family, "--index", index, "--format", "json", "--solution").stdout)
    assert again == solved


def test_show_is_the_same_bytes_anywhere(tmp_path: Path) -> None:
    outputs = set()
    for seed, folder in (("0", ROOT), ("7", tmp_path)):
        command = [
            sys.executable,
            ROOT / "cli.py",
            "bank",
            "show",
            "architecture/receptive_field",
            "--level",
            "3",
            "--solution",
            "--format",
            "json",
        ]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_solve_reads_arguments_files_and_standard_input(tmp_path: Path) -> None:
    given = '{"input": [32, 32], "kernel": 5}'
    (tmp_path / "given.json").write_text(given)
    for words, options in (
        (("--given", given), {}),
        (("--given", f"@{tmp_path / 'given.json'}"), {}),
        (("--given", "-"), {"input": given}),
    ):
        result = run("bank", "solve", "convolution/output_size", *words, "--json", **options)
        assert json.loads(result.stdout)["answers"] == {"size": [28, 28]}
        assert list(json.loads(result.stdout)) == ["family", "version", "given", "answers", "steps"]


def test_solve_streams_lines(tmp_path: Path) -> None:
    good = '{"family": "convolution/output_size", "given": {"input": 9, "kernel": 5}}\n'
    result = run("bank", "solve", "--jsonl", "-", input=good * 2)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 2)
    (tmp_path / "lines.jsonl").write_text(good + "nonsense\n" + good)
    result = run("bank", "solve", "--jsonl", tmp_path / "lines.jsonl")
    assert result.exit_code == 1
    assert ["error" in json.loads(line) for line in result.stdout.splitlines()] == [False, True, False]


def test_solve_flushes_each_line() -> None:
    """A program that talks to us line by line gets each answer before it sends the next question."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "bank", "solve", "--jsonl", "-"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    for kernel in (3, 5):
        process.stdin.write(f'{{"family": "convolution/output_size", "given": {{"input": 9, "kernel": {kernel}}}}}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["answers"] == {"size": [10 - kernel]}
    process.stdin.close()
    assert process.wait(timeout=30) == 0
    process.stdout.close()


def test_check_reports_and_fails_on_a_breach(monkeypatch) -> None:
    result = run("bank", "check", "convolution/parameter_count", "--variants", "30", "--json")
    assert result.exit_code == 0
    [row] = json.loads(result.stdout)["families"]
    assert (row["accepted"], row["distinct"], row["disagreements"], row["collisions"], row["breaches"]) == (
        30,
        30,
        0,
        0,
        [],
    )
    from question_bank import laws

    monkeypatch.setattr(laws, "LAWS", (*laws.LAWS, lambda sample: iter(["it is Monday"])))
    result = run("bank", "check", "convolution/parameter_count", "--variants", "6")
    assert result.exit_code == 1
    assert "it is Monday" in result.stdout
    exhaustive = run("bank", "check", "initialization/derivation", "--exhaustive", "--json")
    assert json.loads(exhaustive.stdout)["families"][0]["accepted"] == 10


def test_an_exam_from_the_command_line(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("secret").write_text("  a secret in a file  \n")
    made = run(
        "exam",
        "generate",
        CLASS / "blueprint.toml",
        "--roster",
        CLASS / "roster.csv",
        "--key",
        "@secret",
        "--out",
        "exam",
        "--json",
        "--no-measure",
    )
    assert made.exit_code == 0
    summary = json.loads(made.stdout)
    assert (summary["students"], summary["measured"]) == (12, False)
    assert json.loads(Path("exam/manifest.json").read_text())["measured"] is False
    again = run(
        "exam",
        "generate",
        CLASS / "blueprint.toml",
        "--roster",
        CLASS / "roster.csv",
        "--key",
        "a secret in a file",
        "--out",
        "exam",
        "--no-measure",
    )
    assert "nothing was written" in again.stdout
    short = run(
        "exam",
        "generate",
        CLASS / "blueprint.toml",
        "--roster",
        CLASS / "roster.csv",
        "--key",
        "short",
        "--out",
        "other",
        "--no-measure",
    )
    assert "under 16 characters" in short.stderr
    assert run("exam", "export", "exam", "--format", "json", "--students", "1001,2001", "--out", "pages").exit_code == 0
    assert len(list(Path("pages/papers").iterdir())) == 2
    Path("answers.csv").write_text("student_id,question,part,answer\n1001,1,size,3x4\nnobody,1,size,1\n")
    marked = run("exam", "mark", "exam", "answers.csv", "--out", "marks", "--json")
    assert marked.exit_code == 1
    assert json.loads(marked.stdout)["left_out"] == 1
    assert "belong to nobody" in marked.stderr
    assert json.loads(marked.stdout)["key_sha256"] == summary["key_sha256"]
    told = run("exam", "mark", "exam", "answers.csv", "--out", "marks")
    assert f"key_sha256 {summary['key_sha256']}" in told.stdout.splitlines()
    template = run("exam", "mark", "exam", "--template", "empty.csv", "--json")
    assert json.loads(template.stdout) == {"schema": 1, "template": "empty.csv"}
    Path("empty.csv").write_text("filled in")
    again = run("exam", "mark", "exam", "--template", "empty.csv")
    assert (again.exit_code, "empty.csv exists" in again.stderr) == (2, True)
    assert Path("empty.csv").read_text() == "filled in"
    with lock.alone(Path("marks/.lock"), "marks"):
        busy = run("exam", "mark", "exam", "answers.csv", "--out", "marks")
    assert (busy.exit_code, busy.stdout) == (3, "")
    assert "another run is writing marks" in busy.stderr
    nobody = run("exam", "export", "exam", "--format", "json", "--students", ",", "--out", "none")
    assert (nobody.exit_code, nobody.stdout, Path("none").exists()) == (2, "", False)


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m cli bank list --json | head -c 10"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr

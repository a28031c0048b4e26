"""Generating exams: same inputs, same bytes; whole or not at all; nobody's question twice."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank import registry
from question_bank.errors import BankError, MachineError, SupplyError, UsageError
from question_bank.exam import draw
from question_bank.exam.generate import generate
from question_bank.exam.oracle import Oracle
from question_bank.solve import solve

ROOT = Path(__file__).parents[2]
SECRET = "an honest secret of length"


def rows(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def test_the_folder_holds_what_the_contract_says(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    made = generate(blueprint, roster, SECRET, tmp_path / "quiz")
    assert (made.students, made.questions, made.measured, made.changed) == (4, 20, True, True)
    questions, keys = rows(tmp_path / "quiz", "questions.jsonl"), rows(tmp_path / "quiz", "key.jsonl")
    manifest = json.loads((tmp_path / "quiz" / "manifest.json").read_text(encoding="utf-8"))
    assert (
        manifest["key_sha256"]
        == made.key_sha256
        == hashlib.sha256((tmp_path / "quiz/key.jsonl").read_bytes()).hexdigest()
    )
    assert [row["student_id"] for row in questions[::5]] == ["a1", "b2", "c3", "d4"]
    assert [row["question"] for row in questions[:5]] == ["1", "2", "3", "4", "5"]
    assert [row["slot"] for row in questions[:5]] == [1, 2, 2, 3, 4]
    for question, key in zip(questions, keys, strict=True):
        assert list(question) == [
            "schema", "student_id", "question", "slot", "family", "version", "level", "index", "language", "points",
            "given", "statement", "parts", "figures", "follow_through",
        ]  # fmt: skip
        assert (key["student_id"], key["question"]) == (question["student_id"], question["question"])
        answers = solve(question["family"], question["given"])["answers"]
        assert key["answers"] == {part["part"]: answers[part["part"]] for part in question["parts"]}
        for part in question["parts"]:
            values = [json.dumps(value) for value in key["misconceptions"][part["part"]].values()]
            assert len(set(values)) == len(values) >= 2
            assert json.dumps(key["answers"][part["part"]]) not in values
        text = json.dumps(question)
        assert not any(name in text for name in ("answers", "letters", "misconceptions", "steps"))
    students = rows(tmp_path / "quiz", "students.jsonl")
    assert students[3] == {
        "schema": 1, "student_id": "d4", "name": "=SUM(A1)", "email": "soren@example.org", "language": "da", "group": "2",
    }  # fmt: skip


def test_the_published_hash_cannot_be_tried_out(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    """Whoever knows blueprint, roster and code can compute every row but for its nonce."""
    nonces = []
    for secret in (SECRET, SECRET + "!"):
        generate(blueprint, roster, secret, tmp_path / secret, measure=False)
        nonces += [row["nonce"] for row in rows(tmp_path / secret, "key.jsonl")]
    assert len(set(nonces)) == len(nonces) == 40
    assert all(len(bytes.fromhex(nonce)) == 16 for nonce in nonces)
    assert not any(nonce in (tmp_path / SECRET / "questions.jsonl").read_text() for nonce in nonces)


def test_a_secret_may_be_any_bytes(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    generate(blueprint, roster, "\udcff" * 20, tmp_path / "quiz", measure=False)


def test_points_are_shared_exactly(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    generate(blueprint, roster, SECRET, tmp_path / "quiz", measure=False)
    last = [row for row in rows(tmp_path / "quiz", "questions.jsonl") if row["slot"] == 4]
    for row in last:
        shares = [part["points"] for part in row["parts"]]
        assert row["points"] == 1
        assert shares == [round(1 / len(shares), 4)] * len(shares)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_same_inputs_same_bytes_whatever_the_process(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    """Three hash seeds, two time zones, another folder: the same bytes."""
    folders = []
    for number, (seed, zone) in enumerate([("0", "UTC"), ("1", "Asia/Jerusalem"), ("424242", "UTC")]):
        out = tmp_path / f"run{number}" / "quiz"
        subprocess.run(
            [sys.executable, "-m", "cli", "exam", "generate", blueprint, "--roster", roster, "--key", SECRET, "--out", out],
            check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}, capture_output=True,
        )  # fmt: skip
        folders.append(files(out))
    assert folders[0] == folders[1] == folders[2]
    assert not any(SECRET.encode() in content or str(tmp_path).encode() in content for content in folders[0].values())


def test_order_of_the_roster_does_not_matter(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    header, *lines = roster.read_text(encoding="utf-8").splitlines()
    (tmp_path / "other.csv").write_text("\ufeff" + "\r\n".join([header, *lines[::-1]]), encoding="utf-8")
    generate(blueprint, roster, SECRET, tmp_path / "one", measure=False)
    generate(blueprint, tmp_path / "other.csv", SECRET, tmp_path / "two", measure=False)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_another_secret_or_title_is_another_exam(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    generate(blueprint, roster, SECRET, tmp_path / "one", measure=False)
    generate(blueprint, roster, SECRET + "!", tmp_path / "two", measure=False)
    blueprint.write_text(blueprint.read_text().replace('"Quiz"', '"Quiz 2"'))
    generate(blueprint, roster, SECRET, tmp_path / "three", measure=False)
    given = [[row["given"] for row in rows(tmp_path / name, "questions.jsonl")] for name in ("one", "two", "three")]
    assert given[0] != given[1] != given[2] != given[0]


def test_choices_hold_the_answer_once(exam: Path) -> None:
    for question, key in zip(rows(exam, "questions.jsonl"), rows(exam, "key.jsonl"), strict=True):
        for part in question["parts"]:
            if not part["choices"]:
                assert part["part"] not in key.get("letters", {})
                continue
            options = key["options"][part["part"]]
            assert [choice["letter"] for choice in part["choices"]] == list("ABCD") == list(options)
            assert len({json.dumps(value) for value in options.values()}) == 4
            assert options[key["letters"][part["part"]]] == key["answers"][part["part"]]


def test_again_into_the_same_folder(exam: Path, blueprint: Path, roster: Path) -> None:
    before = files(exam)
    assert generate(blueprint, roster, SECRET, exam, measure=False).changed is False
    assert files(exam) == before
    with pytest.raises(UsageError, match="holds something else"):
        generate(blueprint, roster, SECRET + "x", exam, measure=False)
    assert files(exam) == before


def test_an_empty_folder_may_be_filled(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert generate(blueprint, roster, SECRET, tmp_path / "empty", measure=False).changed


def test_supply_that_ends_is_named(write, roster: Path, tmp_path: Path) -> None:
    plan = write("b.toml", 'title="T"\nlanguages=["en","he","ru","da"]\n[[slot]]\nfamily="initialization/derivation"\n')
    out = tmp_path / "quiz"
    generate(plan, roster, SECRET, out, measure=False)
    plan = write("b.toml", plan.read_text() + "count = 2\n")
    with pytest.raises(SupplyError) as error:
        generate(plan, roster, SECRET, tmp_path / "more", measure=False)
    assert "slot 1" in error.value.message
    assert "level 1 has 4 variants; 4 students need 8" in error.value.message
    assert "repeat = true" in error.value.remedy
    assert not (tmp_path / "more").exists()
    plan = write("b.toml", plan.read_text() + "repeat = true\n")
    assert generate(plan, roster, SECRET, tmp_path / "more", measure=False).questions == 8


def test_a_class_over_all_variants_of_a_small_level(write, tmp_path: Path) -> None:
    """Every variant is given out before the supply is said to be at its end."""
    plan = write("b.toml", 'title="T"\nlanguages=["en"]\n[[slot]]\nfamily="architecture/receptive_field"\n')
    size = next(row for row in registry.catalogue() if row["id"] == "architecture/receptive_field")["sizes"]["1"]
    lines = "".join(f"s{number:04},N,e,en\n" for number in range(size))
    everyone = write("all.csv", f"student_id,name,email,language\n{lines}")
    assert generate(plan, everyone, SECRET, tmp_path / "all", measure=False).students == size
    given = {json.dumps(row["given"]) for row in rows(tmp_path / "all", "questions.jsonl")}
    assert len(given) == size
    too_many = write("more.csv", f"student_id,name,email,language\n{lines}x,N,e,en\n")
    with pytest.raises(SupplyError, match=f"has {size} variants"):
        generate(plan, too_many, SECRET, tmp_path / "more", measure=False)


def test_a_key_that_the_oracle_contradicts_stops_everything(blueprint, roster, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Oracle, "__enter__", lambda self: self)
    monkeypatch.setattr(Oracle, "__exit__", lambda self, *_: None)
    monkeypatch.setattr(Oracle, "send", lambda self, *_: None)
    monkeypatch.setattr(
        Oracle,
        "results",
        lambda self: [({"size": [1, 1], "count": 0, "field": 0, "stride": 0, "var": 0, "std": 0, "bound": 0}, "")] * 20,
    )
    with pytest.raises(BankError, match=r"convolution/output_size, given \{.*\}: size is derived as"):
        generate(blueprint, roster, SECRET, tmp_path / "quiz")
    monkeypatch.setattr(Oracle, "results", lambda self: [(None, "RuntimeError: boom")] * 20)
    with pytest.raises(BankError, match="could not be measured: RuntimeError: boom"):
        generate(blueprint, roster, SECRET, tmp_path / "quiz")
    assert {path.name for path in tmp_path.iterdir()} == {blueprint.name, roster.name}


def test_an_oracle_that_dies_is_told(blueprint, roster, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("question_bank.exam.oracle._measure", lambda *_: os._exit(1))
    with pytest.raises(MachineError, match="was lost"):
        generate(blueprint, roster, SECRET, tmp_path / "quiz")
    assert not (tmp_path / "quiz").exists()


def test_an_interrupted_run_leaves_no_half_exam(blueprint, roster, tmp_path, monkeypatch) -> None:
    calls = []

    def stop(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return written(*arguments)

    written = draw._written
    monkeypatch.setattr(draw, "_written", stop)
    with pytest.raises(KeyboardInterrupt):
        generate(blueprint, roster, SECRET, tmp_path / "quiz", measure=False)
    assert not (tmp_path / "quiz").exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_leaves_no_exam_and_no_process(how, blueprint: Path, tmp_path: Path, *, nightly: bool) -> None:
    if how != signal.SIGTERM and not nightly:
        pytest.skip("it draws 1500 exams: the other signals nightly")
    lines = "".join(f"s{number},N,e,en\n" for number in range(1500))
    (tmp_path / "many.csv").write_text(f"student_id,name,email,language\n{lines}", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "cli",
        "exam",
        "generate",
        blueprint,
        "--roster",
        tmp_path / "many.csv",
        "--key",
        SECRET,
    ]
    process = subprocess.Popen(
        [*command, "--out", tmp_path / "quiz"], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True
    )
    _wait(lambda: len(_session(process.pid)) > 1)  # the oracle has begun, and 7,500 questions are to come
    process.send_signal(how)
    _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert b"Traceback" not in errors
    assert not (tmp_path / "quiz").exists()
    _wait(lambda: not _session(process.pid))
    assert generate(blueprint, tmp_path / "many.csv", SECRET, tmp_path / "quiz", measure=False).students == 1500
    assert not list(tmp_path.glob(".*partial*"))


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not until():
        assert time.monotonic() < end, "waited for 30 seconds"
        time.sleep(0.01)


def _session(leader: int) -> list[str]:
    """The processes of a session that are still running."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(status.parent.name)
    return found


def test_an_empty_folder_may_be_named_by_a_dot(blueprint: Path, roster: Path, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    generate(blueprint, roster, SECRET, Path(), measure=False)
    assert (tmp_path / "empty" / "manifest.json").exists()


def test_a_place_that_cannot_be_written(blueprint, roster, tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MachineError, match="cannot write"):
        generate(blueprint, roster, SECRET, tmp_path / "file" / "quiz", measure=False)
    with pytest.raises(UsageError, match="holds something else"):
        generate(blueprint, roster, SECRET, tmp_path / "file", measure=False)


@pytest.mark.parametrize(("family", "level"), [("initialization/derivation", 1), ("initialization/derivation", 2)])
def test_too_many_choices_names_what_every_student_can_be_offered(write, tmp_path, family: str, level: int) -> None:
    """Not what the first variant can offer that is refused: with the count that is named, it works."""
    students = write("c.csv", "student_id,name,email,language\n" + "".join(f"{n},N,,en\n" for n in range(30)))

    def made(choices: int) -> object:
        slot = f'family = "{family}"\nlevel = {level}\nchoices = {choices}\nrepeat = true\n'
        plan = write("b.toml", f'title = "T"\nlanguages = ["en"]\n[[slot]]\n{slot}')
        return generate(plan, students, SECRET, tmp_path / f"of{choices}", measure=False)

    with pytest.raises(UsageError, match="slot 1: .* can offer [3-7] choices, not 8") as error:
        made(8)
    most = int(error.value.message.split(" choices, not")[0][-1])
    assert f"Set choices = {most} or lower" in error.value.remedy
    assert made(most)
    with pytest.raises(UsageError, match=f"can offer {most} choices, not {most + 1}"):
        made(most + 1)


def test_a_slot_that_can_offer_no_choices(blueprint: Path, roster: Path, tmp_path: Path, monkeypatch) -> None:
    def refuse(*_):
        raise UsageError("too few")

    monkeypatch.setattr("question_bank.question.choose", refuse)
    monkeypatch.setattr(draw, "choose", refuse)
    with pytest.raises(UsageError, match="slot 2: .* cannot offer 3 choices") as error:
        generate(blueprint, roster, SECRET, tmp_path / "quiz", measure=False)
    assert "choices = 0" in error.value.remedy


def test_points_that_name_other_parts_name_the_slot(write, roster: Path, tmp_path: Path) -> None:
    slot = 'family = "convolution/output_size"\npoints = { height = 2 }\n'
    plan = write("b.toml", f'title = "T"\nlanguages = ["en", "he", "ru", "da"]\n[[slot]]\n{slot}')
    with pytest.raises(UsageError, match="b.toml: slot 1: the points name the parts height"):
        generate(plan, roster, SECRET, tmp_path / "quiz", measure=False)


def test_an_empty_secret_is_refused(blueprint, roster, tmp_path) -> None:
    with pytest.raises(UsageError, match="secret is empty"):
        generate(blueprint, roster, "  ", tmp_path / "quiz")

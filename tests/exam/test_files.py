"""Blueprints, rosters and tables as instructors write them, and as they get them wrong."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from question_bank import tables
from question_bank.errors import MachineError, UsageError
from question_bank.exam import aside, blueprint, roster
from question_bank.exam.folder import file_name, read
from question_bank.points import exact, in_file

GOOD = """
languages = ["en", "da"]
title = { en = "Quiz", da = "Prøve" }
[[slot]]
family = "convolution/output_size"
"""
GROUP = """
title = "Quiz"
languages = ["en"]

[[slot]]
together = ["architecture/parameter_count", "architecture/relu_count"]
"""
POOL = """
title = "Quiz"
languages = ["en"]

[[slot]]
pool = ["convolution/output_size", "convolution/parameter_count"]
"""


def test_a_blueprint_with_everything(write) -> None:
    plan = blueprint.read(
        write(
            "b.toml",
            GOOD
            + 'level = 2\ncount = 3\npoints = { size = 2.5 }\nchoices = 5\nrepeat = true\n[[slot]]\nfamily = "architecture/receptive_field"\npoints = 1\n',
        )
    )
    assert plan.title == {"en": "Quiz", "da": "Prøve"}
    assert plan.slots[0].shares(["size"]) == {"size": 2.5}
    assert sum(plan.slots[1].shares(["field", "stride"]).values()) == 1
    assert plan.row()["slots"][0] == {
        "family": "convolution/output_size", "level": 2, "count": 3, "points": {"size": "5/2"}, "choices": 5, "repeat": True,
        "follow_through": "1", "effort_spread": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("languages = [", "b.toml"),
        ("", "the key 'title' is missing"),
        (GOOD.replace('["en", "da"]', "[]"), "languages"),
        (GOOD.replace('["en", "da"]', '["en", "fr"]'), "languages"),
        (GOOD.replace(', da = "Prøve"', ""), "title lacks the language da"),
        (GOOD.replace("title = { ", 'title = { fr = "x", '), "title"),
        (GOOD.replace("convolution/output_size", "convolution/outputsize"), "slot 1: there is no family"),
        (GOOD + "colour = 3", "slot 1: unknown key 'colour'"),
        ("colour = 3\n" + GOOD, "unknown key 'colour'"),
        (GOOD + "level = 4", "slot 1: convolution/output_size has no level 4"),
        (GOOD + "level = '1'", "slot 1: level"),
        (GOOD + "level = true", "slot 1: level"),
        (GOOD + "count = 0", "slot 1: count"),
        (GOOD + "count = 1.5", "slot 1: count"),
        (GOOD + "points = 0", "slot 1: points"),
        (GOOD + "points = -1", "slot 1: points"),
        (GOOD + "points = nan", "slot 1: points"),
        (GOOD + "points = { size = 'x' }", "slot 1: points"),
        (GOOD + "points = 0.33333", "slot 1: points: at most 4 decimals are kept, got 0.33333"),
        (GOOD + "points = { size = 1e-5 }", "slot 1: points: at most 4 decimals"),
        (GOOD + "choices = 2", "slot 1: choices must be 0 or 3 to 8, got 2"),
        (GOOD + "choices = 9", "slot 1: choices must be 0 or 3 to 8, got 9"),
        (GOOD + 'pool = ["a"]', "slot 1: family, pool or together: family and pool stand in the slot"),
        (POOL.replace("pool = [", "# ["), "slot 1: family, pool or together: none of them stands in the slot"),
        (POOL.replace('"convolution/output_size", ', ""), "slot 1: a pool is of two families or more"),
        (POOL.replace("convolution/output_size", "convolution/parameter_count"), "each named once"),
        (POOL.replace("convolution/output_size", "convolution/size"), "slot 1: there is no family 'convolution/size'"),
        (POOL + "level = 9", "slot 1: convolution/output_size has no level 9"),
        (GOOD + "together = []", "slot 1: family, pool or together: family and together stand"),
        (GROUP.replace('"architecture/relu_count"', '"architecture/parameter_count"'), "each named once"),
        (GROUP.replace(', "architecture/relu_count"', ""), "slot 1: a group is of two families or more"),
        (
            GROUP.replace("architecture/relu_count", "convolution/fit"),
            "slot 1: together: architecture/parameter_count is about input, layers, convolution/fit about input, kernel",
        ),
        (GROUP + "level = 7", "slot 1: architecture/parameter_count has no level 7"),
        (GROUP + "points = [1, 2, 3]", "slot 1: points lists 3 numbers; 2 questions are asked about one instance"),
        (GROUP + "points = [1, 0.33333]", "slot 1: points: at most 4 decimals"),
        (GROUP + "points = []", "slot 1: points"),
        (GOOD + "points = [1, 2]", "slot 1: points lists 2 numbers; 1 questions"),
        (GROUP + "given = {}\nlevel = 1", "slot 1: given and level exclude each other"),
        (GROUP + "given = {}\ncount = 1", "slot 1: given and count exclude each other"),
        (GROUP + "given = 3", "slot 1: given"),
        (GOOD + "given = { steps = 3 }\nsteps = ['sum']", "slot 1: given and steps exclude each other"),
        (GOOD + "steps = ['sum']", "slot 1: steps belong to one family with steps; got convolution/output_size"),
        (GROUP + "steps = ['sum']", "slot 1: steps belong to one family with steps; got architecture/parameter"),
        (POOL + "given = {}", "slot 1: given and pool exclude each other"),
        (GOOD + "follow_through = 1.5", "slot 1: follow_through"),
        (GOOD + "follow_through = -0.5", "slot 1: follow_through"),
        (GOOD + "effort_spread = -0.1", "slot 1: effort_spread"),
        (GOOD + "effort_spread = 3", "slot 1: effort_spread"),
        (GOOD + "together = 3", "slot 1: together"),
        (GOOD + "steps = []", "slot 1: steps"),
        (GOOD.replace("[[slot]]", "[slot]"), "slot"),
        ('title = "x"\nlanguages = ["en"]\nslot = []', "slot"),
        (GOOD + "points = [" + "[" * 5000, "nested too deeply"),
        (GOOD + "points = 'x'", "b.toml: slot 1: points: "),
        ("title = 5\nlanguages = ['en']\n[[slot]]\nfamily = 'convolution/output_size'", "title"),
    ],
)
def test_a_broken_blueprint_names_the_place(write, text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        blueprint.read(write("b.toml", text))
    assert "b.toml" in error.value.message
    assert says in error.value.message
    assert error.value.remedy
    assert str(error.value).count("\n") <= 2


def test_a_blueprint_that_cannot_be_read(write, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        blueprint.read(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="directory"):
        blueprint.read(tmp_path)
    with pytest.raises(UsageError, match="not UTF-8"):
        blueprint.read(write("b.toml", b'title = "\xff"'))


def test_points_that_do_not_fit_the_parts(write) -> None:
    plan = blueprint.read(write("b.toml", GOOD + "points = { height = 2 }"))
    with pytest.raises(UsageError, match="asks size"):
        plan.slots[0].shares(["size"])


HEADER = "student_id,name,email,language\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the column student_id is missing"),
        ("student_id,name,email\n1,a,b", "the column language is missing"),
        (HEADER, "there is no student"),
        (HEADER + "1,a,b,en\n1,c,d,en", "line 3: the student_id '1' stands on line 2 already"),
        (HEADER + ",a,b,en", "line 2: student_id is empty"),
        (HEADER + "1,a,b,fr", "line 2: the language 'fr' is not among the exam's: en, he"),
        (HEADER + "1,a,b,", "line 2: the language ''"),
        (HEADER + "1,a,b", "line 2 has 3 cells, not 4"),
        (HEADER + "1\x07,a,b,en", "line 2: the student_id holds U+0007"),
        (HEADER + "1,a,b,en\na\u20281,a,b,en", "line 3: the student_id holds U+2028"),
        (HEADER + "a\u20291,a,b,en", "line 2: the student_id holds U+2029"),
        (HEADER + "a\u00a01,a,b,en", "line 2: the student_id holds U+00A0"),
        (HEADER + "a\u200b1,a,b,en", "line 2: the student_id holds U+200B"),
        (HEADER + "\u200f1,a,b,en", "line 2: the student_id holds U+200F"),
        (HEADER + "1\U000e0041,a,b,en", "line 2: the student_id holds U+E0041"),
        (HEADER + "x" * 201 + ",a,b,en", "line 2: the student_id has 201 characters"),
        ("student_id,student_id,name,email,language\n", "the column student_id stands twice"),
        (HEADER + "1,a,b,en\n\n\n2,a,b,de", "line 5: the language 'de'"),
    ],
)
def test_a_broken_roster_names_the_line(write, text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        roster.read(write("r.csv", text), ["en", "he"])
    assert f"r.csv: {says}" in error.value.message
    assert error.value.remedy


@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rosters_as_spreadsheets_save_them(write, mark: str, bom: str, end: str) -> None:
    lines = ["student_id,name,email,language,group", '" 7 ",Ørsted,o@x,en,A', "5,לוי,l@x,he,B", ",,,,"]
    text = bom + end.join(line.replace(",", mark) for line in lines)
    students = roster.read(write("r.csv", text), ["en", "he"])
    assert [student.id for student in students] == ["5", "7"]
    assert students[1].others == {"group": "A"}
    assert roster.student(roster.row(students[0])) == students[0]


def test_rosters_that_are_no_text(write, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 2 is not UTF-8"):
        roster.read(write("r.csv", HEADER.encode() + b"\xff,a,b,en"), ["en"])
    with pytest.raises(UsageError, match="No such file"):
        roster.read(tmp_path / "none.csv", ["en"])
    with pytest.raises(UsageError):
        roster.read(write("r.csv", b"PK\x03\x04" + bytes(range(256)) * 10), ["en"])


def test_cells_of_a_megabyte(write) -> None:
    rows = tables.read(write("t.csv", f"a,b\n{'x' * 10**6},2\n"), ["a", "b"])
    assert len(rows[0].cells["a"]) == 10**6


def test_cells_are_harmless_in_a_spreadsheet() -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "5", "", "a=1"]
    assert all(tables.harmless(cell).startswith("'") for cell in cells[:6])
    assert [tables.harmless(cell) for cell in cells[6:]] == cells[6:]
    # where the comma is the decimal mark, a semicolon splits cells
    assert tables.harmless("x;=cmd()\n@y") == "x;'=cmd()\n'@y"


@pytest.mark.parametrize(
    "cell", ["=1", "'=1", "''=1", "'", "''", "\t=1", "'x", "a;=1", "a;'=1", "\r\n-", "=-+@", '="1"']
)
def test_harmless_cells_read_back_as_they_were(write, cell: str) -> None:
    [row] = tables.read(write("t.csv", tables.write(["a", "b"], [[cell, "x"]])), ["a", "b"])
    assert row.cells == {"a": cell, "b": "x"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('1,2\n3,"4\n5,6\n', 3),
        ('1,2\n3,"4\n5,"6"\n', 3),
        ('"1\r\n2",3\r\n\r\n"4\r\n5","6\r\n7,8', 6),
        ('1,"2" 3\n', 2),
        ('"', 2),
        pytest.param("1," + '"x' * 10**6, 2, id="large"),
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_an_open_quote_names_the_line_where_it_opened(write, text: str, line: int, lenient: bool) -> None:
    with pytest.raises(UsageError, match=f"t.csv: line {line}: a quote opens") as error:
        tables.read(write("t.csv", f"a,b\n{text}"), ["a", "b"], lenient=lenient)
    assert "Close it" in error.value.remedy


def test_quotes_in_their_place_are_read(write) -> None:
    rows = tables.read(write("t.csv", 'a,b\n"1 ""x"", 2","3\n4"\n5" ,6\n'), ["a", "b"])
    assert [(row.line, *row.cells.values()) for row in rows] == [(2, '1 "x", 2', "3\n4"), (4, '5" ', "6")]


def test_rows_that_are_too_long(write) -> None:
    long = write("t.csv", "a,b\n1,(2, 3)\n4,5,,\n")
    assert [row.cells["b"] for row in tables.read(long, ["a", "b"], lenient=True)] == ["(2, 3)", "5"]
    with pytest.raises(UsageError, match="line 2 has 3 cells, not 2"):
        tables.read(long, ["a", "b"])
    for header, surplus in (("b,a", (" 3)", "4")), ("a,b,", (" 3)", "4")), ("a,b,note", ("4",))):
        [row] = tables.read(write("t.csv", f"{header}\n1,(2, 3),4\n"), ["a", "b"], lenient=True)
        assert row.surplus == surplus


def test_names_of_files() -> None:
    names = [
        "a/b",
        "..",
        ".hidden",
        "a\\b",
        "CON:",
        'x"y',
        "a\nb",
        "trailing ",
        "dots.",
        "x" * 500,
        "שלום",
        "emoji 😀",
        "%2F",
        "a%b",
    ]
    made = [file_name(name) for name in names]
    assert len(set(made)) == len(names)
    for name in made:
        assert "/" not in name
        assert "\\" not in name
        assert not name.startswith(".")
        assert len(name.encode()) <= 160
        assert Path(name).name == name
    assert file_name("Anna-Maria (2)") == "Anna-Maria (2)"


def test_aside_is_whole_or_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), aside.folder(tmp_path / "x") as partial:
        (partial / "a").write_text(str(1 / 0))
    assert list(tmp_path.iterdir()) == []
    stale = tmp_path / ".x.partial"
    (stale / "sub").mkdir(parents=True)
    (stale / "old").write_text("left by a killed run")
    with aside.folder(tmp_path / "x") as partial:
        (partial / "a").write_text("1")
        with pytest.raises(MachineError, match="another run is writing"), aside.folder(tmp_path / "x"):
            pass
    assert [path.name for path in tmp_path.rglob("*")] == ["x", "a"]


def test_files_are_left_alone_when_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    aside.text(path, "one")
    before = path.stat().st_mtime_ns
    aside.text(path, "one")
    assert path.stat().st_mtime_ns == before
    aside.text(path, "two")
    assert path.read_text() == "two"
    assert [entry.name for entry in path.parent.iterdir()] == ["b.txt"]
    with pytest.raises(MachineError, match="cannot write"):
        aside.text(path / "c", "x")


@pytest.mark.parametrize("name", ["key.jsonl", "questions.jsonl", "students.jsonl"])
def test_a_changed_exam_is_refused(exam: Path, name: str) -> None:
    content = (exam / name).read_bytes()
    (exam / name).write_bytes(content.replace(b"1", b"2", 1))
    with pytest.raises(UsageError, match="was changed") as error:
        read(exam)
    assert "Restore the file" in error.value.remedy
    (exam / name).write_bytes(content)
    assert read(exam).students


@pytest.mark.parametrize("name", ["key.jsonl", "questions.jsonl", "manifest.json", "students.jsonl"])
def test_a_folder_that_lacks_a_file(exam: Path, name: str) -> None:
    (exam / name).unlink()
    with pytest.raises(UsageError, match="is missing"):
        read(exam)


def test_folders_that_are_no_exams(tmp_path: Path, write) -> None:
    with pytest.raises(UsageError):
        read(tmp_path / "none")
    with pytest.raises(UsageError):
        read(write("file", "x"))
    (tmp_path / "odd").mkdir()
    for text in (b"", b"{}", b"[]", b"\xff", b"[" * 10**5, b"nonsense", b'{"questions_sha256": 1, "key_sha256": 2}'):
        (tmp_path / "odd" / "manifest.json").write_bytes(text)
        with pytest.raises(UsageError, match="is damaged|missing"):
            read(tmp_path / "odd")


def test_a_manifest_of_another_version_names_what_it_lacks(exam: Path) -> None:
    path = exam / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["students_sha256"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(UsageError, match="lacks 'students_sha256'") as error:
        read(exam)
    assert "generate it anew" in error.value.remedy


def test_points_are_exact_again_when_read_back() -> None:
    for points in (
        {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)},
        {"a": Fraction(5, 2), "b": Fraction("0.0001")},
    ):
        parts = [{"part": name, "points": in_file(value)} for name, value in points.items()]
        assert exact({"points": in_file(sum(points.values())), "parts": parts}) == points

"""Every block of the README runs and says what the README says it does."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILES = {"toml": "midterm.toml", "csv": "class.csv"}


def blocks(kind: str) -> list[str]:
    return [body for name, body in BLOCK.findall(README.read_text(encoding="utf-8")) if name == kind]


def fits(line: str, expected: str) -> bool:
    """Equal, or equal up to an ellipsis."""
    return line.startswith(expected[:-1]) if expected.endswith("…") else line.rstrip() == expected.rstrip()


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kind, name in FILES.items():
        [content] = blocks(kind)
        Path(name).write_text(content, encoding="utf-8")
    Path("secret.txt").write_text("correct horse battery staple\n", encoding="utf-8")
    ran = 0
    for block in blocks("console"):
        for part in block.split("$ ")[1:]:
            command, *expected = part.rstrip("\n").split("\n")
            words = shlex.split(command)
            assert words[0] == "convmark"
            result = CliRunner().invoke(cli.main, words[1:])
            assert result.exit_code == 0, result.output
            lines = result.stdout.rstrip("\n").split("\n")
            assert len(lines) == len(expected), (command, lines)
            for line, wanted in zip(lines, expected, strict=True):
                assert fits(line, wanted), f"{command}\n{line}\n{wanted}"
            ran += 1
    assert ran == 11


def test_the_python() -> None:
    [code] = blocks("python")
    namespace: dict[str, object] = {}
    shown = 0
    pending = ""
    for line in code.splitlines():
        if line.startswith("# "):
            assert repr(eval(pending, namespace)) == line[2:]
            pending, shown = "", shown + 1
            continue
        exec(pending, namespace)
        pending = line
    assert shown == 2


def test_the_map_is_true() -> None:
    drawn = README.read_text(encoding="utf-8").partition("| where | what |")[2]
    for path in re.findall(r"^\| `([^`]+)` \|", drawn, re.MULTILINE):
        assert (README.parent / path).exists(), path
    for target in re.findall(r"\]\(([^)]+)\)", README.read_text(encoding="utf-8")):
        assert (README.parent / target).exists(), target


def test_make_knows_the_two_commands() -> None:
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    for block in blocks("sh"):
        for target in re.findall(r"^make (\w+)", block, re.MULTILINE):
            assert f"\n{target}:" in makefile

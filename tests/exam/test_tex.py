"""LaTeX source: what a person with a layout of their own starts from."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from question_bank.demo import CLASS, SECRET
from question_bank.exam.export import export
from question_bank.exam.generate import generate
from question_bank.render.sheet import Sheet
from question_bank.render.tex import escaped, render


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tex")
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, folder / "exam", measure=False)
    export(folder / "exam", ["tex"], folder / "out")
    return folder / "out"


@pytest.mark.parametrize("name", ["1001.en", "2001.he", "3001.ru", "4001.da"])
@pytest.mark.parametrize("kind", ["papers", "solutions"])
def test_braces_and_environments_close(sources: Path, kind: str, name: str) -> None:
    text = (sources / kind / f"{name}.tex").read_text(encoding="utf-8")
    bare = re.sub(r"\\[\\{}]", "", text)
    assert bare.count("{") == bare.count("}")
    open_now = []
    for what, environment in re.findall(r"\\(begin|end)\{(\w+\*?)\}", text):
        if what == "begin":
            open_now.append(environment)
        else:
            assert open_now.pop() == environment
    assert not open_now
    assert text.count("$") % 2 == 0
    assert ("Solution" in text) == (kind == "solutions" and name.endswith("en"))


@pytest.mark.parametrize("name", ["1001.en", "2001.he", "3001.ru", "4001.da"])
def test_xelatex_sets_it(sources: Path, tmp_path: Path, name: str) -> None:
    if not shutil.which("xelatex"):
        pytest.skip("no xelatex on this machine: the LaTeX sources are not set")
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", f"-output-directory={tmp_path}"]
    done = subprocess.run(
        [*command, f"{name}.tex"], capture_output=True, timeout=120, check=False, cwd=sources / "papers"
    )
    if re.search(rb"File `\w+\.sty' not found|font .* cannot be found", done.stdout):
        pytest.skip("this TeX lacks a package or a font: the source is not set")
    assert done.returncode == 0, done.stdout[-2000:].decode(errors="replace")
    assert b"Missing character" not in done.stdout
    assert (tmp_path / f"{name}.pdf").is_file()


@pytest.mark.parametrize(
    "words", [r"\input{/etc/passwd}", "$x$ % # & _ ^ ~ { } \\", "a\n\n\\def", '<b> " | `', "\u202e"]
)
def test_outside_text_is_no_command(words: str) -> None:
    written = escaped(words)
    commands = set(re.findall(r"\\([A-Za-z]+)", written))
    assert all(name.startswith("text") for name in commands)
    assert not re.search(r"(?<!\\)[$%#&_^~]", written)
    assert "\n" not in written


def test_rules_may_nest_lists_deeper_than_latex_does() -> None:
    deep = "\n".join(f"{'   ' * depth}- level {depth}" for depth in range(7))
    text = render(Sheet("paper", "en", "T", "s", "n", deep, (), ""), lambda _: "")
    assert text.count(r"\begin{itemize}") == 4
    assert all(f"level {depth}" in text for depth in range(7))

"""The handouts of an assignment say the same in every language, and what assignment.toml says."""

import re

import pytest

from grader import assignment
from question_bank.text import LANGUAGES

SLUGS = assignment.slugs()


@pytest.mark.parametrize("slug", SLUGS)
def test_formulas_code_and_headings_agree(slug: str) -> None:
    it = assignment.find(slug)
    texts = [it.handout(language).read_text(encoding="utf-8") for language in LANGUAGES]
    for pattern in (r"\$\$.*?\$\$", r"```.*?```"):
        found = [re.findall(pattern, text, flags=re.DOTALL) for text in texts]
        assert found[0]
        assert all(each == found[0] for each in found)
    formulas = [sorted(re.findall(r"(?<!\$)\$[^$\n]+\$(?!\$)", text)) for text in texts]
    assert all(each == formulas[0] for each in formulas)
    codes = [sorted(re.findall(r"(?<!`)`[^`\n]+`(?!`)", text)) for text in texts]
    assert all(each == codes[0] for each in codes)
    outlines = [
        [line.partition(" ")[0] for line in text.splitlines() if line.startswith(("#", "- ", "|"))] for text in texts
    ]
    assert all(each == outlines[0] for each in outlines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_title_signature_and_points(slug: str, language: str) -> None:
    it = assignment.find(slug)
    text = it.handout(language).read_text(encoding="utf-8")
    assert text.startswith(f"# {it.title[language]}\n")
    lines = it.starter.read_text(encoding="utf-8").splitlines()
    starter = next(line for line in lines if line.startswith(("def ", "class ")))
    assert f"```python\n{starter}\n```" in text
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([\d.]+) \|$", text, flags=re.MULTILINE)
    assert rows == [(task.id, str(task.points)) for task in it.tasks]
    assert re.search(rf"^\| \| .* \| {it.points} \|$", text, flags=re.MULTILINE)

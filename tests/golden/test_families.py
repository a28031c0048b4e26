"""What each family asks and answers, word for word, in four languages.

A change here is a change of what students see. Where an index comes to mean another question,
raise the family's version; then `make golden`.
"""

import json
from pathlib import Path

import pytest

from question_bank import registry
from question_bank.question import ask
from question_bank.show import pick
from question_bank.text import LANGUAGES

HERE = Path(__file__).parent / "families"
KEYS = ("a", "b")


def golden(family_id: str) -> dict[str, object]:
    """Two variants of each level, each in four languages."""
    family = registry.get(family_id)
    variants = []
    for level in family.levels:
        for key in KEYS:
            variant = pick(family, level, key, None)
            asked = {language: ask(family, variant, language) for language in LANGUAGES}
            question, answers = asked["en"]
            variants.append(
                {
                    "level": level,
                    "index": str(variant.index),
                    "given": question.given,
                    "answers": answers.answers,
                    "misconceptions": answers.misconceptions,
                    **{
                        language: {
                            "statement": question.statement,
                            "prompts": [part.prompt for part in question.parts],
                            "solution": [step["text"] for step in key.steps],
                            "figures": [row["alt"] for row in (*question.figures, *key.solution_figures)],
                        }
                        for language, (question, key) in asked.items()
                    },
                }
            )
    return {"version": family.version, "variants": variants}


@pytest.mark.parametrize("family_id", registry.ids())
def test_family_is_as_it_was(family_id: str, update_golden: bool) -> None:
    path = HERE / f"{family_id.replace('/', '.')}.json"
    now = json.loads(json.dumps(golden(family_id)))
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert path.exists(), f"{family_id} has no golden file yet: read what it asks, then run `make golden`"
    before = json.loads(path.read_text(encoding="utf-8"))
    drawn = [(variant["level"], variant["index"], variant["given"]) for variant in now["variants"]]
    drawn_before = [(variant["level"], variant["index"], variant["given"]) for variant in before["variants"]]
    if drawn != drawn_before:
        assert now["version"] > before["version"], "an index means another question: raise the family's version"
    assert now == before, "students see another text or answer; if that is meant, run `make golden`"

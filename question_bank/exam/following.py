"""Follow-through: an answer that is wrong only because an earlier one was.

The student's own earlier answer is put in the place of the right one, and what then follows is
compared with the later answer. An earlier answer is not carried on where it could not be an answer at
all, nor where it makes the later part trivial: a wrong variance of 1 has the standard deviation 1.
"""

from collections.abc import Mapping
from typing import Any

from question_bank import registry
from question_bank.answers import Invalid
from question_bank.exam.folder import Asked
from question_bank.marking import PartKey, read


def installed(asked: Asked) -> bool:
    """Whether the family that asked this question is here, in the version that asked it."""
    family = asked.question["family"]
    return family in registry.ids() and registry.get(family).version == asked.question["version"]


def follows(asked: Asked, texts: Mapping[str, str], part: str, language: str) -> bool:
    """Whether the answer to a part follows from the student's own wrong answers to earlier parts.

    Args:
        asked: the question, with its key.
        texts: what the student wrote in each part.
        part: the part, which is wrong.
        language: the student's.
    """
    keys = {row["part"]: PartKey.of(row, asked.key) for row in asked.question["parts"]}
    own: dict[str, Any] = {}
    for name, key in keys.items():
        value = read(key, texts.get(name, ""), language)
        if name == part:
            return bool(own) and not isinstance(value, Invalid) and _fits(asked, keys, own, part, value)
        if not isinstance(value, Invalid) and value is not None and not key.kind.equal(key.answer, value):
            if not key.kind.plausible(value, key.answer):
                return False
            own[name] = value
    return False


def _fits(asked: Asked, keys: Mapping[str, PartKey], own: Mapping[str, Any], part: str, value: Any) -> bool:
    family = registry.get(asked.question["family"])
    solved = family.solve(asked.question["given"])
    following = solved.line.following(own, solved.leaves)
    if part not in following:
        return False
    kind, answer = keys[part].kind, keys[part].answer
    expected = kind.decode(kind.encode(following[part]))
    trivial = not kind.plausible(expected, answer) or any(
        kind.equal(expected, carried) and not kind.equal(answer, keys[name].answer) for name, carried in own.items()
    )
    return not trivial and kind.equal(expected, value)

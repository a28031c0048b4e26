"""Yes or no, choices, orders of lines."""

from dataclasses import dataclass
from typing import Any

from question_bank import parsing
from question_bank.answers.kind import Invalid, Kind
from question_bank.parsing import Unreadable, clean
from question_bank.text import interface


@dataclass(frozen=True)
class YesNo(Kind):
    """True or false, in the words of the four languages."""

    name = "yes_no"

    def _read(self, text: str, language: str) -> Any:
        word = text.casefold().rstrip(".!")
        for value, key in ((True, "words.yes"), (False, "words.no")):
            if any(word in words for words in interface(key).values()):
                return value
        raise Unreadable("not_yes_no")

    def _show(self, value: Any, language: str) -> str:
        return str(interface("value.yes" if value else "value.no", language))

    _write = _show


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words; the words are the values."""

    words: tuple[str, ...] = ()
    name = "choice"

    def parse(self, text: str, language: str) -> Any:
        try:
            word = clean(text).strip('"').casefold()
        except Unreadable as error:
            return Invalid(error.reason)
        matching = [option for option in self.words if option.casefold() == word]
        return matching[0] if matching else Invalid("not_a_choice")

    def _decode(self, stored: Any) -> Any:
        return stored

    def _show(self, value: Any, language: str) -> str:
        return str(value)

    _write = _show

    def options(self) -> dict[str, Any]:
        return {"words": list(self.words)}


@dataclass(frozen=True)
class MultipleChoice(Kind):
    """Any of a few words, in any order."""

    words: tuple[str, ...] = ()
    name = "multiple_choice"

    def _read(self, text: str, language: str) -> Any:
        known = {word.casefold(): word for word in self.words}
        found = []
        for piece in text.strip("[](){}").replace(";", ",").split(","):
            word = piece.strip(" \"'").casefold()
            if word not in known:
                raise Unreadable("not_a_choice")
            found.append(known[word])
        return found

    def _equal(self, key: Any, value: Any) -> bool:
        return set(key) == set(value)

    def _decode(self, stored: Any) -> Any:
        return stored

    def _show(self, value: Any, language: str) -> str:
        return ", ".join(value)

    _write = _show

    def options(self) -> dict[str, Any]:
        return {"words": list(self.words)}


@dataclass(frozen=True)
class Order(Kind):
    """The numbers of lines, in the right order."""

    name = "order"

    def _read(self, text: str, language: str) -> Any:
        return parsing.sequence(text, language)

    def _show(self, value: Any, language: str) -> str:
        return ", ".join(map(str, value))

    _write = _show

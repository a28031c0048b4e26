"""Texts in four languages, from .toml files; all languages are there, or it is an error.

The texts of a family lie beside it: a title, statements, prompts, captions of steps, what to say
to each misconception. Placeholders are written @{name}, for LaTeX owns $ and {}; @{name=} stands
for "K = 5", the symbol with the value. The texts of the interface lie in interface.toml.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from question_bank.errors import BankError

LANGUAGES = ("en", "he", "ru", "da")
RIGHT_TO_LEFT = frozenset({"he"})
FAMILIES = Path(__file__).with_name("families")

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_PLACEHOLDER = re.compile(r"@\{([a-z_][a-z_0-9]*=?)\}")


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text split at its placeholders: text and names in turn.

    >>> TextTemplate.of("kernel $@{kernel}$").fill({"kernel": "3"}.get)
    'kernel $3$'
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @staticmethod
    def of(text: str) -> "TextTemplate":
        """Split a text."""
        pieces = _PLACEHOLDER.split(text)
        return TextTemplate(tuple(pieces[::2]), tuple(pieces[1::2]))

    def fill(self, write: Callable[[str], Any]) -> str:
        """The text with `write(name)` for each placeholder."""
        parts = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            parts.append(write(name))
            parts.append(text)
        return "".join(parts)


class Texts:
    """The texts of one .toml file: tables that end in a table of the four languages."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            tree = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BankError(f"{path.name}: the texts are missing", f"Write {path.name} beside the family.") from None
        except tomllib.TOMLDecodeError as error:
            raise BankError(f"{path.name}: {error}") from None
        self._entries: dict[str, Mapping[str, Any]] = dict(self._collect(tree, ""))
        self._templates: dict[tuple[str, str], TextTemplate] = {}

    def _collect(self, table: Mapping[str, Any], where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if any(not isinstance(value, dict) for value in table.values()):
            missing = [language for language in LANGUAGES if language not in table]
            extra = [key for key in table if key not in LANGUAGES]
            if missing or extra:
                what = f"lacks {', '.join(missing)}" if missing else f"has an unknown language {extra[0]}"
                raise BankError(f"{self.path.name}: [{where}] {what}", f"Give exactly {', '.join(LANGUAGES)}.")
            for language in LANGUAGES:
                text = table[language]
                if not isinstance(text, str) and not all(isinstance(word, str) for word in _list(text)):
                    raise BankError(f"{self.path.name}: [{where}] {language}: {text!r} is no text", "Put it in quotes.")
                self._refuse_control_characters(str(text), f"[{where}] {language}")
            yield where, table
            return
        for key, inner in table.items():
            yield from self._collect(inner, f"{where}.{key}" if where else key)

    def _refuse_control_characters(self, text: str, where: str) -> None:
        r"""In "\text" and "\beta" TOML reads a tab and a backspace, which nobody would see."""
        found = _CONTROL.search(text)
        if found:
            before = text[max(0, found.start() - 20) : found.start()].replace("\n", " ")
            after = text[found.end() :].partition("\n")[0][:20]
            raise BankError(
                f"{self.path.name}: {where}: the control character {found[0]!a} between {before!r} and {after!r}",
                "Write LaTeX in single quotes, where a backslash is a backslash: '$\\text{in}$'.",
            )

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self, table: str = "") -> list[str]:
        """The entries below a table, in the order of the file."""
        return [name[len(table) + 1 :] for name in self._entries if name.startswith(f"{table}.")]

    def all(self) -> Mapping[str, Mapping[str, Any]]:
        """Every entry with its languages."""
        return self._entries

    def raw(self, name: str) -> Mapping[str, Any]:
        """An entry in all languages.

        Raises:
            BankError: there is no such entry.
        """
        try:
            return self._entries[name]
        except KeyError:
            raise BankError(f"{self.path.name}: [{name}] is missing") from None

    def template(self, name: str, language: str) -> TextTemplate:
        """An entry in one language, ready to be filled."""
        key = (name, language)
        if key not in self._templates:
            self._templates[key] = TextTemplate.of(str(self.raw(name)[language]).strip("\n"))
        return self._templates[key]


def _list(value: Any) -> list[Any]:
    """A list; what is none, as one that holds no text."""
    return value if isinstance(value, list) else [None]


@cache
def family_texts(family_id: str) -> Texts:
    """The texts beside the module of a family."""
    return Texts(FAMILIES / f"{family_id}.toml")


@cache
def _interface() -> Texts:
    return Texts(Path(__file__).with_name("interface.toml"))


def interface(name: str, language: str | None = None) -> Any:
    """A text of the interface in one language, or in all.

    >>> interface("verdict.right", "da")
    'rigtigt'
    """
    entry = _interface().raw(name)
    return entry if language is None else entry[language]

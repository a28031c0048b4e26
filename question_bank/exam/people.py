"""Students of an exam, found by what another system calls them."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from question_bank.exam.folder import Exam
from question_bank.lms.downloads import Person


class People:
    """Finds students by what a system calls them; what names two of them names nobody.

    Ids and e-mail addresses come first. Names count only where a report's ids and addresses are none of the
    roster's at all, for a stranger may have a student's name.
    """

    def __init__(self, exam: Exam, rows: Sequence[Person]) -> None:
        self._ids = exam.students.keys()
        students = exam.students.values()
        emails = [
            (address, student.id) for student in students for address in {student.email, student.id} if "@" in address
        ]
        self._emails = _unique((email.casefold(), student) for email, student in emails)
        self._names = _unique((_name(student.name), student.id) for student in students)
        self._by_name = not any(self._id(who) or self._emails.get(who.email.casefold()) for who in rows)
        self._called: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for who in rows:
            self._called[_name(who.name)].add((who.id, who.email))

    def _id(self, who: Person) -> str:
        found = unicodedata.normalize("NFC", who.id)
        return found if found in self._ids else ""

    def find(self, who: Person) -> tuple[str, str]:
        """The id of a student, or why there is none."""
        named = self._names.get(_name(who.name), "")
        if self._by_name:
            if len(self._called[_name(who.name)]) > 1:
                return "", "several people of the report have this name"
            return (named, "") if named else ("", "unknown student")
        found = list(dict.fromkeys(filter(None, (self._id(who), self._emails.get(who.email.casefold(), "")))))
        if len({*found, *([named] if named and found else [])}) > 1:
            return "", f"it names several students: {' and '.join(dict.fromkeys([*found, named]))}"
        return (found[0], "") if found else ("", "unknown student")


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice = {""}
    for name, student in pairs:
        if found.get(name, student) != student:
            twice.add(name)
        found[name] = student
    return {name: student for name, student in found.items() if name not in twice}


def _name(name: str) -> str:
    """A name in whichever order its words stand: systems do not agree about it."""
    return " ".join(sorted(unicodedata.normalize("NFKC", name).casefold().replace(",", " ").split()))

"""Draw the questions of an exam: one distinct variant for every student and slot, and its key.

Everything depends on a master key and on the student's place in the order of ids; nothing else.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from question_bank import strict_json
from question_bank.choices import choose
from question_bank.effort import effort
from question_bank.errors import BankError, Refused, SupplyError, UsageError
from question_bank.exam import Progress
from question_bank.exam.blueprint import FEWEST_CHOICES, Blueprint, Slot
from question_bank.exam.oracle import Oracle
from question_bank.exam.roster import Student
from question_bank.exam.supply import Group, Supply, Walk, alternatives, asking, pooled, stream
from question_bank.family import Family, Posed
from question_bank.keyed import Draws
from question_bank.points import in_file
from question_bank.question import ask
from question_bank.space import to_json


@dataclass(frozen=True, slots=True)
class _Row:
    """One question of one student, drawn.

    `group` holds the numbers of the questions about the same instance, its own among them; `place`
    is its place there.
    """

    student: Student
    slot_number: int
    slot: Slot
    family: Family
    posed: Posed
    group: Sequence[int]
    place: int

    @property
    def number(self) -> int:
        """Its number along the paper."""
        return self.group[self.place]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lines of questions.jsonl and of key.jsonl, and what is to be said of each slot.

    `efforts` holds the least, middle and most effort that a slot asks; `beyond` the numbers of the
    slots that gave out what is kept for other sittings.
    """

    questions: list[str]
    keys: list[str]
    efforts: list[dict[str, int]]
    beyond: list[int]


def draw(
    plan: Blueprint,
    students: Sequence[Student],
    supply: Supply,
    oracle: Oracle | None,
    progress: Progress | None,
    name: str,
) -> Drawn:
    """Draw an exam; `name` is what messages call the blueprint."""
    master, sitting = supply.master, supply.sitting
    total = len(students) * sum(slot.questions for slot in plan.slots)
    questions, keys, rows = [], [], []
    found: list[list[int]] = [[] for _ in plan.slots]
    beyond = set()
    for row in _rows(plan, students, supply, name):
        if oracle:
            oracle.send(row.family.id, row.posed.raw)
            rows.append(row)
        try:
            predicted = effort(row.posed.solved)
            question, key = _written(row, master, predicted)
        except UsageError as error:
            again = _rows(plan, students, Supply(master, sitting), name)
            same = (other for other in again if other.slot_number == row.slot_number)
            raise _explained(error, row, _most_choices(same, row.slot.choices), name) from None
        if row.place == 0:
            found[row.slot_number - 1].append(0)
            if not (row.slot.givens or row.slot.repeat or sitting.owns(row.posed.raw)):
                beyond.add(row.slot_number)
        found[row.slot_number - 1][-1] += predicted
        questions.append(question)
        keys.append(key)
        if progress:
            progress(len(questions), total)
    if oracle:
        for row, (measured, fault) in zip(rows, oracle.results(), strict=True):
            _hold(row, measured, fault)
    return Drawn(questions, keys, [_range(efforts) for efforts in found], sorted(beyond))


def _range(efforts: list[int]) -> dict[str, int]:
    ordered = sorted(efforts)
    return {"least": ordered[0], "median": ordered[len(ordered) // 2], "most": ordered[-1]}


def _rows(plan: Blueprint, students: Sequence[Student], supply: Supply, name: str) -> Iterator[_Row]:
    for student in students:
        first = 1
        for slot_number, slot in enumerate(plan.slots, 1):
            offered = pooled(slot, stream(supply.master, "pool", student.id, slot_number))
            for turn in range(slot.count):
                families = offered[turn % len(offered)]
                group = _group(plan, slot_number, supply, families, len(students), name)
                numbers = range(first, first + len(group))
                for place, (family, posed) in enumerate(zip(asking(slot, families), group, strict=True)):
                    yield _Row(student, slot_number, slot, family, posed, numbers, place)
                first += len(group)


def _group(
    plan: Blueprint, slot_number: int, supply: Supply, families: tuple[str, ...], students: int, name: str
) -> Group:
    """What one student is asked about one instance."""
    slot = plan.slots[slot_number - 1]
    if slot.givens:
        try:
            return supply.fixed(slot)
        except Refused as error:
            raise UsageError(f"{name}: slot {slot_number}: given: {error.message}", "Correct the given.") from None
    walk = supply.walk(slot, families)
    group = walk.next(repeat=slot.repeat)
    if group is None:
        raise _short_supply(plan, walk, slot_number, students, name)
    return group


def _short_supply(plan: Blueprint, walk: Walk, number: int, students: int, name: str) -> SupplyError:
    families = tuple(family.id for family in walk.families)
    asking = [slot for slot in plan.slots if families in alternatives(slot) and not slot.givens]
    need = students * sum(slot.count for slot in asking if slot.level == walk.level)
    pooled = any(slot.draws_from == "pool" for slot in asking)
    sitting = f" for sitting {walk.sitting.name}" if walk.sitting and not walk.sitting.first else ""
    left = " that no other level gave out" if any(slot.level != walk.level for slot in asking) else ""
    band = f" with an effort from {float(walk.band.least):g} to {float(walk.band.most):g}" if walk.band else ""
    wider = ", or allow a wider effort_spread" if walk.band else ""
    grouped = " that all of the group can ask about" if len(families) > 1 else ""
    return SupplyError(
        f"{name}: slot {number}: {families[0]} at level {walk.level} has"
        f" {walk.fresh} variants{sitting}{grouped}{left}{band};"
        f" {students} students need {'up to ' if pooled else ''}{need}",
        f"Take another level or family, or set repeat = true in the slot{wider}.",
    )


def _most_choices(rows: Iterable[_Row], most: int) -> int:
    """The most choices, up to so many, that every one of these questions can offer."""
    for row in rows:
        while most >= FEWEST_CHOICES and not _offers(row, most):
            most -= 1
        if most < FEWEST_CHOICES:
            break
    return most


def _offers(row: _Row, count: int) -> bool:
    try:
        for part in row.posed.parts:
            choose(row.family, row.posed, part, count, Draws(b""))
    except UsageError:
        return False
    return True


def _explained(error: UsageError, row: _Row, most: int, name: str) -> UsageError:
    """What keeps a question from being written, with the place in the blueprint."""
    where = f"{name}: slot {row.slot_number}"
    if most == row.slot.choices:
        return UsageError(f"{where}: {error.message}", error.remedy)
    level = "" if row.slot.givens else f" at level {row.slot.level}"
    what = f"{where}: {row.family.id}{level}"
    if most < FEWEST_CHOICES:
        return UsageError(
            f"{what} was drawn with parts that cannot offer {FEWEST_CHOICES} choices", "Set choices = 0: free answers."
        )
    return UsageError(
        f"{what} was drawn with parts that can offer {most} choices, not {row.slot.choices}",
        f"Set choices = {most} or lower, or 0 for a free answer.",
    )


def _written(row: _Row, master: bytes, predicted: int) -> tuple[str, str]:
    """The two lines of one question, of this effort."""
    student, number = row.student, str(row.number)
    draws = Draws(stream(master, "choices", student.id, number)) if row.slot.choices else None
    question, key = ask(row.family, row.posed, student.language, choices=row.slot.choices, draws=draws)
    points = row.slot.shares([part.part for part in question.parts], row.place)
    question_row = question.row(student_id=student.id, question=number, slot=row.slot_number, points=points)
    question_row["follow_through"] = in_file(row.slot.follow_through)
    if len(row.group) > 1:
        question_row["together"] = list(map(str, row.group))
    # the hash of the key is published: without this, whoever knows the blueprint could try all variants on it
    nonce = stream(master, "nonce", student.id, number)[:16].hex()
    key_row = {**key.row(student_id=student.id, question=number), "effort": predicted, "nonce": nonce}
    return strict_json.line(question_row), strict_json.line(key_row)


def _hold(row: _Row, measured: Any, fault: str) -> None:
    """Hold a key against its measurement."""
    where = f"{row.family.id}, given {json.dumps(to_json(row.posed.raw))}"
    if measured is None:
        raise BankError(f"{where}: the key could not be measured: {fault}", "Please report this; no exam was written.")
    solved = row.posed.solved
    for part in row.posed.parts:
        if not row.family.kind(part, solved.line).agrees(solved.answers[part.name], measured[part.name]):
            raise BankError(
                f"{where}: {part.name} is derived as {solved.answers[part.name]} and measured as {measured[part.name]}",
                "Please report this; no exam was written.",
            )

"""`bank new`: a small working family to start from."""

import re
from pathlib import Path

from question_bank.errors import MachineError, UsageError
from question_bank.text import FAMILIES

_TEMPLATE = Path(__file__).with_name("new_family")
_ID = re.compile(r"[a-z][a-z0-9_]{0,40}/[a-z][a-z0-9_]{0,40}")


def new(family_id: str, root: Path = FAMILIES) -> list[Path]:
    """Write a module and its texts; they obey every law as they are.

    Args:
        family_id: "topic/name" in small letters, digits and underscores.
        root: the folder of the families.

    Returns:
        The files that were written.

    Raises:
        UsageError: the id cannot be used, or there is such a family.
        MachineError: the folder cannot be written.
    """
    if not _ID.fullmatch(family_id):
        raise UsageError(
            f"{family_id[:80]!r} cannot be the id of a family", "Write topic/name in small letters, digits and _."
        )
    module = root / f"{family_id}.py"
    texts = module.with_suffix(".toml")
    existing = [path for path in (module, texts) if path.exists()]
    if existing:
        raise UsageError(f"{existing[0]} exists", "Choose another name.")
    try:
        module.parent.mkdir(exist_ok=True)
        package = module.with_name("__init__.py")
        if not package.exists():
            package.touch()
        # the texts first: a module without them would be a broken family
        texts.write_text((_TEMPLATE / "family.toml").read_text(encoding="utf-8"), encoding="utf-8")
        code = (_TEMPLATE / "family.py.txt").read_text(encoding="utf-8")
        module.write_text(code.replace("TOPIC/NAME", family_id), encoding="utf-8")
    except OSError as error:
        raise MachineError(
            f"{error.filename}: {error.strerror}",
            "Work in a clone of the repository; an installed package is read-only.",
        ) from None
    return [module, texts]

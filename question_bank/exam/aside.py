"""Write a folder or a file aside and put it in place in one move: it is there whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from question_bank.errors import MachineError
from question_bank.exam import lock


@contextmanager
def folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """A folder to fill; it becomes `target` when the block ends well.

    What a killed run left behind is cleared away; two runs cannot fill the same target at once.

    Args:
        target: the folder; it must not exist, or be one that may be replaced.
        replace: move what is there aside first. A run that is killed between the two moves leaves
            the old folder beside, as `.NAME.before`.

    Raises:
        MachineError: another run is writing the same target, or the place cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with lock.alone(target.with_name(f".{target.name}.lock"), str(target)):
            partial = target.with_name(f".{target.name}.partial")
            if partial.exists():
                shutil.rmtree(partial)
            partial.mkdir()
            before = target.with_name(f".{target.name}.before")
            try:
                yield partial
                if replace:
                    target.rename(before)
                partial.rename(target)
            except BaseException:
                if replace and before.exists() and not target.exists():
                    before.rename(target)
                shutil.rmtree(partial, ignore_errors=True)
                raise
            if replace:
                shutil.rmtree(before, ignore_errors=True)
    except MachineError:
        raise
    except OSError as error:
        raise MachineError(
            f"cannot write {target}: {error.strerror or error}", "Make room, or choose another --out."
        ) from None


def text(path: Path, content: str) -> None:
    """Write a text file in one move; a file that has this content already is left alone."""
    data(path, content.encode("utf-8"))


def data(path: Path, content: bytes) -> None:
    """Write a file in one move; a file that has this content already is left alone."""
    try:
        if path.is_file() and path.read_bytes() == content:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MachineError(f"cannot write {path}: {error.strerror}", "Make room, or choose another --out.") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

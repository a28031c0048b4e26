"""The folders that workers may write to: how much lies in one, and how it is emptied whatever lies in it."""

import contextlib
import os
import stat

MOST_FILES = 1000
_SPARE = 1 << 30


def used(folder: str, most: int) -> int | None:
    """Bytes on the disk below a folder.

    None when that is over `most`, when there are over MOST_FILES files, and when some of it cannot be looked at:
    a folder whose path is too long, or that its owner has closed to readers.
    """
    total = count = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    with contextlib.suppress(FileNotFoundError):  # it was there a moment ago
                        state = entry.stat(follow_symlinks=False)
                        total += state.st_blocks * 512
                        if stat.S_ISDIR(state.st_mode):
                            waiting.append(entry.path)
                    if total > most or count > MOST_FILES:
                        return None
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return total


def free(folder: int) -> int:
    """Bytes that are free on the disk of an open folder."""
    state = os.fstatvfs(folder)
    return state.f_bavail * state.f_frsize


def floor(folder: int) -> int:
    """The bytes below which that disk counts as nearly full."""
    return min(_SPARE, free(folder) // 2)


def empty(folder: str) -> None:
    """Remove what lies in a folder. Folders are moved up and emptied one level at a time, however deep they go."""
    count = 0
    while True:
        with os.scandir(folder) as entries:
            found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
        if not found:
            return
        for path, is_folder in found:
            if not is_folder:
                os.unlink(path)
                continue
            os.chmod(path, 0o700)
            for name in os.listdir(path):
                inner = f"{path}/{name}"
                if os.path.isdir(inner) and not os.path.islink(inner):
                    os.chmod(inner, 0o700)  # else its own `..` cannot be changed
                    while os.path.lexists(moved := f"{folder}/.moved-{count}"):  # its owner may have thought of that
                        count += 1
                    os.rename(inner, moved)
                else:
                    os.unlink(inner)
            os.rmdir(path)


def remove(folder: str) -> None:
    """Remove a folder with all that lies in it, as far as that can be done."""
    with contextlib.suppress(OSError):
        empty(folder)
    with contextlib.suppress(OSError):
        os.rmdir(folder)

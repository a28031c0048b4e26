"""What a worker may use."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one worker; seconds are wall time but for `cpu_seconds`.

    Args:
        load_seconds: for all cells together.
        test_seconds: for one call.
        start_seconds: until a worker is forked and locked.
        cpu_seconds: of processor time, load and all calls together.
        memory_mb: of memory, the libraries included.
        output_mb: of output that is kept, its head and its tail.
        output_kill_mb: of output in all; a worker that writes more is killed.
        file_mb: of one file.
        scratch_mb: of all its files.
        reply_mb: of arrays in one answer.
    """

    load_seconds: float = 10.0
    test_seconds: float = 10.0
    start_seconds: float = 20.0
    cpu_seconds: float = 60.0
    memory_mb: int = 2000
    output_mb: float = 1.0
    output_kill_mb: float = 64.0
    file_mb: int = 16
    scratch_mb: int = 64
    reply_mb: int = 256

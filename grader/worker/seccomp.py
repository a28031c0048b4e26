"""The filter of system calls: a list of what a worker may not ask of the kernel.

A list of what is allowed would break the libraries with each new version of libc. What is refused answers
EPERM, so a program can go on; clone3 answers ENOSYS, so that libc starts threads by clone, whose flags a
filter can read. Calls of another architecture kill the process.
"""

import ctypes
import errno
import struct

from grader.worker import kernel

# name, number on x86_64, number on aarch64; a dash where it has no such call
_TABLE = """
    fork 57 -; vfork 58 -; execve 59 221; execveat 322 281
    ptrace 101 117; process_vm_readv 310 270; process_vm_writev 311 271; process_madvise 440 440; kcmp 312 272
    process_mrelease 448 448; pidfd_open 434 434; pidfd_getfd 438 438; pidfd_send_signal 424 424; tkill 200 130
    socket 41 198; connect 42 203; bind 49 200; listen 50 201; accept 43 202; accept4 288 242; sendmsg 46 211
    sendmmsg 307 269
    mount 165 40; umount2 166 39; pivot_root 155 41; chroot 161 51; move_mount 429 429; open_tree 428 428
    open_tree_attr 467 467; fsopen 430 430; fsconfig 431 431; fsmount 432 432; fspick 433 433
    mount_setattr 442 442; statmount 457 457; listmount 458 458; unshare 272 97; setns 308 268
    keyctl 250 219; add_key 248 217; request_key 249 218; bpf 321 280; perf_event_open 298 241
    userfaultfd 323 282; io_uring_setup 425 425; io_uring_enter 426 426; io_uring_register 427 427
    kexec_load 246 104; kexec_file_load 320 294; init_module 175 105; finit_module 313 273
    delete_module 176 106; create_module 174 -
    shmget 29 194; shmat 30 196; shmctl 31 195; shmdt 67 197; semget 64 190; semop 65 193; semctl 66 191
    semtimedop 220 192; msgget 68 186; msgsnd 69 189; msgrcv 70 188; msgctl 71 187; mq_open 240 180
    mq_unlink 241 181; mq_timedsend 242 182; mq_timedreceive 243 183; mq_notify 244 184; mq_getsetattr 245 185
    memfd_create 319 279; memfd_secret 447 447
    chmod 90 -; fchmod 91 52; fchmodat 268 53; fchmodat2 452 452; chown 92 -; fchown 93 55; lchown 94 -
    fchownat 260 54; utime 132 -; utimes 235 -; futimesat 261 -; utimensat 280 88; truncate 76 45
    setxattr 188 5; lsetxattr 189 6; fsetxattr 190 7; setxattrat 463 463; removexattr 197 14; lremovexattr 198 15
    fremovexattr 199 16; removexattrat 466 466; file_setattr 469 469; mknod 133 -; mknodat 259 33
    name_to_handle_at 303 264; open_by_handle_at 304 265; fanotify_init 300 262; inotify_add_watch 254 27
    setrlimit 160 164; setpriority 141 140; ioprio_set 251 30; migrate_pages 256 238; move_pages 279 239
    timer_create 222 107; seccomp 317 277; sync 162 81; syncfs 306 267; io_setup 206 0
    quotactl 179 60; quotactl_fd 443 443; acct 163 89; swapon 167 224; swapoff 168 225; reboot 169 142
    sethostname 170 161; setdomainname 171 162; settimeofday 164 170; clock_settime 227 112; adjtimex 159 171
    clock_adjtime 305 266; syslog 103 116; vhangup 153 58; iopl 172 -; ioperm 173 -; modify_ldt 154 -
    personality 135 92; uselib 134 -; ustat 136 -; sysfs 139 -; _sysctl 156 -; lookup_dcookie 212 18
    nfsservctl 180 42
"""
_ASKED = """
    clone 56 220; clone3 435 435; kill 62 129; tgkill 234 131; rt_sigqueueinfo 129 138; rt_tgsigqueueinfo 297 240
    prlimit64 302 261; sched_setaffinity 203 122; sched_setscheduler 144 119; sched_setparam 142 118
    sched_setattr 314 274; prctl 157 167; fcntl 72 25; ioctl 16 29; sendto 44 206; socketpair 53 199
"""
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMNS = {"x86_64": 0, "aarch64": 1}

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE = _ERRNO | errno.EPERM
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_SIGKILL = 9
_MODE_FILTER = 1
_AF_UNIX = 1
_MSG_OOB = 1

# options of prctl: the signal at a parent's death, whether it may dump core (to a program, whatever its limit),
# seccomp, a processor core of its own, who may trace; of fcntl: owner and signal of input, leases, notification;
# of ioctl: typing into a terminal, owner of input
_PRCTL = (1, 4, 22, 62, 0x59616D61)
_FCNTL = (8, 10, 15, 1024, 1026)
_IOCTL = (0x5412, 0x541C, 0x8901, 0x8902)

Instruction = tuple[int, int, int, int]


def numbers(table: str, machine: str) -> dict[str, int]:
    """The system calls of a table that a machine has."""
    rows = [row.split() for line in table.strip().splitlines() for row in line.split(";")]
    column = _COLUMNS[machine]
    return {name: int(columns[column]) for name, *columns in rows if columns[column] != "-"}


def program(pid: int, machine: str = kernel.MACHINE, *, gpu: bool = False) -> bytes:
    """The filter for a process that knows itself by `pid`.

    Args:
        pid: its number.
        machine: the architecture.
        gpu: leave it what the driver of a GPU insists on: to listen on a unix socket, to which nobody may connect.

    Raises:
        OSError: the machine is neither x86_64 nor aarch64.
    """
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    refused, asked = numbers(_TABLE, machine), numbers(_ASKED, machine)
    if gpu:
        asked["socket"] = refused.pop("socket")
        del refused["bind"], refused["listen"]
    lines: list[Instruction] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
    ]
    if machine == "x86_64":
        lines += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for number in refused.values():
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    blocks = {
        "clone3": [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)],
        "clone": [_argument(0), (_ANY_BIT, 1, 0, _CLONE_THREAD), (_RETURN, 0, 0, _REFUSE)],
        "kill": [*_only(0, pid), *_never(1, _SIGKILL)],
        "tgkill": [*_only(0, pid), *_never(2, _SIGKILL)],
        "rt_sigqueueinfo": [*_only(0, pid), *_never(1, _SIGKILL)],
        "rt_tgsigqueueinfo": [*_only(0, pid), *_never(2, _SIGKILL)],
        "prlimit64": [*_only(0, 0, pid), *_only(2, 0), *_only_high(2, 0)],
        **{name: _only(0, 0, pid) for name in asked if name.startswith("sched_set")},
        "prctl": _never(0, *_PRCTL),
        "fcntl": _never(1, *_FCNTL),
        "ioctl": _never(1, *_IOCTL),
        "sendto": [*_only(4, 0), *_only_high(4, 0), _argument(3), (_ANY_BIT, 0, 1, _MSG_OOB), (_RETURN, 0, 0, _REFUSE)],
        "socket": _only(0, _AF_UNIX),
        "socketpair": _only(0, _AF_UNIX),  # another family may load a module of the kernel's
    }
    for name, number in asked.items():
        block = [*blocks[name], (_RETURN, 0, 0, _ALLOW)]
        lines += [(_EQUAL, 0, len(block), number), *block]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


_ANY_PID = 0x7FEDCBA9
_templates: dict[bool, bytes] = {}


def program_of(pid: int, *, gpu: bool = False) -> bytes:
    """`program`, from one that was made before: making it anew takes longer than all the rest of the lock."""
    if gpu not in _templates:  # made in the zygote, used in each fork
        _templates[gpu] = program(_ANY_PID, gpu=gpu)
    return _templates[gpu].replace(struct.pack("<I", _ANY_PID), struct.pack("<I", pid))


def install(code: bytes) -> None:
    """Put this thread under a filter for good; no_new_privs must be set, and no other thread run."""
    buffer = ctypes.create_string_buffer(code, len(code))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer)), 16)
    kernel.call(kernel.SECCOMP, _MODE_FILTER, 0, head)


def _argument(place: int, *, high: bool = False) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * place + 4 * high)


def _only(place: int, *values: int) -> list[Instruction]:
    """Go on when an argument is one of some values; refuse else."""
    return [_argument(place), *_tests(values), (_RETURN, 0, 0, _REFUSE)]


def _only_high(place: int, value: int) -> list[Instruction]:
    return [_argument(place, high=True), *_tests((value,)), (_RETURN, 0, 0, _REFUSE)]


def _tests(values: tuple[int, ...]) -> list[Instruction]:
    return [(_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]


def _never(place: int, *values: int) -> list[Instruction]:
    """Refuse when an argument is one of some values; go on else."""
    tests = [line for value in values for line in ((_EQUAL, 0, 1, value), (_RETURN, 0, 0, _REFUSE))]
    return [_argument(place), *tests]

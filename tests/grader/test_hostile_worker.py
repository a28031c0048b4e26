"""What a submission may try against the wall, and how each try ends: with a status, and with nothing left running."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.sandbox import Ended, Limits, Lost, Remote, Unsupported, Worker, Zygotes

pytestmark = pytest.mark.alone

LIMITS = Limits(
    test_seconds=1.0, load_seconds=5.0, cpu_seconds=20.0, memory_mb=400, output_kill_mb=4, scratch_mb=8, file_mb=4
)


@pytest.fixture(scope="module")
def zygotes() -> Iterator[Zygotes]:
    with Zygotes(limits=LIMITS) as made:
        yield made


@pytest.fixture
def worker(zygotes: Zygotes) -> Iterator[Worker]:
    with zygotes.worker() as made:
        yield made
    assert _dead(made.pid)


def _dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def run(worker: Worker, code: str, name: str = "f", *args: object, seconds: float | None = None):
    worker.load([(1, code, "")])
    return worker.call(name, args, seconds=seconds)


# --- what ends a worker

ENDING = {
    "endless loop": ("timeout", "def f():\n while True: pass"),
    "sleep": ("timeout", "import time\ndef f(): time.sleep(1e6)"),
    "deaf to SIGTERM": ("timeout", "import signal\nfor s in (15, 2, 1, 24, 3): signal.signal(s, signal.SIG_IGN)\ndef f():\n while True: pass"),
    "swallows every exception": ("timeout", "def f():\n while True:\n  try:\n   while True: pass\n  except BaseException: pass"),
    "stuck in C": ("timeout", "import re\ndef f(): re.match('(a*)*b', 'a' * 40)"),
    "stops itself": ("timeout", "import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGSTOP); import time; time.sleep(9)"),
    "deadlock": ("timeout", "import threading\ndef f():\n l = threading.Lock(); l.acquire(); l.acquire()"),
    "sys.exit": ("error", "import sys\ndef f(): sys.exit(0)"),
    "os._exit": ("error", "import os\ndef f(): os._exit(0)"),
    "segfault": ("error", "import ctypes\ndef f(): ctypes.string_at(0)"),
    "abort": ("error", "import os\ndef f(): os.abort()"),
    "recursion without limit": ("error", "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n def __add__(self, o): return self + o\ndef f(): return sorted([1, 2], key=lambda _: f())"),
    "private memory": ("memory", "def f():\n a = []\n while True: a.append(bytearray(1 << 20))"),
    "one huge array": ("memory", "import numpy as np\ndef f(): return np.ones((1 << 40,))"),
    "shared memory": ("memory", "import mmap\ndef f():\n m = mmap.mmap(-1, 600 << 20)\n for i in range(0, 600 << 20, 4096): m[i] = 1\n import time; time.sleep(3)"),
    "output flood": ("output", "def f():\n while True: print('x' * 100000)"),
    "flood on stderr by descriptor": ("output", "import os\ndef f():\n while True: os.write(2, b'x' * 100000)"),
    "threads that flood": ("output", "import os, threading\ndef g():\n while True: os.write(1, b'y' * 65536)\ndef f():\n for _ in range(4): threading.Thread(target=g).start()\n while True: pass"),
    "closes the channel": ("error", "import os\ndef f(): os.close(3); import time; time.sleep(9)"),
    "closes all": ("error", "import os\ndef f(): os.closerange(0, 99)"),
    "torn frame": ("timeout", "import os\ndef f(): os.write(3, b'\\xff\\x00'); import time; time.sleep(9)"),
    "torn frame, then gone": ("error", "import os\ndef f(): os.write(3, b'\\xff\\x00\\x00\\x00{'); os._exit(0)"),
    "a header of 4 GB": ("error", "import os\ndef f(): os.write(3, b'\\xff\\xff\\xff\\xff'); import time; time.sleep(9)"),
    "noise": ("error", "import os\ndef f(): os.write(3, b'\\x05\\x00\\x00\\x00hello'); import time; time.sleep(9)"),
    "nesting": ("error", "import os\ndef f():\n d = b'[' * 100000\n os.write(3, len(d).to_bytes(4, 'little') + d)"),
    "digits": ("error", "import os\ndef f():\n d = b'9' * 100000\n os.write(3, len(d).to_bytes(4, 'little') + d)"),
    "an array of 1 EB": ("error", "import os\ndef f():\n d = b'{\"a\":[\"<f8\",[1152921504606846976],\"C\",true]}'\n os.write(3, len(d).to_bytes(4, 'little') + d)"),
    "an object array": ("error", "import os\ndef f():\n d = b'{\"a\":[\"|O\",[1],\"C\",true]}'\n os.write(3, len(d).to_bytes(4, 'little') + d + bytes(8))"),
    "an answer to another question": ("error", "import os\ndef f():\n d = b'{\"d\":{\"seq\":99,\"value\":1,\"args\":{\"t\":[]},\"kwargs\":{\"d\":{}},\"aliases\":[]}}'\n os.write(3, len(d).to_bytes(4, 'little') + d)"),
    "an answer without an end": ("error", "import os\ndef f():\n while True: os.write(3, b'\\x01\\x00\\x00\\x001')"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDING)
def test_ends(worker: Worker, name: str) -> None:
    status, code = ENDING[name]
    seconds = 10 if status == "memory" else 1  # filling it takes a busy machine its time
    began = time.monotonic()
    with pytest.raises(Ended) as caught:
        run(worker, code, seconds=seconds)
    assert caught.value.status == status
    assert time.monotonic() - began < seconds + 3
    assert not worker.alive
    assert _dead(worker.pid)
    assert "/" not in caught.value.reason
    with pytest.raises(Ended, match=re.escape(str(caught.value))):
        worker.call("f")


def test_its_files_have_a_limit_together(worker: Worker) -> None:
    """A file system of its own is full; in a common one the worker is ended."""
    code = "import time\ndef f():\n for i in range(100): open(f'f{i}', 'wb').write(b'x' * (3 << 20))\n time.sleep(3)"
    with pytest.raises((Remote, Ended)) as caught:
        run(worker, code)
    assert caught.value.type_name == "OSError" if isinstance(caught.value, Remote) else caught.value.status == "output"


def test_a_cell_that_never_ends(zygotes: Zygotes) -> None:
    with zygotes.worker() as worker, pytest.raises(Ended) as caught:
        worker.load([(1, "while True: pass", "")], seconds=0.3)
    assert caught.value.status == "timeout"
    assert "loading" in caught.value.reason


def test_processor_time_has_a_limit_of_its_own(zygotes: Zygotes) -> None:
    limits = Limits(test_seconds=10, cpu_seconds=0.5)
    with zygotes.worker(limits) as worker, pytest.raises(Ended) as caught:
        run(worker, "def f():\n while True: pass")
    assert (caught.value.status, "processor" in caught.value.reason) == ("timeout", True)


def test_threads_do_not_outlive_an_answer_of_sys_exit(worker: Worker) -> None:
    code = "import threading, sys, time, atexit\natexit.register(lambda: time.sleep(99))\ndef f():\n threading.Thread(target=time.sleep, args=(99,)).start(); sys.exit(3)"
    with pytest.raises(Ended, match="exit code 3"):
        run(worker, code)


def test_a_worker_cannot_pass_for_one_that_was_killed_from_outside(worker: Worker) -> None:
    """Else a submission could ask for another try for ever."""
    code = """
import os, signal, ctypes, resource, threading
libc = ctypes.CDLL(None, use_errno=True)
def tries():
    yield lambda: os.kill(os.getpid(), 9)
    yield lambda: signal.pthread_kill(threading.get_ident(), 9)
    yield lambda: signal.raise_signal(9)
    yield lambda: resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
    yield lambda: resource.prlimit(0, resource.RLIMIT_CPU, (0, 0))
    yield lambda: libc.prctl(22, 1, 0, 0, 0)
    yield lambda: libc.prctl(1, 9, 0, 0, 0)
    yield lambda: libc.syscall(222, 0, 0, 0)
def f():
    refused = 0
    for attempt in tries():
        try:
            refused += attempt() == -1
        except (PermissionError, ValueError):
            refused += 1
    return refused
"""
    assert run(worker, code).value == 8


def test_a_worker_killed_from_outside_is_no_fault_of_the_submission(zygotes: Zygotes) -> None:
    with zygotes.worker() as worker:
        worker.load([(1, "def f(): pass", "")])
        os.kill(worker.pid, 9)
        with pytest.raises(Lost):
            worker.call("f")
    with zygotes.worker() as worker:
        assert run(worker, "def f(): return 1").value == 1


# --- what is refused, and the worker goes on

REFUSED = {
    "read /etc/passwd": "open('/etc/passwd').read()",
    "list the root": "os.listdir('/')",
    "read this file": f"open({__file__!r}).read()",
    "list the tests": f"os.listdir({str(Path(__file__).parent)!r})",
    "read the grader": f"open({str(Path(__file__).parents[2] / 'grader' / 'compare.py')!r}).read()",
    "list site-packages": f"os.listdir({str(Path(np.__file__).parents[1])!r})",
    "import otter's real code": f"open({str(Path(np.__file__).parents[1] / 'otter' / '__init__.py')!r}).read()",
    "environment of the parent": "open(f'/proc/{os.getppid()}/environ').read()",
    "memory of the grader": "open('/proc/{grader}/mem', 'rb').read(1)",
    "own memory by /proc": "open('/proc/self/mem', 'rb').read(1)",
    "write to /tmp": "open('/tmp/convmark-was-here', 'w')",
    "write to /dev/shm": "open('/dev/shm/convmark-was-here', 'w')",
    "write beside the scratch folder": "open('../convmark-was-here', 'w')",
    "leave a link": "os.symlink('/etc/passwd', 'link')",
    "make a pipe with a name": "os.mkfifo('pipe')",
    "change a mode": "os.chmod(os.__file__, 0)",
    "touch a time": "os.utime(os.__file__, (0, 0))",
    "truncate a file": "os.truncate(os.__file__, 0)",
    "TCP": "socket.create_connection(('127.0.0.1', 22), 1)",
    "UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix": "socket.socket(socket.AF_UNIX)",
    "unix by a pair": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].connect('\\0abstract')",
    "send to an address": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', '/run/systemd/notify')",
    "fork": "os.fork()",
    "daemon": "multiprocessing.Process(target=print).start()",
    "exec": "os.execv('/bin/sh', ['sh'])",
    "subprocess": "subprocess.run(['true'])",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "kill the zygote": "os.kill(os.getppid() or 1 << 20, 9)",
    "kill the grader": "os.kill({grader}, 9)",
    "kill all": "os.kill(-1, 9)",
    "kill the group": "os.kill(0, 15)",
    "stop the grader": "os.kill({grader}, 19)",
    "limit the grader": "resource.prlimit({grader}, resource.RLIMIT_CPU, (1, 1))",
    "pin the grader": "os.sched_setaffinity({grader}, [0])",
    "priority of the grader": "os.setpriority(os.PRIO_PROCESS, {grader}, 19)",
    "raise the own limits": "resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))",
    "ptrace": "check(libc.ptrace(16, {grader}, 0, 0))",
    "process_vm_readv": "check(libc.process_vm_readv({grader}, 0, 0, 0, 0, 0))",
    "pidfd": "os.pidfd_open({grader})",
    "memfd": "os.memfd_create('x')",
    "user namespace": "check(libc.unshare(0x10000000))",
    "mount": "check(libc.mount(b'none', b'/mnt', b'tmpfs', 0, None))",
    "chroot": "os.chroot('.')",
    "bpf": "check(libc.syscall(321, 0, 0, 0))",
    "io_uring": "check(libc.syscall(425, 1, 0))",
    "System V memory": "check(libc.shmget(0, 4096, 0o1600))",
    "a file of 5 MB": "open('big', 'wb').write(bytes(5 << 20))",
    "another uid": "os.setuid(0) if os.getuid() else os.seteuid(1)",
    "a timer that kills": "check(libc.syscall(222, 0, 0, 0))",
    "own a signal by fcntl": "fcntl.fcntl(3, fcntl.F_SETOWN, {grader})",
    "300 threads": "[threading.Thread(target=time.sleep, args=(5,), daemon=True).start() for _ in range(300)]",
}  # fmt: skip
PRELUDE = """
import os, socket, subprocess, multiprocessing, resource, ctypes, fcntl, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def check(result):
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
"""


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused(worker: Worker, name: str) -> None:
    expression = REFUSED[name].replace("{grader}", str(os.getpid()))
    worker.load([(1, PRELUDE + f"def f():\n    {expression}\n    return 1\ndef g(): return 2", "")])
    with pytest.raises((Remote, Ended)) as caught:
        worker.call("f")
    if isinstance(caught.value, Remote):
        assert caught.value.builtin in (
            "PermissionError",
            "OSError",
            "FileNotFoundError",
            "ProcessLookupError",
            "RuntimeError",
            "ValueError",
        )
        assert worker.call("g").value == 2
    else:
        assert name == "300 threads"
    for place in ("/tmp", "/dev/shm", str(Path(__file__).parent)):
        assert not Path(place, "convmark-was-here").exists()


def test_system_runs_nothing(worker: Worker) -> None:
    assert run(worker, "import os\ndef f(): return os.system('true')").value != 0


@pytest.mark.parametrize(
    "code",
    [
        "import threading\ndef f():\n r = []\n t = threading.Thread(target=r.append, args=(1,)); t.start(); t.join(); return r[0]",
        "import socket\ndef f():\n a, b = socket.socketpair(); a.send(b'x'); return len(b.recv(1))",
        "import tempfile, numpy as np\ndef f():\n with tempfile.TemporaryFile() as file:\n  np.save(file, np.ones(3)); file.seek(0); return int(np.load(file)[0])",
        "import os\ndef f(): os.makedirs('a/b'); open('a/b/c', 'w').close(); os.remove('a/b/c'); os.removedirs('a/b'); return 1",
        "import asyncio\nasync def g(): return 1\ndef f(): return asyncio.run(g())",
        "from concurrent.futures import ThreadPoolExecutor\ndef f():\n with ThreadPoolExecutor(4) as p: return sum(p.map(int, '1000'))",
        "import importlib, json.tool, sqlite3, lzma, bz2, ssl, decimal, email.mime.text, xml.dom.minidom, zoneinfo, hashlib\nimportlib.invalidate_caches()\nimport wave, colorsys\ndef f(): return int(zoneinfo.ZoneInfo('UTC') is not None)",
        "import numpy.testing, numpy.polynomial, numpy.ma, numpy.f2py\ndef f(): numpy.testing.assert_allclose(1, 1); return 1",
        "import random, uuid, secrets, os\ndef f(): return len({random.random(), uuid.uuid4(), secrets.token_hex(), os.urandom(3)}) // 4",
        "import time, datetime\ndef f(): return int(datetime.datetime.now().astimezone().year > 2000)",
    ],
)  # fmt: skip
def test_honest_code_goes_on_working(worker: Worker, code: str) -> None:
    if "zoneinfo" in code and not Path("/usr/share/zoneinfo/UTC").exists():
        code = code.replace("zoneinfo.ZoneInfo('UTC')", "1")
    loaded = worker.load([(1, code, "")])
    assert loaded.errors == ()
    assert worker.call("f").value == 1


# --- what comes back

UNSUPPORTED = {
    "subclass": "class A(np.ndarray): pass\ndef f(): return np.ones(3).view(A)",
    "matrix": "def f(): return np.matrix([[1]])",
    "masked": "def f(): return np.ma.masked_array([1], [1])",
    "object dtype": "def f(): return np.array([object()])",
    "texts in an array": "def f(): return np.array(['a'])",
    "records": "def f(): return np.zeros(2, 'i4,f8')",
    "big-endian": "def f(): return np.ones(2, '>f8')",
    "longdouble": "def f(): return np.ones(2, np.longdouble)",
    "duck": "class D:\n def __array__(self, *a, **k): return np.ones(3)\n def __eq__(self, o): return True\ndef f(): return D()",
    "float subclass": "class F(float):\n def __eq__(self, o): return True\n __hash__ = None\ndef f(): return F(1)",
    "dict with other keys": "def f(): return {1: 2}",
    "set": "def f(): return {1}",
    "generator": "def f(): yield 1",
    "function": "def f(): return f",
    "module": "def f(): return np",
    "a list in itself": "def f():\n a = []; a.append(a); return a",
    "a million values": "def f(): return [0.0] * 10**6",
    "a huge integer": "def f(): return 1 << 10**6",
    "a long text": "def f(): return 'x' * 10**6",
    "a giant of stride 0": "def f(): return np.broadcast_to(np.float64(1), (1 << 40,))",
    "300 MB": "def f(): return np.broadcast_to(np.float64(1), (40 << 20,))",
    "a name full of escapes": "def f(): return type('\\x1b[2J\\u202ename', (), {})()",
}  # fmt: skip


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_cannot_cross_is_said(worker: Worker, name: str) -> None:
    with pytest.raises(Unsupported) as caught:
        run(worker, f"import numpy as np\n{UNSUPPORTED[name]}")
    assert str(caught.value).isprintable()
    assert worker.alive


def test_a_forged_answer_is_a_claim_like_any_other(worker: Worker) -> None:
    """Fresh arrays of the base class, whatever was written; what follows the answer is dropped."""
    code = """
import os
def f():
    d = b'{"d":{"seq":2,"value":{"a":["<f8",[2],"C",true]},"args":{"t":[]},"kwargs":{"d":{}},"aliases":[7,-1,"a"]}}'
    os.write(3, len(d).to_bytes(4, 'little') + d + bytes(16) + b'and then some')
    return 5
def g(): return 6
"""
    worker.load([(1, code, "")])
    reply = worker.call("f")
    assert type(reply.value) is np.ndarray
    assert reply.aliases == ()
    time.sleep(0.05)
    assert worker.call("g").value == 6


def test_the_libraries_of_the_worker_are_its_own(worker: Worker) -> None:
    code = """
import builtins, json, sys, os, struct
import numpy as np
np.may_share_memory = lambda *a: 1 / 0
np.ndarray = list
json.dumps = json.loads = None
builtins.len = lambda x: 0
builtins.isinstance = lambda *a: True
sys.modules.clear()
os.chdir('/')
def f(x): return x + 1
"""
    try:
        worker.load([(1, code, "")])
        assert worker.call("f", (np.ones(2),)).value.tolist() == [2, 2]
    except (Ended, Remote, Unsupported):
        pass  # it has broken its own process, and only that
    assert np.ones(1).tolist() == [1]


def test_texts_of_students_are_made_printable(worker: Worker) -> None:
    code = "print('\\x1b[31mred\\x00')\nclass \u0415rror(ValueError):\n def __str__(self): return '\\x1b[2J' + 'x' * 10**6\ndef f(): raise \u0415rror\ndef g():\n class E(Exception):\n  def __str__(self): raise SystemExit\n raise E"
    with pytest.raises(Remote) as caught:
        run(worker, code)
    assert caught.value.builtin == "ValueError"
    assert "\x1b" not in str(caught.value)
    assert len(caught.value.text) <= 2000
    with pytest.raises(Remote) as caught:
        worker.call("g")
    assert "cannot be shown" in caught.value.text
    assert "\x1b" not in worker.output
    assert "red" in worker.output


def test_output_is_cut_in_the_middle(zygotes: Zygotes) -> None:
    with zygotes.worker(Limits(output_mb=0.01, output_kill_mb=4)) as worker:
        run(worker, "def f():\n print('first')\n for i in range(20000): print('x' * 50)\n print('last')")
        text = worker.output
    assert text.startswith("first\n")
    assert text.endswith("last\n")
    assert re.search(r"\[1,0\d\d,\d\d\d bytes of output are left out here\]", text)
    assert len(text) < 12000


def test_a_worker_cannot_find_what_lies_beside_it(zygotes: Zygotes) -> None:
    """No frames, modules, arguments or environment of the grader's."""
    code = """
import gc, sys, os, inspect
def f(): return sorted(m for m in sys.modules if m.startswith(('grader', 'question_bank', 'pytest', 'tests', 'assignments')))
def g(): return dict(os.environ), sys.argv, [str(p) for p in sys.path]
def h(): return sum('-'.join(['SECRET', 'OF', 'THE', 'TESTS']) in str(o) for o in gc.get_objects() if isinstance(o, (str, dict, list)) and len(o) < 50)
"""
    os.environ["SECRET_OF_THE_TESTS"] = "SECRET-" + "OF-THE-TESTS"
    try:
        with Zygotes(limits=LIMITS) as made, made.worker() as worker:
            worker.load([(1, code, "")])
            assert all(name == "grader" or name.startswith("grader.worker") for name in worker.call("f").value)
            environment, arguments, path = worker.call("g").value
            assert set(environment) <= {
                "LANG", "PYTHONUTF8", "PYTHONHASHSEED", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "LC_CTYPE",
                "MALLOC_TRIM_THRESHOLD_", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TMPDIR", "HOME",
            }  # fmt: skip
            assert arguments == [""]
            assert not any("site-packages" in entry for entry in path)
            assert worker.call("h", seconds=5).value == 0
    finally:
        del os.environ["SECRET_OF_THE_TESTS"]


def test_workers_do_not_meet(zygotes: Zygotes) -> None:
    with zygotes.worker() as first, zygotes.worker() as second:
        run(first, "def f():\n open('mine', 'w').write('x'); import os; return os.getcwd()")
        where = first.call("f").value
        code = f"import os\ndef f(): return open({where!r} + '/mine').read()\ndef g(): os.kill({first.pid}, 9)\ndef h(): return os.listdir('.')"
        second.load([(1, code, "")])
        for name in ("f", "g"):
            with pytest.raises(Remote):
                second.call(name)
        assert second.call("h").value == []
        assert first.call("f").value == where
    with zygotes.worker() as third:
        assert run(third, "import os\ndef f(): return os.listdir('.')").value == []

"""The wall in ordinary use: what a worker gives back, which layers hold, and that nothing is left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.doctor import doctor
from grader.sandbox import Ended, Limits, Lost, Remote, Worker, Zygotes, probe
from grader.sandbox.layers import STANDARD, STRICT
from grader.sandbox.output import Output
from grader.sandbox.slots import Slots
from grader.worker import seccomp
from grader.worker.scratch import empty, used
from question_bank.errors import MachineError

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
TORCH = """
import torch
def double(x): return 2 * x
def train(x):
    layer = torch.nn.Conv2d(1, 2, 3)
    steps = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(3):
        loss = layer(x).square().mean(); steps.zero_grad(); loss.backward(); steps.step()
    return loss.detach(), layer.weight
"""


@pytest.fixture(scope="module")
def zygotes() -> Iterator[Zygotes]:
    with Zygotes() as made:
        yield made


@pytest.fixture
def worker(zygotes: Zygotes) -> Iterator[Worker]:
    with zygotes.worker() as made:
        yield made


# --- cells


def test_cells_run_in_order_in_one_namespace(worker: Worker) -> None:
    loaded = worker.load(
        [
            (1, "import numpy as np, scipy, json\nfrom os import path, nothing\nn = 1", ""),
            (2, "n = n + 1\n1 / 0\nn = 99", ""),
            (3, "def broken(:", ""),
            (5, "!pip install torch", "a line for the shell is not run"),
            (6, "def f(x): return np.float64(n) * x, json.dumps({}), path.sep\nclass A: pass", ""),
            (7, "import sys; sys.exit(1)", ""),
            (8, "last = True", ""),
        ]
    )
    assert loaded.names == ("np", "json", "path", "n", "f", "A", "sys", "last")
    assert [(cell, kind) for cell, kind, _ in loaded.errors] == [
        (1, "ModuleNotFoundError"), (1, "ImportError"), (2, "ZeroDivisionError"), (3, "SyntaxError"), (5, "Skipped"), (7, "SystemExit"),
    ]  # fmt: skip
    assert loaded.errors[0][2] == "No module named 'scipy'"
    assert worker.call("f", (2,)).value == (4.0, "{}", "/")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("from __future__ import annotations\ndef f(x: nothing = 1): return x", 1),
        ("if True:\n    import numpy\ndef f(): return __name__", "__main__"),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 3\ndef f(): return A().x", 3),
        ("import matplotlib.pyplot as plt\nfig, (ax) = plt.subplots()\nax.plot([1]); plt.show()\nn, b, p = plt.hist([1])\ndef f(): return 1", 1),
        ("from tqdm.auto import tqdm\nfrom tqdm import trange\nimport tqdm as t\ndef f(): return sum(tqdm([1, 2])) + sum(trange(3)) + len(list(t.tqdm([1])))", 7),
        ("import otter\ngrader = otter.Notebook('x.ipynb')\nr = grader.check('q1')\ngrader.check_all()\ndef f(): return r", None),
        ("from IPython.display import display, Image\nget_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(1)\ndef f(): return 1", 1),
        ("import inspect\ndef f(): return inspect.getsource(f)", "def f(): return inspect.getsource(f)"),
        ("from matplotlib.patches import Patch\nclass P(Patch): pass\nwith Patch() as p: pass\ndef f(): return isinstance(1, Patch)", False),
    ],
)  # fmt: skip
def test_cells_as_notebooks_have_them(worker: Worker, code: str, value: object) -> None:
    assert worker.load([(1, code, "")]).errors == ()
    assert worker.call("f").value == value


def test_an_exception_says_where(worker: Worker) -> None:
    worker.load([(4, "class Mine(IndexError): pass\n\ndef f():\n    raise Mine('so')\ndef g(): return {}['k']", "")])
    with pytest.raises(Remote) as caught:
        worker.call("f")
    error = caught.value
    assert (error.type_name, error.text, error.builtin, error.cell, error.line) == ("Mine", "so", "IndexError", 4, 4)
    with pytest.raises(Remote, match="KeyError: 'k'"):
        worker.call("g")
    with pytest.raises(Remote, match="KeyError"):
        worker.call("nothing")


# --- arguments and results


def test_arguments_come_back_as_they_stand(worker: Worker) -> None:
    worker.load([(1, "def f(x, y, *, z):\n    x += 1; z.append(5)\n    return x[0], y", "")])
    x, y = np.zeros((2, 3)), np.arange(3)
    reply = worker.call("f", (x, y), {"z": [4]})
    assert reply.aliases == (0, 1)
    assert reply.arguments[0].tolist() == [[1] * 3] * 2
    assert reply.keywords == {"z": [4, 5]}
    assert not x.any()
    bare = worker.call("f", (x, y), {"z": []}, after=False)
    assert (bare.arguments, bare.keywords, bare.aliases) == ((), {}, (0, 1))


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24.0).reshape(2, 3, 4)[:, ::2, ::-1], np.arange(12).reshape(3, 4).T, np.zeros((0, 3)), np.array(5.0),
        np.broadcast_to(np.float32(2), (3, 4)), np.lib.stride_tricks.sliding_window_view(np.arange(9), 3), np.ones(4)[::2],
    ],
)  # fmt: skip
def test_strided_arguments_arrive_strided(worker: Worker, array: np.ndarray) -> None:
    worker.load([(1, "def f(x): return x.strides, x.flags.writeable, x.dtype.str, x.copy(), type(x).__name__", "")])
    strides, writeable, dtype, copy, kind = worker.call("f", (array,)).value
    assert strides == array.strides or not array.size
    assert (writeable, dtype, kind) == (array.flags.writeable, array.dtype.str, "ndarray")
    np.testing.assert_array_equal(copy, array)


def test_the_gaps_of_a_view_show_nothing(worker: Worker) -> None:
    whole = np.arange(10.0)
    worker.load(
        [
            (
                1,
                "def f(x):\n    b = x.base\n    while getattr(b, 'base', None) is not None: b = b.base\n    return bytes(b).hex()",
                "",
            )
        ]
    )
    seen = np.frombuffer(bytes.fromhex(worker.call("f", (whole[::2],)).value))
    assert set(seen.tolist()) <= {0.0, 2.0, 4.0, 6.0, 8.0}


def test_a_reply_takes_the_time_of_our_clock(worker: Worker) -> None:
    worker.load([(1, "import time\ndef f(): time.sleep(0.1)", "")])
    assert 0.1 <= worker.call("f").seconds < 1
    assert worker.seconds >= 0.1
    assert 0 < worker.close().cpu < 1


def test_an_argument_that_cannot_cross_is_said_here(worker: Worker) -> None:
    from grader.sandbox import Unsupported

    with pytest.raises(Unsupported, match="an argument cannot cross"):
        worker.call("f", (object(),))
    assert worker.alive


def test_every_fork_draws_the_same_numbers(zygotes: Zygotes) -> None:
    drawn = []
    for _ in range(2):
        with zygotes.worker() as worker:
            worker.load(
                [(1, "import random, numpy as np\ndef f(): return random.random(), np.random.rand(), hash('a')", "")]
            )
            drawn.append(worker.call("f").value)
    assert drawn[0] == drawn[1]


def test_torch_where_it_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Zygotes(libraries=("torch",)) as zygotes, zygotes.worker() as worker:
        assert worker.load([(1, TORCH, "")]).errors == ()
        value = worker.call("double", (torch.arange(6.0).reshape(2, 3).T,)).value
        assert type(value) is torch.Tensor
        assert value.tolist() == [[0, 6], [2, 8], [4, 10]]
        loss, weight = worker.call("train", (torch.randn(4, 1, 8, 8),)).value
        assert loss.item() > 0
        assert type(weight) is torch.nn.Parameter
        assert weight.requires_grad
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert list(tmp_path.iterdir()) == []


# --- layers


def test_what_holds_here(zygotes: Zygotes) -> None:
    held = {name for name, (held, _) in zygotes.layers.items() if held}
    assert held >= set(STANDARD)
    assert zygotes.isolation == ("strict" if held >= set(STRICT) else "standard")
    if not AS_ROOT:
        assert zygotes.layers["uid"] == (False, "only root can")


@pytest.mark.parametrize(
    ("without", "isolation"),
    [
        (["seccomp"], "basic"),
        (["landlock"], "basic"),
        (["no_new_privs", "seccomp", "landlock"], "basic"),
        (["uid"], "standard"),
        (["mounts", "pid", "net", "ipc", "cgroup"], "standard"),
        (["uid", "mounts", "pid", "net", "ipc", "cgroup"], "standard"),
    ],
)
def test_without_a_layer_the_rest_holds(without: list[str], isolation: str) -> None:
    with Zygotes(require="basic", without=without) as zygotes:
        assert zygotes.isolation == isolation
        with zygotes.worker() as worker:
            code = "import os\ndef f():\n    open('x', 'w').write('y'); import wave; return os.getuid(), os.listdir('.')\ndef g():\n    while True: pass"
            assert worker.load([(1, code, "")]).errors == ()
            uid, files = worker.call("f").value
            assert files == ["x"]
            assert (uid != os.getuid()) == zygotes.layers["uid"][0]
            with pytest.raises(Ended):
                worker.call("g", seconds=0.1)


def test_less_than_is_required_is_refused_with_a_remedy() -> None:
    with pytest.raises(
        MachineError, match="'landlock' is missing .left out on request.; what holds is 'basic'"
    ) as caught:
        Zygotes(without=["landlock"]).start()
    assert "--require basic" in caught.value.remedy
    with pytest.raises(MachineError, match="'uid'"):
        Zygotes(require="strict", without=["uid"]).start()


def test_without_seccomp_no_process_is_left(tmp_path: Path) -> None:
    """Daemons that have left their session, and a small bomb of forks."""
    code = """
import os, time, signal
def f():
    for _ in range(20):
        if not os.fork():
            os.setsid(); signal.signal(15, signal.SIG_IGN)
            if not os.fork(): os.setsid()
            time.sleep(600)
    return os.getpid()
"""
    with Zygotes(require="basic", without=["seccomp", "pid", "landlock", "mounts", "uid"]) as zygotes:
        with zygotes.worker() as worker:
            worker.load([(1, code, "")])
            worker.call("f")
            assert len(_descendants(zygotes.pid)) > 20
        assert _descendants(zygotes.pid) == set()


def test_a_step_of_the_lock_that_fails_ends_the_worker(zygotes: Zygotes) -> None:
    with pytest.raises(MachineError, match="limits"):
        zygotes.worker(Limits(cpu_seconds=1e300))
    with zygotes.worker() as worker:
        assert worker.alive


def test_a_library_that_is_not_there() -> None:
    with pytest.raises(MachineError, match="nothing_like_it is not installed"):
        Zygotes(libraries=("nothing_like_it",)).start()


@pytest.mark.parametrize("gpu", [False, True])
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_of_system_calls(machine: str, gpu: bool) -> None:
    code = seccomp.program(1234, machine, gpu=gpu)
    assert len(code) % 8 == 0
    assert len(code) // 8 < 4096
    assert seccomp.program(seccomp._ANY_PID, machine) != code
    table = seccomp.numbers(seccomp._TABLE, machine) | seccomp.numbers(seccomp._ASKED, machine)
    assert len(set(table.values())) == len(table)


def test_the_table_is_that_of_the_kernels_headers() -> None:
    headers = {
        "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        "aarch64": "/usr/include/asm-generic/unistd.h",
    }
    checked = 0
    for machine, path in headers.items():
        if not Path(path).exists():
            continue
        words = [line.split() for line in Path(path).read_text().splitlines() if line.startswith("#define __NR")]
        known = {
            w[1].replace("__NR3264_", "__NR_").removeprefix("__NR_"): w[2]
            for w in words
            if len(w) > 2 and w[2].isdigit()
        }
        for name, number in {
            **seccomp.numbers(seccomp._TABLE, machine),
            **seccomp.numbers(seccomp._ASKED, machine),
        }.items():
            if name in known:
                assert known[name] == str(number), (machine, name)
                checked += 1
    if not checked:
        pytest.skip("no kernel headers here")


def test_probes_of_a_real_worker() -> None:
    layers = probe()
    assert all(layers[name][0] for name in STANDARD), layers
    weak = probe(without=["seccomp", "landlock"])
    assert not weak["seccomp"][0]
    assert not weak["landlock"][0]


def test_doctor() -> None:
    began = time.monotonic()
    told = doctor()
    assert time.monotonic() - began < 3
    assert told["schema"] == 1
    assert told["isolation"] in ("standard", "strict")
    assert set(told["layers"]["seccomp"]) == {"held", "why"}
    assert told["python"].startswith("3.")


# --- nothing is left behind


def test_no_process_and_no_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Zygotes() as zygotes:
        zygote = zygotes.pid
        worker = zygotes.worker()
        worker.load([(1, "import os\nos.makedirs('/'.join(['d'] * 50)); open('x', 'w').close()\ndef f(): pass", "")])
        assert list(tmp_path.iterdir())
        open_before = len(list(Path("/proc/self/fd").iterdir()))
    assert list(tmp_path.iterdir()) == []
    for pid in (zygote, worker.pid):
        assert not Path(f"/proc/{pid}").exists()
    assert len(list(Path("/proc/self/fd").iterdir())) < open_before
    assert not list(Path("/sys/fs/cgroup").glob(f"*/**/convmark-{zygote}-*"))
    with pytest.raises(Lost):
        zygotes.worker()


GRADER = """
import sys, time
from grader.sandbox import Zygotes
with Zygotes() as zygotes:
    worker = zygotes.worker()
    worker.load([(1, "import signal\\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\\nopen('x', 'w').close()\\ndef f():\\n while True: pass", "")])
    print(zygotes.pid, worker.pid, flush=True)
    WHAT
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("what", ["worker.call('f', seconds=60)", "time.sleep(60)"])
def test_a_grader_that_is_killed_leaves_nothing(tmp_path: Path, number: int, what: str) -> None:
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
    }
    code = GRADER.replace("WHAT", what)
    with subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as grader:
        assert grader.stdout is not None
        pids = [int(pid) for pid in grader.stdout.readline().split()]
        assert len(pids) == 2
        time.sleep(0.1)
        grader.send_signal(number)
        grader.wait()
        assert _gone(pids, 3)
    assert list(tmp_path.iterdir()) == []


FORKING = """
import os, sys, time
from grader.sandbox import Zygotes
with Zygotes() as zygotes:
    zygotes.worker().load([(1, "", "")])
    print(zygotes.pid, flush=True)
    if not os.fork():
        with zygotes.worker() as worker:
            worker.load([(1, "def f(): return 1", "")])
            print(zygotes.pid, worker.pid, worker.call("f").value, flush=True)
        zygotes.close()
        time.sleep(60)
    time.sleep(60)
"""


def test_a_fork_of_the_grader_has_a_zygote_of_its_own(tmp_path: Path) -> None:
    """And the child, which holds the parent's sockets, does not keep the parent's zygote when that is killed."""
    environment = {
        **os.environ,
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
    }
    with subprocess.Popen(
        [sys.executable, "-c", FORKING],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    ) as grader:
        assert grader.stdout is not None
        first = int(grader.stdout.readline())
        second, worker, value = (int(word) for word in grader.stdout.readline().split())
        assert (first != second, value) == (True, 1)
        time.sleep(0.2)
        grader.kill()
        grader.wait()
        assert _gone([first, second, worker], 3)
        os.killpg(grader.pid, signal.SIGKILL)
    assert list(tmp_path.iterdir()) == []


def test_a_zygote_that_is_killed_takes_its_workers_along_and_is_started_anew() -> None:
    with Zygotes() as zygotes:
        first, idle = zygotes.worker(), zygotes.worker()
        first.load([(1, "def f():\n while True: pass", "")])
        killer = threading.Timer(0.2, os.kill, (zygotes.pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(Lost):
            first.call("f")
        assert _gone([first.pid, idle.pid], 3)
        with pytest.raises(Lost):
            idle.load([(1, "", "")])
        with zygotes.worker() as worker:
            worker.load([(1, "def f(): return 1", "")])
            assert worker.call("f").value == 1


def test_a_zygote_killed_while_idle_is_not_noticed() -> None:
    with Zygotes() as zygotes:
        os.kill(zygotes.pid, signal.SIGKILL)
        with zygotes.worker() as worker:
            assert worker.alive


def test_workers_from_several_threads() -> None:
    results = []
    with Zygotes() as zygotes:

        def work(number: int) -> None:
            for _ in range(5):
                with zygotes.worker() as worker:
                    worker.load([(1, f"def f(): return {number}", "")])
                    results.append(worker.call("f").value == number)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [True] * 20


def test_two_graders_share_no_user() -> None:
    first, second = Slots(), Slots()
    users = [slots.take()[1] for slots in (first, second, first, second)]
    if AS_ROOT:
        assert len(set(users)) == 4
    first.close()
    second.close()


# --- parts


def test_a_folder_is_emptied_however_deep(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "file").touch()
    (tmp_path / "closed").chmod(0)
    (tmp_path / "link").symlink_to("/")
    empty(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_bytes(bytes(1 << 20))
    assert used(str(tmp_path), 1 << 24) >= 1 << 20
    assert used(str(tmp_path), 1 << 10) is None


def test_output_keeps_head_and_tail() -> None:
    output = Output(10)
    for _ in range(1000):
        output.add(b"ab")
    assert output.text() == "ababa\n[1,990 bytes of output are left out here]\nbabab"
    short = Output(10)
    short.add(b"abcdefgh")
    assert short.text() == "abcdefgh"


@pytest.mark.skipif(not AS_ROOT, reason="it is the ordinary user that runs this")
def test_as_an_ordinary_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same wall by another hand, where an interpreter can be reached by everybody."""
    python = _public_python()
    if python is None:
        pytest.skip("no interpreter of this version and no packages that another user can reach")
    code = """
        import os, numpy as np
        os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
        from grader.sandbox import Zygotes, Ended, probe
        with Zygotes() as zygotes, zygotes.worker() as worker:
            assert zygotes.isolation == "standard", zygotes.layers
            worker.load([(1, "def f(x): return x + 1\\ndef g():\\n while True: pass", "")])
            assert worker.call("f", (np.ones(3),)).value.tolist() == [2, 2, 2]
            try: worker.call("g", seconds=0.1)
            except Ended as ended: print(ended.status)
        assert all(probe()[name][0] for name in ("landlock", "seccomp", "signals"))
    """
    place = tmp_path_factory.mktemp("user")
    done = subprocess.run(
        [python, "-c", textwrap.dedent(code)],
        env={"PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(np.__file__).parents[1])]), "TMPDIR": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == "timeout\n", done.stderr
    assert place.exists()


def _public_python() -> str | None:
    """An interpreter of this version that every user can run, with a numpy it can import."""
    for path in (
        sys.executable,
        f"/usr/bin/python3.{sys.version_info.minor}",
        f"/usr/local/bin/python3.{sys.version_info.minor}",
    ):
        probing = f"import sys; sys.path[:0] = {[str(ROOT), str(Path(np.__file__).parents[1])]!r}; import numpy, grader.sandbox"

        def drop() -> None:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)

        try:
            done = subprocess.run([path, "-c", probing], capture_output=True, cwd="/", preexec_fn=drop, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return path
    return None


def _descendants(pid: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    while True:
        more = {child for child, parent in parents.items() if parent == pid or parent in found} - found
        if not more:
            return found
        found |= more


def _gone(pids: list[int], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(_alive(pid) for pid in pids):
            time.sleep(0.1)  # the zygote's last act is to remove its folder
            return True
        time.sleep(0.02)
    return False


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False

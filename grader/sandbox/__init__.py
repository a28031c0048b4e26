"""The trusted side of the wall: starts the zygote, has workers forked, talks to them, ends them.

    with Zygotes(libraries=("numpy",)) as zygotes, zygotes.worker() as worker:
        loaded = worker.load([(1, "def twice(x): return 2 * x", "")])
        reply = worker.call("twice", (np.ones(3),), {})

`call` gives a Reply, or raises Remote (an exception of the student's), Unsupported (what came back cannot
cross), Ended (the worker died or met a limit), or Lost (a fault of ours: nothing is known of the student's
work). A worker that has ended stays ended: have a new one forked. MachineError says which layer is missing.
"""

from grader.sandbox.limits import Limits
from grader.sandbox.probe import probe
from grader.sandbox.replies import Ended, Loaded, Lost, Remote, Reply, Unsupported
from grader.sandbox.start import Zygotes
from grader.sandbox.worker import Worker

__all__ = ["Ended", "Limits", "Loaded", "Lost", "Remote", "Reply", "Unsupported", "Worker", "Zygotes", "probe"]

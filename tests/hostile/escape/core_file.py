# expect: error, at most 0
"""Asks for a core file with all that is in its memory, and crashes."""

import ctypes
import resource
import signal


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.memset(8, 0, 1)

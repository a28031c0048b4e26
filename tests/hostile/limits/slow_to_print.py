# expect: timeout, at most 0
"""Returns at once, but the end of the call never comes: the stream that is flushed after it waits for ever."""

import sys
import threading


class Stuck:
    def write(self, text):
        return len(text)

    def flush(self):
        threading.Event().wait()


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    sys.stdout = Stuck()
    return x

# expect: graded, at most 0
"""Writes a well-formed answer of its own to the channel before the worker writes the real one."""

import json
import os
import struct

import numpy as np

CALLS = 1


def conv2d(*args, **kwargs):
    global CALLS
    CALLS += 1
    after = {"args": {"t": [1] * len(args)}, "kwargs": {"d": {}}, "aliases": []}
    header = json.dumps({"d": {"seq": CALLS, "value": {"a": ["<f8", [1], "C", True]}, **after}}).encode()
    os.write(3, struct.pack("<I", len(header)) + header + np.ones(1).tobytes())
    return "PASSED"

"""A worker after the lock: it reads frames, runs what they ask for, and answers each with one frame.

Requests (values of the codec, `seq` counts them):

    {"seq", "op": "load", "cells": [[number, code, problem], ...]} -> {"seq", "names", "errors": [[cell, *fault], ...]}
    {"seq", "op": "call", "name", "args": tuple, "kwargs": dict, "after"}
        -> {"seq", "value", "args", "kwargs", "aliases"}
        or the same with "module": number in the place of "value": the call gave an nn.Module
        or {"seq", "error": fault}
        or {"seq", "unsupported": text}

Before the first it writes {"ready": [layers], "cpu": seconds of processor time so far}. Student code lives
in this process and can write what it likes to the channel: the grader takes every frame for a claim.
"""

import contextlib
import os
import random
import sys
from collections.abc import Iterator
from time import process_time
from typing import Any

import numpy as np

from grader.worker.cells import Namespace, fault
from grader.worker.codec import LENGTH, Caps, Decoded, Malformed, Unsupported, decode, encode
from grader.worker.device import Device
from grader.worker.modules import Modules, is_module

REQUEST = Caps(header=64 << 20, data=1 << 30, nodes=1_000_000, text=32 << 20)
_GATHERED = 64
_ERRORS = 100
_ENDING = (SystemExit, KeyboardInterrupt, GeneratorExit)


def serve(channel: int, scratch: str, reply: Caps, layers: list[str], device: Device) -> None:
    """Serve until the grader closes the channel; never returns to the caller's state."""
    os.environ.update(TMPDIR=scratch, HOME=scratch)
    for name in ("stdout", "stderr"):
        setattr(sys, name, open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False))  # noqa: SIM115
    sys.__stdout__, sys.__stderr__ = sys.stdout, sys.stderr  # type: ignore[misc, assignment]
    random.seed(0)
    np.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
    device.open()
    write(channel, encode({"ready": layers, "cpu": process_time()}, reply))
    namespace, modules = Namespace(), Modules()
    while (request := _read(channel)) is not None:
        answer = _answer(namespace, modules, request, reply, device)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):  # a stream of the student's
                stream.flush()
        write(channel, answer)


def _answer(namespace: Namespace, modules: Modules, request: dict[str, Any], reply: Caps, device: Device) -> list[Any]:
    seq = request["seq"]
    if request["op"] == "load":
        errors: list[list[Any]] = []
        for number, code, problem in request["cells"]:
            if problem:
                errors.append([number, "Skipped", problem, "Exception", number, 0])
                continue
            errors += [[number, *found.row()] for found in namespace.run(number, code)]
        return encode({"seq": seq, "names": namespace.defined(), "errors": errors[:_ERRORS]}, reply)
    name = request["name"]
    try:
        args, kwargs = device.put(request["args"]), device.put(request["kwargs"])
        asked = modules.asked(name)
        value = (asked or namespace.names[name])(*args, **kwargs)
        made = {"module": modules.keep(device.put(value))} if is_module(value) else {"value": value}
    except _ENDING:
        raise
    except BaseException as error:  # noqa: BLE001  # whatever a student raises
        return encode({"seq": seq, "error": fault(error).row()}, reply)
    try:
        aliases = _aliases(value, args)
        back: tuple[Any, dict[str, Any]] = (args, kwargs) if request["after"] else ((), {})
        return encode({"seq": seq, **made, "args": back[0], "kwargs": back[1], "aliases": aliases}, reply)
    except Unsupported as error:
        return encode({"seq": seq, "unsupported": str(error)[:500]}, reply)


def _aliases(value: Any, args: tuple[Any, ...]) -> list[int]:
    """The places of the arguments in whose memory the result lies."""
    results = list(_arrays(value, 0))
    return [
        place
        for place, argument in enumerate(args)
        if any(np.may_share_memory(result, array) for array in _arrays(argument, 0) for result in results)
    ]


def _arrays(value: Any, depth: int) -> Iterator[Any]:
    if type(value) is np.ndarray:
        yield value
    elif type(value) in (list, tuple, dict) and depth < 4:
        for item in list(value.values() if type(value) is dict else value)[:100]:
            yield from _arrays(item, depth + 1)
    elif (torch := sys.modules.get("torch")) and type(value) in (torch.Tensor, torch.nn.Parameter):
        try:
            yield value.detach().numpy()
        except (RuntimeError, TypeError):
            return


def write(channel: int, parts: list[Any]) -> None:
    """Write a frame whole."""
    rest = [memoryview(part) for part in parts]
    while rest:
        sent = os.writev(channel, rest[:_GATHERED])
        while rest and sent >= len(rest[0]):
            sent -= len(rest.pop(0))
        if sent:
            rest[0] = rest[0][sent:]


def _read(channel: int) -> Any:
    """One request; None when the grader has gone."""
    head = bytearray(LENGTH.size)
    if not _fill(channel, memoryview(head)):
        return None
    header = bytearray(LENGTH.unpack(head)[0])
    if not _fill(channel, memoryview(header)):
        return None
    found: Decoded = decode(header, REQUEST, views=True)
    for buffer in found.buffers:
        if not _fill(channel, buffer):
            return None
    value = found.finish()
    if type(value) is not dict:
        raise Malformed("a request is a dict")
    return value


def _fill(channel: int, buffer: memoryview) -> bool:
    while len(buffer):
        got = os.readv(channel, [buffer])
        if not got:
            return False
        buffer = buffer[got:]
    return True

# expect: graded, at most 0
"""Raises an exception whose text XML cannot hold."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise RuntimeError("\x00\x01\x08\x0b\x1f\x7f\x85\ufffe\uffff]]></failure></testcase><testcase name='passed'/>")

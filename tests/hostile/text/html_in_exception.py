# expect: graded, at most 0
"""Raises an exception whose text and class are markup."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise type("<script>alert(1)</script>", (ValueError,), {})("</pre><script>alert('convmark')</script>&amp;'\"")

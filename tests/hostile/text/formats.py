# expect: graded, at most 0
"""Raises texts that a logger, a formatter, a markup of the terminal or a template would take for its own."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise ValueError("%s %d %n {0} {x.__class__} {{x}} [red]passed[/] [link=file:///etc] $HOME `id` \\N{DIGIT ONE}")

# expect: graded, at most 0
"""Returns a list in a list in a list, 100,000 deep: whoever walks it recursively falls."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested

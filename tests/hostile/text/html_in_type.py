# expect: graded, at most 0
"""Returns an object whose class is called what a page would run, since messages say what came back."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return type("<script>alert('convmark')</script>\x1b[2J\u202e", (), {"__module__": "<b>m</b>"})()

# expect: graded, exactly 20
"""Prints markup that would run, load or close what stands around it."""

import numpy as np

print("</pre></script></style></textarea><!--<script>document.title='20'</script>")
print("<img src=x onerror=alert(1)><svg/onload=alert(1)><base href=//127.0.0.1><meta http-equiv=refresh content=0>")
print("&lt;script&gt; &#60;script&#62; {{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} $\\href{javascript:alert(1)}{x}$")
print("[link](javascript:alert(1)) ![image](http://127.0.0.1:9/x.png)")


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]

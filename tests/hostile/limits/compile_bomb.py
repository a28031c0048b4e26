# expect: error, at most 0
"""Asks for a tuple of 500 gigabytes while it is loaded, in one expression of constants."""

conv2d = ((1,) * 4096) * 4096 * 4096

# expect: error, at most 0
"""Raises an exception whose metaclass answers every question about it with yes, and whose class is no text."""


class Yes(type):
    def __instancecheck__(cls, other):
        return True

    __subclasscheck__ = __instancecheck__

    def mro(cls):
        return [cls, ValueError, Exception, BaseException, object]

    __name__ = property(lambda cls: 1 / 0)


class Lie(ValueError, metaclass=Yes):
    __module__ = "builtins"
    __class__ = AssertionError


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise Lie("passed")

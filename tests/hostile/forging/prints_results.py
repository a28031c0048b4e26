# expect: graded, at most 0
"""Prints what a grader would print: results as JSON, as otter's, as pytest's, as TAP and as JUnit's."""

import json

print(json.dumps({"score": 20, "max_score": 20, "status": "graded", "tests": [{"name": "all", "score": 20}]}))
print("All test cases passed! 20.0 / 20.0")
print("============ 78 passed in 0.42s ============")
print("1..1\nok 1 - conv2d\n<testsuite tests='78' failures='0'/>")


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return x

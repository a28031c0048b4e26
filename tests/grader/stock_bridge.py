"""In stock otter's kernel: run the genuine suite once on the student's namespace, and give each test's outcome.

It is copied into the zip as tests/hidden/_bridge.py, beside the suite.
"""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
OUTCOMES = {}


class Student:
    """The names of the notebook, called in this process."""

    def __init__(self, env):
        self._env = env

    def __getattr__(self, name):
        return self._env[name]


class Plugin:
    def __init__(self, env):
        self.env = env

    def pytest_configure(self, config):
        for mark in ("task(id)", "points(weight)", "title(text)", "kind(name)"):
            config.addinivalue_line("markers", mark)

    @pytest.fixture
    def submission(self):
        return Student(self.env)

    @pytest.fixture
    def reference(self):
        spec = importlib.util.spec_from_file_location("_reference", HERE / "_reference.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    @pytest.fixture
    def rng(self):
        return np.random.default_rng(0)

    def pytest_runtest_logreport(self, report):
        node = report.nodeid
        OUTCOMES[node] = OUTCOMES.get(node, True) and report.passed


def ask(env, node):
    if not OUTCOMES:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        pytest.main(
            [str(HERE / "visible"), str(HERE / "hidden"), "-s", "--import-mode=importlib", "-p", "no:terminal",
             "-p", "no:cacheprovider", "-p", "no:faulthandler", "--rootdir", str(HERE), "-c", os.devnull,
             "--confcutdir", str(HERE)],
            plugins=[Plugin(env)],
        )  # fmt: skip
    assert OUTCOMES[node], "the test did not pass"

"""What all tests share."""

import os
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).parent
ROOT = TESTS.parent

if "PYTEST_XDIST_WORKER" in os.environ:  # others are at work: threads of one would wait for those of another
    os.environ["OMP_NUM_THREADS"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="run the laws on many more variants")
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    """Examples are drawn anew nightly alone: a change is not held up by what another one left to be found."""
    hypothesis.settings.register_profile("by default", derandomize=not config.getoption("--nightly"))
    hypothesis.settings.load_profile("by default")


class ByFile(LoadScopeScheduling):
    """Where two are at work a file goes to one of them, for its tests share what is costly; of the laws, a family."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        return f"{file} {test.partition('-')[0]}" if file.endswith("laws/test_laws.py") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def nightly(request: pytest.FixtureRequest) -> bool:
    """Whether the laws run on many more variants."""
    return bool(request.config.getoption("--nightly"))


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written anew."""
    return bool(request.config.getoption("--update-golden"))

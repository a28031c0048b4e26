"""What all tests share."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="run the laws on many more variants")
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    """Examples are drawn anew nightly alone: a change is not held up by what another one left to be found."""
    hypothesis.settings.register_profile("by default", derandomize=not config.getoption("--nightly"))
    hypothesis.settings.load_profile("by default")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With two at work, what shares something costly goes to one of them: a file, a family's sample, the demo."""
    for item in items:
        called = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        shared = f"{item.path} {called.get('family_id', '')}"
        if "demonstrated" in getattr(item, "fixturenames", ()):
            shared = "the demo"
        item.add_marker(pytest.mark.xdist_group(shared))


@pytest.fixture(scope="session")
def nightly(request: pytest.FixtureRequest) -> bool:
    """Whether the laws run on many more variants."""
    return bool(request.config.getoption("--nightly"))


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written anew."""
    return bool(request.config.getoption("--update-golden"))


@dataclass(frozen=True)
class Demo:
    """What `convmark demo` did: the folder that it wrote, what it said, and what was left in TMPDIR."""

    out: Path
    lines: list[str]
    left: list[Path]


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, played once."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "tmp").mkdir()
    command = [sys.executable, "-m", "cli", "demo", "--out", str(folder / "demo")]
    told = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return Demo(folder / "demo", told.stdout.splitlines(), list((folder / "tmp").iterdir()))

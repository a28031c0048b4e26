"""Finding families, the committed catalogue, the texts, and a family begun with `bank new`."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from question_bank import catalogue, check, registry, text
from question_bank.errors import BankError, MachineError, UsageError
from question_bank.new import new
from question_bank.text import Texts


def test_the_committed_catalogue_is_what_the_families_say() -> None:
    assert registry.catalogue() == catalogue.rows(), "run `make catalogue` and commit catalogue.json"


def test_an_unknown_family_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"Did you mean convolution/output_size\?"):
        registry.get("convolution/output_sizes")
    with pytest.raises(UsageError, match="bank list"):
        registry.get("../../etc/passwd")


def test_a_missing_catalogue_names_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "CATALOGUE", tmp_path / "catalogue.json")
    with pytest.raises(BankError, match="make catalogue"):
        registry.catalogue()


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('[title]\nen = "a"\nhe = "a"\nru = "a"\n', r"\[title\] lacks da"),
        ('[title]\nen = "a"\nhe = "a"\nru = "a"\nda = "a"\nfr = "a"\n', "unknown language fr"),
        ("[title\n", "texts.toml"),
    ],
)
def test_texts_are_in_all_languages_or_an_error(toml: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "texts.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(BankError, match=says):
        Texts(tmp_path / "texts.toml")


def test_missing_texts_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="the texts are missing"):
        Texts(tmp_path / "texts.toml")


# --- bank new -------------------------------------------------------------------------------


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A family begun in a bank of its own."""
    family = "throwaway/neurons"
    for module in (registry, text):
        monkeypatch.setattr(module, "FAMILIES", tmp_path / "families")
    (tmp_path / "families").mkdir()
    new(family, tmp_path / "families")
    package = importlib.import_module("question_bank.families")
    monkeypatch.setattr(package, "__path__", [str(tmp_path / "families")])
    for cached in (registry.get, text.family_texts):
        cached.cache_clear()
    yield family
    for cached in (registry.get, text.family_texts):
        cached.cache_clear()
    for name in [name for name in sys.modules if name.startswith("question_bank.families.throwaway")]:
        del sys.modules[name]


def test_a_new_family_obeys_every_law_as_it_is(begun: str) -> None:
    report = check.check(begun, 300)
    assert report.breaches == ()
    assert (report.accepted, report.distinct) == (300, 300)


def test_new_never_overwrites(tmp_path: Path) -> None:
    module, texts = new("a/b", tmp_path)
    texts.unlink()
    module.write_text("mine")
    with pytest.raises(UsageError, match="exists"):
        new("a/b", tmp_path)
    assert module.read_text() == "mine"
    assert not texts.exists()


@pytest.mark.parametrize("name", ["", "a", "a/b/c", "A/b", "a/../b", "/a/b", "a/1b", "a/" + "b" * 60, "a/b\n"])
def test_new_refuses_ids_that_cannot_be(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be the id"):
        new(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_new_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError):
        new("a/b", tmp_path / "file")

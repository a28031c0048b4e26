"""Finding families, the committed catalogue, the texts, and a family begun with `bank new`."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from question_bank import catalogue, check, registry, text
from question_bank.errors import BankError, MachineError, UsageError
from question_bank.family import Level, Variant
from question_bank.laws import take
from question_bank.new import new
from question_bank.solve import solve
from question_bank.space import Among, Range, Record
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


# --- a family that is broken ----------------------------------------------------------------


@pytest.fixture
def rewrite(begun: str) -> Callable[[str, str, str], int]:
    """Change the new family: what to replace by what in its module (py) or its texts (toml); gives the line."""

    def change(ending: str, before: str, after: str) -> int:
        path = registry.FAMILIES / f"{begun}.{ending}"
        source = path.read_text(encoding="utf-8")
        assert before in source
        path.write_text(source.replace(before, after), encoding="utf-8")
        return source.partition(before)[0].count("\n") + 1

    return change


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('{"neurons": neurons},', '{"neuron": neurons},', "level 1, index .*: derive answers 'neuron', not the part"),
        ('return {"neurons": torch', 'return {"neuron": torch', "level 1, index .*: measure answers 'neuron', not the"),
        (
            "side, neurons =",
            "given.kernel > 3 and 0; side, neurons =",
            "level 1, index .*: TypeError: cannot determine",
        ),
        ('symbol("W_out")', 'symbol("W")', "level 1, index .*: the symbol W gets a value twice"),
        ('Whole("W")', 'Whole("K")', "level 1, index .*: the keys input and kernel go by the same symbol, K"),
        ("check=check,", "check=lambda given: 1 / 0,", "level 1, index .*: ZeroDivisionError: .*neurons.py:"),
        ("check=check,", "show=lambda given: {}[0],", "level 1, index .*: KeyError: 0 .*neurons.py:"),
        (
            "check=check,",
            "wording=lambda given: given.kind,",
            "level 1, index .*: AttributeError: no key 'kind'.*neurons",
        ),
        ("16)))", "16)), lambda given: given.kernel / 0)", "level 1, index .*: ZeroDivisionError: .*neurons.py:"),
        ("version=1,", "version=1", "SyntaxError: .*neurons.py:"),
        ("GIVEN = Schema(", "GIVEN = Schemas(", "NameError: .*neurons.py:"),
        ("FAMILY = Family", "FAMILIES = Family", "must define FAMILY"),
    ],
)
def test_a_broken_module_is_a_breach_that_names_the_place(
    begun: str, rewrite: Callable[[str, str, str], int], before: str, after: str, says: str
) -> None:
    line = rewrite("py", before, after)
    breaches = check.check(begun, 30).breaches
    assert re.search(says, breaches[0])
    assert "throwaway/neurons" in breaches[0]
    found = re.search(r"neurons\.py:(\d+)", breaches[0])
    assert found is None or 0 <= int(found[1]) - line <= 1


def test_a_check_of_all_goes_on_behind_a_broken_family(rewrite: Callable[[str, str, str], int]) -> None:
    new("throwaway/whole", registry.FAMILIES)
    rewrite("py", "version=1,", "version=1")
    result = CliRunner().invoke(cli.main, ["bank", "check", "--all", "--variants", "30"])
    assert result.exit_code == 1
    assert [line.rpartition(": ")[2] for line in result.stdout.splitlines() if "variants (" in line] == [
        "1 BREACHES",
        "ok",
    ]


def test_a_fault_keeps_its_cause(
    begun: str, rewrite: Callable[[str, str, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite("py", "side, neurons =", "given.kernel > 3 and 0; side, neurons =")
    with pytest.raises(BankError, match="branch on words") as raised:
        solve(begun, {"input": 9, "kernel": 3, "filters": 2})
    assert isinstance(raised.value.__cause__, TypeError)
    words = ["bank", "show", begun]
    monkeypatch.delenv("CONVMARK_DEBUG", raising=False)
    assert "Traceback" not in CliRunner().invoke(cli.main, words).stderr
    monkeypatch.setenv("CONVMARK_DEBUG", "1")
    assert isinstance(CliRunner().invoke(cli.main, words).exception, BankError)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[step.side]", "[step.sides]"),
        ("[misconception.one_axis]", "[misconception.one_axes]"),
        ("@{filters=}", "@{filter=}"),
        ("@{filters=}", "@{filters-}"),
    ],
)
def test_one_typo_is_one_breach(begun: str, rewrite: Callable[[str, str, str], int], before: str, after: str) -> None:
    rewrite("toml", before, after)
    breaches = check.check(begun, 60).breaches
    assert 1 <= len(breaches) <= 2
    assert all(breach.startswith("texts_are_complete") for breach in breaches)


def test_the_same_breach_is_told_once(begun: str, rewrite: Callable[[str, str, str], int]) -> None:
    rewrite("py", "check=check,", 'show=lambda given: {"input=": "$"},')
    breaches = check.check(begun, 60).breaches
    assert breaches
    assert len(breaches) == len({breach.partition(": ")[2] for breach in breaches})


@pytest.mark.parametrize("command", ["\\text{in}", "\\beta", "\\frac{1}{2}", "\\rfloor"])
def test_control_characters_in_texts_are_refused(
    begun: str, rewrite: Callable[[str, str, str], int], command: str
) -> None:
    prompt = "How many neurons does the layer have, one for every place and output channel?"
    rewrite("toml", f"'{prompt}'", f'"How many $K_{command}$ neurons?"')
    [breach] = check.check(begun, 30).breaches
    assert re.search(r"neurons.toml: \[prompt.neurons\] en: the control character .* between 'How many", breach)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("Range(2, 5)", "Range(5, 2)", r"Range\(first=5, last=2, step=1\) holds nothing"),
        ("Range(2, 5)", "Among()", r"Among\(\) holds nothing"),
        ("3: Level", "7: Level", "its levels are 1, 2, 7"),
        ("version=1", "version=0", "version is 0"),
        ("version=1", "version='1'", "version is '1'"),
        ("import torch\n", "raise SystemExit(0)\n", "level 1, index .*SystemExit"),
        ("\nGIVEN =", "\nraise SystemExit(5)\nGIVEN =", "SystemExit: 5"),
        ("numel()}", "numel().__str__()}", r"measured as \d+ \(int and str\)"),
    ],
)
def test_what_a_module_says_wrongly_is_a_breach(
    begun: str, rewrite: Callable[[str, str, str], int], before: str, after: str, says: str
) -> None:
    rewrite("py", before, after)
    rewrite("py", "import Range, Record", "import Among, Range, Record")
    report = check.check(begun, 30)
    assert re.search(says, " ".join(report.breaches)), report.breaches


def test_a_text_must_be_a_text(begun: str, rewrite: Callable[[str, str, str], int]) -> None:
    rewrite("toml", "en = 'How many neurons does the layer have, one for every place and output channel?'", "en = 5")
    assert "[prompt.neurons] en: 5 is no text" in check.check(begun, 30).breaches[0]


def test_the_report_counts_givens_not_indices(begun: str, rewrite: Callable[[str, str, str], int]) -> None:
    rewrite("py", "1: Level(Record(input=Range(8, 32)", "1: Level(Record(input=Among(20, 20)")
    rewrite("py", "import Range, Record", "import Among, Range, Record")
    report = check.check(begun, 240)
    assert report.distinct < report.accepted == 240


def test_exhausting_looks_at_every_index(begun: str, rewrite: Callable[[str, str, str], int]) -> None:
    """Also where over a thousand in a row are refused, which ends a walk."""
    rewrite("py", "16)))", "16)), lambda given: given.input == 8)")
    family = registry.get(begun)
    small = replace(family, levels={1: family.levels[1]}, few_variants="a test")
    size = family.levels[1].space.size
    every = sum(isinstance(small.draw(1, index), Variant) for index in range(size))
    assert len(take(small, 1, exhaustive=True).variants) == every > 0
    large = replace(family, levels={1: Level(Record(input=Range(8, 10**9), kernel=Among(3), filters=Among(2)))})
    with pytest.raises(UsageError, match="over 1,000,000 points"):
        take(large, 1, exhaustive=True)


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

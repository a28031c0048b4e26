"""The map of the code: who may import whom, what never occurs, what is imported when."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from question_bank import registry
from question_bank.text import FAMILIES

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("question_bank", "grader") for path in (ROOT / folder).rglob("*.py"))
FAMILY_MODULES = [FAMILIES / f"{family}.py" for family in registry.ids()]

FAMILIES_MAY_IMPORT = {"family", "space", "network", "answers", "figures"}
GRADER_MAY_IMPORT = {"errors", "text"}
ENGINE_BELOW_EXAMS = {"exam", "demo", "render.html", "render.markdown", "render.sheet"}


def imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def ours(path: Path) -> set[str]:
    return {name.removeprefix("question_bank.") for name in imports(path) if name.startswith("question_bank")}


@pytest.mark.parametrize("path", FAMILY_MODULES, ids=lambda path: path.stem)
def test_families_import_the_engine_by_its_front_door(path: Path) -> None:
    assert {name.partition(".")[0] for name in ours(path)} <= FAMILIES_MAY_IMPORT
    outside = {name.partition(".")[0] for name in imports(path) if not name.startswith("question_bank")}
    assert outside - set(sys.stdlib_module_names) <= {"sympy", "torch", "numpy"}


@pytest.mark.parametrize("path", FAMILY_MODULES, ids=lambda path: path.stem)
def test_torch_is_imported_by_the_oracle_alone(path: Path) -> None:
    """Inside functions, never at the top; and no function that derives reaches one that measures."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not any("torch" in ast.unparse(node) for node in top)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}

    def reached(name: str, seen: set[str]) -> set[str]:
        if name in seen or name not in functions:
            return seen
        seen.add(name)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Name):
                reached(node.id, seen)
        return seen

    derives, measures = reached("derive", set()), reached("measure", set())
    shared = {name for name in derives & measures if _computes(functions[name])}
    assert not shared, f"derive and measure share {shared}"


def _computes(function: ast.FunctionDef) -> bool:
    """Whether a function does arithmetic; one that only reads the given may serve both sides."""
    return any(isinstance(node, ast.BinOp) for node in ast.walk(function))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    if where.startswith("grader"):
        assert ours(path) <= GRADER_MAY_IMPORT
    assert "cli" not in imports(path)
    if where.startswith(("question_bank/render", "question_bank/lms")) and not where.endswith("show.py"):
        assert not any(name.startswith(("families", "exam", "registry", "family")) for name in ours(path))
    if where.count("/") == 1 and where != "question_bank/demo.py":
        assert not any(name.split(".")[0] in ("exam", "demo") for name in ours(path))


TURNS_TEXT_INTO_CODE = {"eval", "exec", "__import__", "import_module", "lambdify", "parse_expr", "sympify"}
UNPICKLES = {"pickle", "_pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
ALLOWED = {
    # our own formulas become code, and nothing else can get here
    "question_bank/formulas/program.py": {"exec", "sympify"},
    # a formula may be a plain Python number: sympify makes it sympy's; what a family wrote, never a text
    "question_bank/formulas/derivation.py": {"sympify"},
    "question_bank/formulas/exact.py": {"sympify"},
    # numbers that have been read already, and the symbols of a derivation
    "question_bank/formulas/arithmetic.py": {"sympify"},
    # the name of a module is looked up among the families' files first
    "question_bank/registry.py": {"import_module"},
    # the cells of a submission, in a worker that has been locked down
    "grader/worker/cells.py": {"exec"},
    # the libraries that an assignment allows, before any worker is forked
    "grader/worker/zygote.py": {"import_module"},
}


def evaluates(source: str) -> set[str]:
    """What in a piece of code could turn outside text into something that runs, called or only named."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                found |= {name.rpartition(".")[2], name.partition(".")[0]} & (TURNS_TEXT_INTO_CODE | UNPICKLES)
            case ast.ImportFrom(module=str(name)):
                found |= {name.partition(".")[0]} & UNPICKLES
            case ast.Call(func=function):
                found |= {ast.unparse(function)} & {"torch.load", "np.load", "numpy.load", "sympy.S", "S"}
    return found


@pytest.mark.parametrize("path", [*MODULES, ROOT / "cli.py"], ids=lambda path: path.name)
def test_nothing_evaluates_outside_text(path: Path) -> None:
    """No eval, lambdify, import by name or pickle; sympify and exec where only our own formulas come."""
    assert evaluates(path.read_text(encoding="utf-8")) <= ALLOWED.get(path.relative_to(ROOT).as_posix(), set())


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)", "builtins.exec(text)", "sympy.sympify(text)", "f = sympy.sympify", "from sympy import sympify as s",
        "from sympy.parsing.sympy_parser import parse_expr", "import importlib; importlib.import_module(text)",
        "import pickle", "from pickle import loads", "import joblib.numpy_pickle", "torch.load(path)", "sympy.S(text)",
    ],
)  # fmt: skip
def test_evaluation_is_found(source: str) -> None:
    assert evaluates(source)


def loaded(code: str) -> set[str]:
    """The heavy modules that a piece of code pulls in."""
    probe = f"{code}; import sys; print(*(m for m in ('torch', 'sympy', 'pydantic', 'jinja2', 'otter', 'rich', 'matplotlib') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_heavy_libraries_load_only_when_used() -> None:
    assert loaded("import cli") == set()
    assert loaded("from question_bank import registry; registry.catalogue()") == set()
    assert loaded("from question_bank.marking import mark") == set()
    assert loaded("from question_bank import registry; registry.everything()") == {"sympy"}
    assert "sympy" not in loaded("import question_bank.exam.generate")
    assert loaded("import question_bank.exam.analyse") == {"jinja2"}


def test_files_stay_small() -> None:
    """Over 400 lines, a second idea has moved in."""
    assert [path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []

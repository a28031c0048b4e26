"""A paper as a notebook to answer in, with otter's checks beside it, which know the form of an answer and no key.

What is handed in is read as data: the value that stands behind the last `q1_size = ...`. So the checks
also see to it that a value stands there, and no computation.
"""

from collections.abc import Iterator

from grader.jupyter import Cell, notebook
from question_bank.render import markdown
from question_bank.render.figures import picture
from question_bank.render.pdf import plate
from question_bank.render.sheet import Item, Part, Sheet
from question_bank.text import TextTemplate, interface

EXAM = "convmark"
"""The entry of the notebook's metadata that says whose it is."""

_FORMS = {
    "integer": "number", "rational": "number", "real": "number", "between": "number", "shape": "numbers",
    "counts": "numbers", "matrix": "rows", "tensor": "rows", "yes_no": "yes_no",
}  # fmt: skip
_CHECK = '''"""The form of {name}; whether it is right is decided elsewhere."""

import ast
import numbers

from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
FORM = {form!r}
LETTERS = {letters!r}
SAY = {say}


def flat(value):
    """The entries of lists within lists, or of an array."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return [entry for inner in value for entry in flat(inner)] if isinstance(value, (list, tuple)) else [value]


def last_written(env):
    """What stands behind the last `{name} =` that was run; None where that cannot be told."""
    found = None
    for source in env.get("In", []):
        try:
            body = ast.parse(source).body
        except (SyntaxError, ValueError):
            continue
        for line in body:
            if any(getattr(node, "id", "") == {name!r} and isinstance(node.ctx, ast.Store) for node in ast.walk(line)):
                plain = isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == {name!r}
                found = line.value if plain else line
    return found


def is_computed(node):
    """Whether a value has to be computed: it is no number, text, list or call of np.array(...) of such."""
    if isinstance(node, ast.stmt):
        return True
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], (ast.List, ast.Tuple)):
        node = node.args[0]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):  # 3/4 is a fraction as it stands
        return is_computed(node.left) or is_computed(node.right)
    return any(isinstance(each, (ast.Name, ast.Call, ast.Attribute, ast.BinOp)) for each in ast.walk(node))


@test_case(name="answer")
def form(env):
    value = env.get({name!r}, ...)
    assert value is not ..., SAY["blank"]
    if value is None:
        return
    written = last_written(env)
    assert written is None or not is_computed(written), SAY["computed"]
    if isinstance(value, str):
        assert value.strip(), SAY["blank"]
        assert not LETTERS or value.strip().upper() in LETTERS or len(value) > 1, SAY["form"]
    elif FORM == "text":
        raise AssertionError(SAY["form"])
    elif FORM == "yes_no":
        assert isinstance(value, bool), SAY["form"]
    else:
        entries = flat(value)
        assert FORM != "number" or not isinstance(value, (list, tuple)), SAY["form"]
        assert entries and all(isinstance(entry, numbers.Number) for entry in entries), SAY["form"]
'''


def files(sheet: Sheet, key_sha256: str, stem: str) -> Iterator[tuple[str, str]]:
    """The notebook and the checks, by name.

    Args:
        sheet: a paper.
        key_sha256: of the exam; its beginning goes into the notebook.
        stem: of the notebook's name.
    """
    yield f"{stem}.ipynb", _notebook(sheet, key_sha256, stem)
    for item in sheet.items:
        for part in item.parts:
            yield f"tests/{variable(item.number, part.name)}.py", _check(item, part, sheet.language)


def variable(question: str, part: str) -> str:
    """The name of an answer.

    >>> variable("1", "size")
    'q1_size'
    """
    return f"q{question}_{part}"


def _check(item: Item, part: Part, language: str) -> str:
    form = _FORMS.get(part.kind, "text")
    kind = "letter" if part.choices else form
    say = {
        "blank": interface("notebook.blank", language),
        "computed": interface("notebook.computed", language),
        "form": interface(f"notebook.form_{kind}", language),
    }
    letters = "".join(letter for letter, _ in part.choices)
    return _CHECK.format(name=variable(item.number, part.name), form=form, letters=letters, say=repr(say))


def _notebook(sheet: Sheet, key_sha256: str, stem: str) -> str:
    language = sheet.language

    def cells() -> Iterator[Cell]:
        yield "markdown", markdown.heading(sheet)
        yield "markdown", str(interface("notebook.start", language))
        yield "code", f'import otter\n\ngrader = otter.Notebook("{_quoted(stem)}.ipynb")'
        for item in sheet.items:
            figures = {f"{row['kind']}.png": plate.png(picture(row, language)) for row in item.figures}
            yield "markdown", markdown.asked(item, language, lambda row: f"attachment:{row['kind']}.png"), figures
            for part in item.parts:
                name = variable(item.number, part.name)
                if len(item.parts) > 1:
                    yield "markdown", markdown.prompt(part)
                yield "code", f"{name} = ..."
                yield "code", f'grader.check("{name}")'
        said = TextTemplate.of(interface("notebook.hand_in", language))
        yield "markdown", said.fill({"file": f"{stem}.ipynb"}.__getitem__)

    ours = {"schema": 1, "student_id": sheet.student_id, "key": key_sha256[:12]}
    return notebook(cells(), {EXAM: ours})


def _quoted(stem: str) -> str:
    return stem.replace("\\", "\\\\").replace('"', '\\"')

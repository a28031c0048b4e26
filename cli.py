"""The command line: parse, call one stage, print what it gives back, set the exit code.

Exit codes: 0 done; 1 finished, but something failed or was left out; 2 wrong use or bad input,
nothing written; 3 this machine cannot. Heavy modules are imported inside the commands, so that
`--help` and `bank list` answer at once.
"""

import json
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from question_bank.errors import ConvmarkError, MachineError, UsageError

LANGUAGES = click.Choice(["en", "he", "ru", "da"])
LAYERS = click.Choice(["strict", "standard", "basic"])
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


class Commands(click.Group):
    """A group whose errors are one clear message on stderr, never a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and turn what is raised into an exit code."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            return super().main(*args, **kwargs)
        except ConvmarkError as error:
            if error.__cause__ and os.environ.get("CONVMARK_DEBUG"):
                raise
            _complain(str(error))
            sys.exit(error.exit_code)
        except OSError as error:
            _complain(
                str(MachineError(f"{error.filename or 'a file'}: {error.strerror}", "Is there room and permission?"))
            )
            sys.exit(MachineError.exit_code)
        except Exception as error:  # a user never sees a traceback
            if os.environ.get("CONVMARK_DEBUG"):
                raise
            _complain(
                f"a fault of ours: {type(error).__name__}: {error}\n"
                "Please report it with the command you ran; CONVMARK_DEBUG=1 shows where it happened."
            )
            sys.exit(1)


def _complain(message: str) -> None:
    lines = [line[:500] for line in message.splitlines()][:6]
    click.echo(click.style("Error: ", fg="red") + "\n".join(lines), err=True)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on stderr that is gone when the block ends; none without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=None)

    def update(done: int, total: int) -> None:
        bar.start()  # not before: its thread must not run while the oracle's process is forked
        bar.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        bar.stop()


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _read(text: str) -> str:
    """An argument that may name a file (@FILE) or standard input (-)."""
    try:
        if text == "-":
            return sys.stdin.read()
        if text.startswith("@"):
            return Path(text[1:]).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{text} cannot be read: {getattr(error, 'strerror', None) or error}", "Name a text file."
        ) from None
    return text


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="convmark")
def main() -> None:
    """Homework and exams on convolutional networks.

    Every answer is derived by sympy and measured by the real torch layer.

    \b
    Example:
      convmark bank show convolution/output_size --solution
      convmark demo
    """


# --- bank -----------------------------------------------------------------------------------


@main.group(cls=click.Group)
def bank() -> None:
    """The question families: list, show, solve, check them, or begin a new one.

    \b
    Example:
      convmark bank list
    """


@bank.command("list")
@click.option("--topic", help="Only families of this topic.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bank_list(topic: str | None, *, as_json: bool) -> None:
    """List the families.

    \b
    Example:
      convmark bank list --topic convolution
    """
    from question_bank import registry

    rows = [row for row in registry.catalogue() if topic in (None, row["topic"])]
    if topic and not rows:
        topics = sorted({row["topic"] for row in registry.catalogue()})
        raise UsageError(f"there is no topic {topic!r}", f"The topics are {', '.join(topics)}.")
    if as_json:
        _print_json([{name: value for name, value in row.items() if name != "given"} for row in rows])
        return
    for row in rows:
        size = f"{row['size']:,}" if row["size"] < 10**9 else f"{row['size']:.1e}"
        amount = f"{'' if row['size_exact'] else 'over '}{size} variants"
        click.echo(f"{row['id']:<32}{row['title']:<42}{amount:<26}{', '.join(row['answer_kinds'])}")


@bank.command("show")
@click.argument("family")
@click.option("--level", default=1, show_default=True, help="1, 2 or 3.")
@click.option("--key", help='Any text; the same text shows the same variant.  [default: "0"]')
@click.option("--index", type=int, help="An index of the level's space, instead of a key.")
@click.option("--lang", default="en", type=LANGUAGES, show_default=True)
@click.option("--solution", is_flag=True, help="With the answers and the worked solution.")
@click.option(
    "--format", "style", type=click.Choice(["text", "markdown", "html", "json"]), default="text", show_default=True
)
def bank_show(
    family: str, level: int, key: str | None, index: int | None, lang: str, *, solution: bool, style: str
) -> None:
    """Show one variant of a FAMILY.

    \b
    Example:
      convmark bank show convolution/output_size --level 2 --key a --lang da --solution
    """
    if key is not None and index is not None:
        raise UsageError("--key and --index exclude each other", "Give one of them.")
    from question_bank.render import show as render
    from question_bank.show import show

    question, answers = show(family, level=level, key="0" if key is None else key, index=index, language=lang)
    click.echo(render.render(question, answers if solution else None, style), nl=False)


@bank.command("solve")
@click.argument("family", required=False)
@click.option("--given", help="The instance as JSON, @FILE, or - for standard input.")
@click.option("--jsonl", help="A file, or -, with one {family, given} per line; one line out for each.")
@click.option("--steps", is_flag=True, help="Print the worked solution too.")
@click.option("--lang", default="en", type=LANGUAGES, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bank_solve(
    family: str | None, given: str | None, jsonl: str | None, *, steps: bool, lang: str, as_json: bool
) -> None:
    """Answer any instance of a FAMILY.

    \b
    Example:
      convmark bank solve convolution/output_size --given '{"input": [32, 32], "kernel": 5}'
    """
    from question_bank import strict_json
    from question_bank.solve import solve, solve_lines

    if jsonl is not None:
        if family or given is not None:
            raise UsageError("--jsonl names the families itself", "Give FAMILY and --given, or --jsonl alone.")
        try:
            lines = click.open_file(jsonl, encoding="utf-8", errors="replace")
        except OSError as error:
            raise UsageError(f"{jsonl}: {error.strerror}", "Name an existing file.") from None
        solved = True
        with lines:
            for line, good in solve_lines(lines, lang):
                click.echo(line)
                solved &= good
        sys.exit(0 if solved else 1)
    if not family or given is None:
        raise UsageError("solve needs a FAMILY and --given", "See `convmark bank solve --help`.")
    result = solve(family, strict_json.loads(_read(given), "--given"), lang)
    if as_json:
        _print_json(result)
        return
    from question_bank.render.maths.plain import plain_text

    for name, value in result["answers"].items():
        click.echo(f"{name} = {value if isinstance(value, str) else json.dumps(value)}")
    if steps:
        click.echo()
        for step in result["steps"]:
            click.echo(plain_text(step["text"]))


@bank.command("check")
@click.argument("families", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All families.")
@click.option(
    "--variants", default=100, show_default=True, type=click.IntRange(1, 10**6), help="How many of each family."
)
@click.option("--exhaustive", is_flag=True, help="Every variant there is; for small families.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bank_check(families: tuple[str, ...], *, everything: bool, variants: int, exhaustive: bool, as_json: bool) -> None:
    """Hold families against the laws of the bank.

    \b
    Example:
      convmark bank check --all --variants 1000
    """
    from question_bank import check, registry

    if bool(families) == everything:
        raise UsageError("name some families, or give --all", "See `convmark bank check --help`.")
    ids = registry.ids() if everything else [registry.known(family) for family in families]
    reports = []
    with _progress("checking") as progress:
        for number, family in enumerate(ids):
            reports.append(check.check(family, variants, exhaustive=exhaustive))
            if progress:
                progress(number + 1, len(ids))
    if as_json:
        _print_json({"schema": 1, "families": [report.row() for report in reports]})
    else:
        for report in reports:
            click.echo(report.line())
            for breach in report.breaches:
                click.echo(f"  {breach}")
    sys.exit(1 if any(report.breaches for report in reports) else 0)


@bank.command("new")
@click.argument("family")
def bank_new(family: str) -> None:
    """Write a small working family to start from; FAMILY is topic/name.

    \b
    Example:
      convmark bank new convolution/my_family
    """
    from question_bank.new import new

    for path in new(family):
        click.echo(path)
    click.echo(f"Now: convmark bank check {family}; then edit both files, and `make catalogue`.")


# --- exam -----------------------------------------------------------------------------------


@main.group(cls=click.Group)
def exam() -> None:
    """Exams: generate them, export papers, mark what was sent in.

    \b
    Example:
      convmark exam generate midterm.toml --roster class.csv --key @secret.txt --out midterm
    """


@exam.command("generate")
@click.argument("blueprint", type=FILE)
@click.option("--roster", required=True, type=FILE, help="student_id,name,email,language")
@click.option("--key", "secret", required=True, help="The secret that decides about every draw, or @FILE.")
@click.option("--out", required=True, type=FOLDER, help="The exam folder to make.")
@click.option("--extend", is_flag=True, help="Give the roster's new students variants too; nothing else changes.")
@click.option("--sitting", default="A", show_default=True,
              help="A letter; make-up exams are B, C, ...: no variant is in two of them.")  # fmt: skip
@click.option("--no-measure", is_flag=True, help="Do not measure the keys; for trials.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def exam_generate(
    blueprint: Path,
    roster: Path,
    secret: str,
    out: Path,
    *,
    extend: bool,
    sitting: str,
    no_measure: bool,
    as_json: bool,
) -> None:
    """Give every student of a roster a variant of their own, with a sealed key.

    Publish the printed hash before the exam and show key.jsonl after it.

    \b
    Example:
      convmark exam generate midterm.toml --roster class.csv --key @secret.txt --out midterm
    """
    from question_bank.exam import generate

    secret = _read(secret).strip() if secret.startswith("@") else secret
    if len(secret) < generate.SHORTEST_SECRET:
        click.echo(f"Warning: a secret of under {generate.SHORTEST_SECRET} characters can be guessed.", err=True)
    with _progress("drawing") as progress:
        made = generate.generate(
            blueprint, roster, secret, out,
            sitting=sitting, measure=not no_measure, extend=extend, progress=progress,
        )  # fmt: skip
    if made.beyond:
        slots = f"slot{'s' if len(made.beyond) > 1 else ''} {', '.join(map(str, made.beyond))}"
        click.echo(
            f"Warning: {slots} went beyond the variants of sitting {made.sitting};"
            " a make-up exam may meet some of them again.",
            err=True,
        )
    if as_json:
        _print_json(made.row())
        return
    state = "measured" if made.measured else "NOT measured (--no-measure)"
    click.echo(f"{made.folder}: {made.students} students, {made.questions} questions, keys {state}")
    if not made.changed:
        click.echo("The folder held this exam already; nothing was written.")
    click.echo(f"key_sha256 {made.key_sha256}")


@exam.command("preview")
@click.argument("blueprint", type=FILE)
@click.option("--out", type=FILE, help="The page to write.  [default: BLUEPRINT's name with -preview.html]")
@click.option("--lang", type=LANGUAGES, help="One of the blueprint's.  [default: its first]")
def exam_preview(blueprint: Path, out: Path | None, lang: str | None) -> None:
    """Show each slot at its easiest, median and hardest variant, with solutions, as a page.

    Effort is predicted from the derivation: the digits that are handled.

    \b
    Example:
      convmark exam preview midterm.toml --lang he
    """
    from question_bank.exam.preview import preview

    click.echo(preview(blueprint, out or Path(f"{blueprint.stem}-preview.html"), lang))


@exam.command("export")
@click.argument("folder", type=FOLDER)
@click.option(
    "--format",
    "formats",
    required=True,
    help="html, markdown, json, ipynb, tex, pdf, pdf-key, pdf-booklet, moodle, gift, qti12; several split by commas.",
)
@click.option("--out", required=True, type=FOLDER, help="Where papers/, solutions/ and packages go.")
@click.option("--students", help="Only these ids, split by commas.")
@click.option("--assets", type=click.Choice(["inline", "shared"]), default="inline", show_default=True,
              help="Each HTML page by itself, or one folder of styles and fonts for all.")  # fmt: skip
def exam_export(folder: Path, formats: str, out: Path, students: str | None, assets: str) -> None:
    """Write every student's paper and, apart from it, the solutions.

    \b
    html, markdown, json, tex   paper and solutions for each student
    pdf                         a paper to print, with answer boxes and a code on each page
    pdf-booklet                 all papers in one file, for the printer
    pdf-key                     the solutions with the known mistakes, for whoever marks
    ipynb                       a notebook to answer in, with checks of an answer's form
    moodle, gift, qti12         all variants in one file for Moodle, GIFT's readers, Canvas

    Solutions, pdf-key, moodle, gift and qti12 hold the key: keep them to yourself.

    \b
    Example:
      convmark exam export midterm --format html,markdown --out midterm-pages
      convmark exam export midterm --format pdf-booklet,pdf-key --out midterm-print
      convmark exam export midterm --format moodle --out midterm-moodle
    """
    from question_bank.exam import export

    chosen = None if students is None else [student.strip() for student in students.split(",") if student.strip()]
    names = [name.strip() for name in formats.split(",") if name.strip()]
    with _progress("writing") as progress:
        exported = export.export(
            folder, names, out, students=chosen, shared_assets=assets == "shared", progress=progress
        )
    for path in exported.paths:
        click.echo(path)
    for note in exported.notes:
        click.echo(f"Note: {note}", err=True)


@exam.command("mark")
@click.argument("folder", type=FOLDER)
@click.argument("responses", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=FOLDER, help="Where the marks go.")
@click.option("--corrections", type=FILE, help="What was decided after the exam: drop, accept, full_marks.")
@click.option("--template", type=FILE, help="Write the empty table of responses here, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def exam_mark(
    folder: Path,
    responses: Path | None,
    out: Path | None,
    corrections: Path | None,
    template: Path | None,
    *,
    as_json: bool,
) -> None:
    """Mark RESPONSES against an exam FOLDER: a table (student_id,question,part,answer), a folder of the
    notebooks that came back, which are read and never run, or what a quiz gave back as CSV: Moodle's Responses
    report with the question texts, or Canvas's Student Analysis.

    \b
    Example:
      convmark exam mark midterm --template answers.csv
      convmark exam mark midterm answers.csv --out marks
      convmark exam mark midterm returned-notebooks --out marks
      convmark exam mark midterm moodle-responses.csv --out marks
    """
    if template is not None:
        if responses is not None or out is not None or corrections is not None:
            raise UsageError(
                "--template writes the empty table and marks nothing", "Leave RESPONSES and --out, or --template, out."
            )
        from question_bank.exam.responses import write_template

        write_template(folder, template)
        if as_json:
            _print_json({"schema": 1, "template": str(template)})
        else:
            click.echo(template)
        return
    if responses is None or out is None:
        raise UsageError("mark needs RESPONSES and --out, or --template", "See `convmark exam mark --help`.")
    from question_bank.exam import mark

    with _progress("marking") as progress:
        done = mark.mark_exam(folder, responses, out, corrections_path=corrections, progress=progress)
    if as_json:
        _print_json(done.row())
    else:
        for line in done.lines():
            click.echo(line)
    warnings = list(done.warnings())
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)
    sys.exit(1 if warnings else 0)


@exam.command("analyse")
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def exam_analyse(folder: Path, *, as_json: bool) -> None:
    """Analyse the marks in FOLDER: difficulty, discrimination, mistakes, choices, fairness.

    Writes FOLDER/analysis: a page with plots, tables as CSV, all figures as JSON. It holds no names.

    \b
    Example:
      convmark exam mark midterm answers.csv --out marks
      convmark exam analyse marks
    """
    from question_bank.exam import analyse

    done = analyse.analyse(folder)
    if as_json:
        _print_json(done.analysis.row())
    else:
        for line in done.lines():
            click.echo(line)
    if not done.plotted:
        click.echo(analyse.NO_PLOTS, err=True)


# --- assignments and grading ----------------------------------------------------------------


@main.group(cls=click.Group)
def assignment() -> None:
    """Coding assignments: list, show, make and check them.

    \b
    Example:
      convmark assignment check conv2d
    """


@assignment.command("list")
@click.option("--lang", default="en", type=LANGUAGES, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def assignment_list(lang: str, *, as_json: bool) -> None:
    """List the assignments.

    \b
    Example:
      convmark assignment list --lang da
    """
    from grader import assignment as assignments

    found = [assignments.find(slug) for slug in assignments.slugs()]
    if as_json:
        _print_json([it.row() for it in found])
        return
    for it in found:
        points = f"{float(it.points):g} points"
        click.echo(f"{it.slug:<19} {it.title[lang]:<43} {points:<11} {', '.join(task.id for task in it.tasks)}")


@assignment.command("show")
@click.argument("slug", metavar="SLUG")
@click.option("--lang", default="en", type=LANGUAGES, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def assignment_show(slug: str, lang: str, *, as_json: bool) -> None:
    """Show what an assignment asks for: tasks, points, limits, handout.

    SLUG is the name of an assignment, or a path to its folder.

    \b
    Example:
      convmark assignment show conv2d --lang he
    """
    from grader import assignment as assignments

    it = assignments.find(slug)
    if as_json:
        _print_json(it.row())
        return
    click.echo(f"{it.slug}, version {it.version}: {it.title[lang]}")
    click.echo(f"  to write: {', '.join(it.names)}; libraries {', '.join(it.libraries)}; device {it.device}")
    for task in it.tasks:
        after = f" (after {', '.join(task.after)})" if task.after else ""
        points = f"{float(task.points):g} point{'s' * (task.points != 1)}"
        click.echo(f"  {task.id:<19} {points:<11} {task.title[lang]}{after}")
    click.echo(f"  wrong submissions that its tests must catch: {len(it.wrong)}")
    limits = it.limits
    click.echo(
        f"  limits {limits.test_seconds:g} s a test, {limits.wall_seconds:g} s a submission,"
        f" {limits.memory_mb:,} MB, {limits.output_kill_mb} MB of output"
    )
    click.echo(f"  {it.handout(lang)}")


@assignment.command("new")
@click.argument("slug")
@click.option("--in", "folder", type=FOLDER, help="Where to make it.  [default: assignments/ beside cli.py]")
def assignment_new(slug: str, folder: Path | None) -> None:
    """Write a small working assignment to start from.

    \b
    Example:
      convmark assignment new relu
    """
    from grader.assignment import ASSIGNMENTS
    from grader.new import new

    place = folder or ASSIGNMENTS
    for path in new(slug, place):
        click.echo(path)
    click.echo(f"Now: convmark assignment check {slug if folder is None else place / slug}; then edit the files.")


@assignment.command("release")
@click.argument("slug", metavar="SLUG")
@click.option("--out", required=True, type=FOLDER, help="The folder to make.")
@click.option("--lang", default="en", type=LANGUAGES, show_default=True, help="Of the handout and the notebook.")
def assignment_release(slug: str, out: Path, lang: str) -> None:
    """Write what students get: notebook, starter, handout, checks.

    The checks are the visible ones; nothing hidden is in it. They need otter-grader and the assignment's
    libraries, nothing of ours.

    \b
    Example:
      convmark assignment release conv2d --out homework1 --lang da
    """
    from grader import assignment as assignments
    from grader.release import release

    for path in release(assignments.find(slug), out, lang):
        click.echo(path)


@assignment.command("pack")
@click.argument("slug", metavar="SLUG")
@click.option("--for", "machine", required=True, type=click.Choice(["gradescope", "otter"]),
              help="What is to grade with it.")  # fmt: skip
@click.option("--out", required=True, type=FILE, help="The zip to write.")
@click.option("--require", type=LAYERS, help="For gradescope: what must hold there at least.  [default: standard]")
def assignment_pack(slug: str, machine: str, out: Path, require: str | None) -> None:
    """Write a zip that Gradescope or stock otter grades with.

    It holds the hidden tests and the solution, and what they need of ours. On Gradescope a submission is
    graded behind the wall, or not at all. Stock otter has none; convmark grade does.

    \b
    Example:
      convmark assignment pack conv2d --for gradescope --out conv2d.zip
      convmark assignment pack conv2d --for otter --out conv2d.zip
    """
    from grader import assignment as assignments
    from grader.pack import WEAKER, pack

    if machine == "otter" and require:
        raise UsageError("--require is for gradescope", "Leave it out: stock otter has no wall.")
    pack(assignments.find(slug), machine, out, require or "standard")
    click.echo(out)
    if machine == "otter":
        click.echo(f"Warning: {WEAKER}", err=True)
    _warn_of(require or "")


@assignment.command("check")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--all", "everything", is_flag=True, help="All assignments.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Graders at a time.  [default: one a core]")
@click.option("--require", type=LAYERS, default="standard", show_default=True, help="What must hold at least.")
@click.option("--update", is_flag=True, help="Write down which tests each wrong submission fails.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def assignment_check(
    slugs: tuple[str, ...], jobs: int | None, require: str, *, everything: bool, update: bool, as_json: bool
) -> None:
    """Hold assignments against what they declare.

    The solution passes three times, the starter scores 0, every wrong submission fails exactly its
    tasks, and no value test takes a fake for work. Feedback names the mistake of a wrong submission to
    whoever fails the same tests, once --update has written them to mistakes.json.

    \b
    Example:
      convmark assignment check conv2d
    """
    from grader import assignment as assignments
    from grader import check
    from grader.batch import Options

    if bool(slugs) == everything:
        raise UsageError("name some assignments, or give --all", "See `convmark assignment check --help`.")
    reports = []
    for slug in assignments.slugs() if everything else slugs:
        with _progress(f"checking {slug}") as progress:
            options = Options(jobs=jobs or 0, require=require)
            reports.append(check.check(assignments.find(slug), options, progress, update=update))
        if not as_json:
            for line in reports[-1].lines():
                click.echo(line)
    if as_json:
        _print_json({"schema": 1, "assignments": [report.row() for report in reports]})
    sys.exit(1 if any(report.problems for report in reports) else 0)


def _warn_of(require: str) -> None:
    if require == "basic":
        click.echo("Warning: with basic isolation student code may read files and reach the network.", err=True)


class Run(click.Command):
    """`grade SLUG PATH...`, which is called `grade` in its own messages too."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As if it stood where its group stands."""
        return super().make_context("grade", args, parent and parent.parent, **extra)


class Grade(click.Group):
    """`grade SLUG PATH...` itself, and what looks into a folder of results."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Anything that is no command of the group is an assignment to grade."""
        named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named or not args else ["run", *args])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help of grading, and the other commands after it."""
        run = self.commands["run"]
        run.format_help(click.Context(run, info_name="grade", parent=ctx.parent), formatter)
        with formatter.section("What looks into OUT afterwards"):
            others = [(name, each.get_short_help_str(70)) for name, each in self.commands.items() if name != "run"]
            formatter.write_dl(others)


@main.group(cls=Grade, no_args_is_help=True)
def grade() -> None:
    """Grade submissions behind a wall, and look into what came of it."""


@grade.command("run", cls=Run, hidden=True)
@click.argument("slug", metavar="SLUG")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--out", required=True, type=FOLDER, help="The folder of results, also of earlier runs.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Graders at a time.  [default: one a core]")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True,
              help="auto: a GPU, where there is one and the assignment may use it.")  # fmt: skip
@click.option("--require", type=LAYERS, default="standard", show_default=True, help="What must hold at least.")
@click.option("--retry-ungraded", is_flag=True, help="Those again that a fault of ours left ungraded.")
@click.option("--regrade", is_flag=True, help="All of them again; earlier attempts stay in the ledger.")
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(1, 100),
              help="Times that each is graded; what changes is flagged.")  # fmt: skip
@click.option("--rebuild-ledger", is_flag=True, help="Make a damaged or lost ledger from the results files.")
@click.option("--lang", default="en", type=LANGUAGES, show_default=True, help="Of the feedback pages.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grade_run(
    slug: str, paths: tuple[Path, ...], out: Path, jobs: int | None, device: str, require: str, repeat: int, lang: str,
    *, retry_ungraded: bool, regrade: bool, rebuild_ledger: bool, as_json: bool,
) -> None:  # fmt: skip
    """Grade submissions to SLUG (an assignment, or its folder).

    PATH is a .ipynb, .py or .zip, or a folder of these and of subfolders, one for each submission.
    Run again, it grades what is new or changed, and completes what was interrupted.

    \b
    Example:
      convmark grade conv2d submissions --out results
    """
    from grader import assignment as assignments
    from grader import gpu
    from grader.batch import Options
    from grader.batch import grade as grade_all
    from grader.escaping import line

    it = assignments.find(slug)
    if device == "cuda" and it.device != "cuda":
        raise UsageError(f"{it.slug} runs on the CPU alone", "Leave --device out.")
    if device == "auto":
        device = gpu.best() if it.device == "cuda" and require != "strict" else "cpu"
        if device == "cuda":
            click.echo(f"Grading on {gpu.names(gpu.devices())}; --device cpu grades on the CPU.", err=True)
    _warn_of(require)
    options = Options(
        jobs=jobs or 0, require=require, device=device, retry_ungraded=retry_ungraded, regrade=regrade, repeat=repeat,
        rebuild_ledger=rebuild_ledger, language=lang,
    )  # fmt: skip
    with _progress("grading") as progress:
        graded = grade_all(it, paths, out, options, progress)
    if as_json:
        _print_json(graded.row())
    else:
        for text in graded.lines():
            click.echo(text)
        click.echo(out / "gradebook.csv")
    for name in map(line, graded.ungraded):
        see = shlex.join(["convmark", "grade", "show", str(out), name])
        click.echo(f"Warning: {name} could not be graded; see: {see}", err=True)
    sys.exit(1 if graded.ungraded else 0)


@grade.command("status")
@click.argument("folder", type=FOLDER, metavar="OUT")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grade_status(folder: Path, *, as_json: bool) -> None:
    """List what OUT holds, by submission.

    \b
    Example:
      convmark grade status results
    """
    from grader import results_folder
    from grader.report.results import document

    slug, attempts = results_folder.results(folder)
    if as_json:
        _print_json({"schema": 1, "assignment": slug, "submissions": [document(it) for it in attempts.values()]})
        return
    for line in results_folder.overview(slug, attempts.values()):
        click.echo(line)


@grade.command("show")
@click.argument("folder", type=FOLDER, metavar="OUT")
@click.argument("submission", metavar="ID")
@click.option("--replay", metavar="TEST", help="Run this test again, in the same sandbox, and print what it found.")
@click.option("--from", "path", type=click.Path(path_type=Path), help="For --replay: where the submission lies now.")
@click.option("--require", type=LAYERS, default="standard", show_default=True,
              help="For --replay: what must hold at least.")  # fmt: skip
@click.option("--device", type=click.Choice(["cpu", "cuda"]), help="For --replay.  [default: what it was graded on]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grade_show(
    folder: Path, submission: str, replay: str | None, path: Path | None, require: str, device: str | None,
    *, as_json: bool,
) -> None:  # fmt: skip
    """Say why a submission has the score that it has.

    For people of the course only: it names hidden tests, and --replay says what they asked for.

    \b
    Example:
      convmark grade show results 1001
      convmark grade show results 1001 --replay 'hidden/test_values.py::test_one_pixel'
    """
    from grader import results_folder
    from grader.report.results import document

    if replay is None and path is not None:
        raise UsageError("--from is for --replay", "Name a test with --replay, or leave --from out.")
    if replay is not None:
        _warn_of(require)
        again = results_folder.replay(folder, submission, replay, path, require, device)
        lines, row = again.lines(), again.row()
    else:
        shown = results_folder.show(folder, submission)
        lines, row = shown.lines(), document(shown.attempt)
    if as_json:
        _print_json(row)
        return
    for line in lines:
        click.echo(line)


@grade.command("override")
@click.argument("folder", type=FOLDER, metavar="OUT")
@click.argument("submission", metavar="ID")
@click.option("--task", required=True, help="The task's id.")
@click.option("--points", help="What it is to have, such as 2, 2.5 or 7/3.")
@click.option("--withdraw", is_flag=True, help="Take an earlier override of the task back.")
@click.option("--by", required=True, help="Who decided.")
@click.option("--reason", required=True, help="Why, for the record.")
def grade_override(
    folder: Path, submission: str, task: str, points: str | None, by: str, reason: str, *, withdraw: bool
) -> None:
    """Set the points of a task by hand.

    What is set is appended to the ledger, kept through regrades, and settles a flagged submission.

    \b
    Example:
      convmark grade override results 1001 --task values --points 4 --by 'A. Lund' --reason 'read by hand'
    """
    from grader import results_folder

    if (points is None) == (not withdraw):
        raise UsageError("an override sets points or withdraws them", "Give --points, or --withdraw.")
    given = None if points is None else results_folder.points_in(points)
    attempt = results_folder.override(folder, submission, task, given, by=by, reason=reason)
    click.echo(next(results_folder.table([attempt], header=False)))


@grade.command("triage")
@click.argument("folder", type=FOLDER, metavar="OUT")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grade_triage(folder: Path, *, as_json: bool) -> None:
    """Group the submissions by what they failed, the largest group first.

    \b
    Example:
      convmark grade triage results
    """
    from grader import results_folder

    groups = results_folder.triage(folder)
    if as_json:
        _print_json({"schema": 1, "groups": [group.row() for group in groups]})
        return
    if not groups:
        click.echo("No submission failed a test.")
    for group in groups:
        for line in group.lines():
            click.echo(line)


@main.command("report")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--format",
    "kind",
    required=True,
    help="Where the grades go.",
    type=click.Choice(["canvas", "moodle", "gradescope", "github-classroom"]),
)
@click.option("--out", required=True, type=FOLDER, help="Where the files go.")
@click.option("--template", type=FILE, help="Canvas: the export of its gradebook.")
@click.option("--column", help="Canvas: the assignment's column in the template.")
@click.option("--by", help="Canvas: the column of the template that holds the student ids.")
@click.option("--scale", is_flag=True, help="Canvas: bring the points to those possible there.")
@click.option(
    "--out-of",
    type=float,
    help="Moodle: the maximum of the grade item; 100 where it is not said.",
)
def report(folder: Path, kind: str, out: Path, **options: Any) -> None:
    """Write the grades in DIR for where the course keeps them.

    DIR is what `exam mark --out` or `grade --out` wrote. Who has no grade yet, or is nowhere to be found,
    is named and left out, and the exit code is 1.

    canvas fills one column of the gradebook that you exported there. moodle is a table for its grade import.
    gradescope writes a results.json for each student; github-classroom the variables that its reporter reads.

    \b
    Example:
      convmark report marks --format canvas --template gradebook.csv --column Midterm --out grades
      convmark report results --format moodle --out grades
    """
    from grader import file_names, ledger_file, results_folder
    from grader.report.results import document
    from question_bank.exam import aside, grades
    from question_bank.lms.grades import of_results, render

    if (folder / ledger_file.NAME).exists():
        found = [of_results(document(each)) for each in results_folder.results(folder)[1].values()]
    else:
        found = grades.read(folder)
    made = render(found, kind, file_names.file_name, **options)
    for name, content in made.files.items():
        aside.data(out / name, content)
    for name in sorted({name.partition("/")[0] for name in made.files}):
        click.echo(out / name)
    for note in made.notes:
        click.echo(f"Note: {note}", err=True)
    for line in made.left_out:
        click.echo(f"Left out: {line}", err=True)
    sys.exit(1 if made.left_out else 0)


@main.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--assignment", "slug", required=True, help="The assignment, or its folder.")
@click.option("--lang", default="en", type=LANGUAGES, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_(file: Path, slug: str, lang: str, *, as_json: bool) -> None:
    """Try a FILE as it would be handed in.

    Does it load, does it define what is asked for, how do the visible tests end? Nothing that is hidden
    is run. Exit code 1 when it would not pass all of them.

    \b
    Example:
      convmark check conv2d.ipynb --assignment conv2d
    """
    from grader import assignment as assignments
    from grader import trial

    tried = trial.check(file, assignments.find(slug))
    if as_json:
        _print_json(tried.row())
    else:
        for line in tried.lines(lang):
            click.echo(line)
    sys.exit(0 if tried.passed else 1)


@main.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor_(*, as_json: bool) -> None:
    """Say what this machine can enforce around student code, and which programs it has.

    Every layer is tried in a real worker. Exit code 3 when less holds than grading asks for.

    \b
    Example:
      convmark doctor
    """
    from grader import doctor

    told = doctor.doctor()
    if as_json:
        _print_json(told)
    else:
        for line in doctor.lines(told):
            click.echo(line)
    sys.exit(0 if told["isolation"] in ("standard", "strict") else MachineError.exit_code)


@main.command("demo")
@click.option("--out", type=FOLDER, default=Path("convmark-demo"), show_default=True)
def demo(out: Path) -> None:
    """Play the whole line on a shipped class of twelve.

    \b
    Example:
      convmark demo --out /tmp/convmark-demo
    """
    from grader.demo import play as play_grading
    from question_bank.demo import play

    for line in play(out):
        click.echo(line)
    for line in play_grading(out / "grading"):
        click.echo(line)


if __name__ == "__main__":
    main()

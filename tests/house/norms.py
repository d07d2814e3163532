"""The norms of the house, each a function from one file to what it does wrong there."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator

from tests.house.sources import Function, Source

FILE_WALLS = {".py": 400, ".html": 150, ".css": 400, ".js": 250, ".mjs": 250}
FUNCTION_WALL = 50
ARGUMENT_WALL = 5
FREE_ARGUMENTS = {"self", "cls", "by", "at", "key"}
MOCKS_A_TEST = 0.05
TEST_TO_CODE = 1.2

CLOCK_READS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "timezone.now",
    "timezone.localtime",
    "time.time",
    "time.time_ns",
}
MAY_READ_THE_CLOCK = ("src/backline/config/", "src/backline/engine/clock.py", "src/backline/engine/loop.py")
MAY_IMPORT_LATE = re.compile(r"src/backline/config/(cli\w*\.py|commands/|asgi\.py|wsgi\.py)")
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K|NotImplemented[E]rror)\b")
SILENCERS = re.compile(r"#\s*(type:\s*ignore|noqa|pragma:\s*no|pyright:|mypy:|ruff:\s*no)", re.I)
SKIPS = re.compile(r"mark\.(skip|xfail)|pytest\.(skip|xfail|importorskip)\(")
MOCKS = re.compile(r"\bpatch(\.\w+)?\(|Mock\(|mocker\.|monkeypatch\.setattr")
TESTS = re.compile(r"^\s*(?:async )?def test_", re.M)
REFERENCE = re.compile(r"{%\s*(extends|include)\s+(\S+)")
NUMBERS = "src/backline/core/calendar/"
"""The one part of the core that may use numpy: it answers for a million moments at once."""
NO_LAW = {"asyncio", "email", "http", "logging", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "urllib"}

Norm = Callable[[Source], Iterator[str]]


def file_wall(source: Source) -> Iterator[str]:
    """No file past its wall."""
    wall = FILE_WALLS.get(source.suffix)
    if wall and source.lines > wall:
        yield f"{source.name}: {source.lines} lines, the wall is {wall}"


def function_wall(source: Source) -> Iterator[str]:
    """No function past its wall."""
    for node in source.functions:
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION_WALL:
            yield f"{_place(source, node)}: {length} lines, the wall is {FUNCTION_WALL}"


def argument_wall(source: Source) -> Iterator[str]:
    """At most five arguments besides self, by, at and key; more are a value object."""
    for node in source.functions:
        count = sum(argument.arg not in FREE_ARGUMENTS for argument in _arguments(node))
        if count > ARGUMENT_WALL and not source.in_tests:
            yield f"{_place(source, node)}: {count} arguments, the wall is {ARGUMENT_WALL}"


def typed(source: Source) -> Iterator[str]:
    """Every argument and every result has a type."""
    for node in source.functions:
        bare = [
            argument.arg
            for argument in _arguments(node)
            if not argument.annotation and argument.arg not in {"self", "cls"}
        ]
        if bare or node.returns is None:
            yield f"{_place(source, node)}: without a type: {', '.join(bare) or 'the result'}"


def opening_sentence(source: Source) -> Iterator[str]:
    """Every module opens with a sentence that says what it is for."""
    if source.text.strip() and not (ast.get_docstring(source.tree) or "").strip():
        yield f"{source.name}: opens without a sentence"


def finished(source: Source) -> Iterator[str]:
    """Nothing is left for later in the code."""
    yield from _lines(source, UNFINISHED, "unfinished")


def not_silenced(source: Source) -> Iterator[str]:
    """No checker is told to look away."""
    yield from _lines(source, SILENCERS, "a checker is silenced")


def not_skipped(source: Source) -> Iterator[str]:
    """No test is skipped, but for real data that is not there."""
    if source.in_tests:
        for found in _lines(source, SKIPS, "a test is skipped"):
            if "shared" not in source.text.splitlines()[int(found.split(":")[1]) - 1]:
                yield found


def not_asleep(source: Source) -> Iterator[str]:
    """No test waits for time to pass."""
    if source.in_tests:
        for line, name in source.calls():
            if name.rpartition(".")[2] == "sleep":
                yield f"{source.name}:{line}: a test waits"


def brings_its_time(source: Source) -> Iterator[str]:
    """The clock is read in `config` and by the engine's loop only; everybody else is told the moment."""
    if source.in_tests or source.name.startswith(MAY_READ_THE_CLOCK):
        return
    for line, name in source.calls():
        if name in CLOCK_READS:
            yield f"{source.name}:{line}: reads the clock ({name}); take the moment as an argument"


def imports_at_the_top(source: Source) -> Iterator[str]:
    """No import inside a function, but in `AppConfig.ready` and the command line."""
    if source.in_tests or MAY_IMPORT_LATE.match(source.name):
        return
    for function in source.functions:
        if function.name == "ready" and source.name.endswith("/apps.py"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{source.name}:{node.lineno}: an import inside {function.name}"


def plain_law(source: Source) -> Iterator[str]:
    """The core imports itself, what of the standard library touches nothing outside, and numpy in one place."""
    if source.room != "core":
        return
    known = sys.stdlib_module_names | ({"numpy"} if source.name.startswith(NUMBERS) else frozenset())
    for node in ast.walk(source.tree):
        for name in _imported(node):
            first = name.partition(".")[0]
            if not name.startswith("backline.core") and (first not in known or first in NO_LAW):
                yield f"{source.name}: the core imports {name}"


def own_templates(source: Source) -> Iterator[str]:
    """A template extends and includes only its own room's and look's, by their written names."""
    for number, line in enumerate(source.text.splitlines(), 1):
        for tag, target in REFERENCE.findall(line):
            if not re.fullmatch(rf"[\"'](#[\w-]+|({source.room}|look)/[\w/.#-]+)[\"']", target):
                yield f"{source.name}:{number}: {tag} {target} is not of this room or look"


def in_its_folder(source: Source) -> Iterator[str]:
    """A room's templates lie in a folder of the room's name, so that no two rooms can share one."""
    if source.room and f"src/backline/{source.room}/templates/{source.room}/" not in source.name:
        yield f"{source.name}: does not lie in templates/{source.room}/"


PYTHON: tuple[Norm, ...] = (
    file_wall,
    function_wall,
    argument_wall,
    typed,
    opening_sentence,
    finished,
    not_silenced,
    not_skipped,
    not_asleep,
    brings_its_time,
    imports_at_the_top,
    plain_law,
)
TEMPLATES: tuple[Norm, ...] = (file_wall, finished, own_templates, in_its_folder)
ASSETS: tuple[Norm, ...] = (file_wall, finished)


def mocks(sources: list[Source]) -> float:
    """How many mocks there are a test."""
    tests = [source.text for source in sources if source.in_tests]
    return sum(len(MOCKS.findall(text)) for text in tests) / max(sum(len(TESTS.findall(text)) for text in tests), 1)


def tests_to_code(sources: list[Source]) -> float:
    """How many lines of tests there are a line of code."""
    code = sum(source.lines for source in sources if source.name.startswith("src/"))
    return sum(source.lines for source in sources if source.in_tests) / max(code, 1)


def _lines(source: Source, pattern: re.Pattern[str], what: str) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if pattern.search(line):
            yield f"{source.name}:{number}: {what}"


def _place(source: Source, node: Function) -> str:
    return f"{source.name}:{node.lineno} {node.name}"


def _arguments(node: Function) -> list[ast.arg]:
    more = [one for one in (node.args.vararg, node.args.kwarg) if one]
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, *more]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []

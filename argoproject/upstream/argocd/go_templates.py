"""Go templates as ApplicationSets have them: what a text consists of, or why Argo CD cannot parse it.

`go_render` evaluates what is parsed here. Source: Go 1.26, text/template/parse (lex.go and parse.go); argo-cd v3.5,
applicationset/utils/utils.go `Replace`. A test compares both with Argo CD's own code. Not accepted here: named
templates (`define`, `block`, `template`), `break` and `continue`, complex numbers, and characters in single quotes,
which Go reads as numbers.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NoReturn, TypeAlias

from argoproject.upstream.argocd.go_functions import CHANGING, FUNCTIONS
from argoproject.upstream.argocd.go_values import TemplateError

__all__ = ["Argument", "Block", "Command", "Node", "Pipe", "parse"]


def _fail(message: str, remedy: str) -> NoReturn:
    raise TemplateError(message, remedy)


@dataclass(frozen=True, slots=True)
class Argument:
    """One operand, with the fields that are read of it: `.path.basename`, `$x.name`, `"text"`, `(lower .x)`."""

    kind: Literal["field", "variable", "function", "value", "pipe"]
    value: Any
    """The variable's or function's name, the value, or the `Pipe`; None for a field of the current element."""

    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A function with its arguments, or a single operand."""

    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands of which each gets the result of the one before, perhaps assigned to variables."""

    variables: tuple[str, ...]
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """`if`, `with` or `range`, with both of its branches."""

    kind: str
    pipe: Pipe
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


Node: TypeAlias = str | Pipe | Block
"""A literal text, a value that is printed, or a block."""

MOST_NESTED = 50
"""Levels of blocks and parentheses. Go has no limit; real templates have three."""

MOST_LOOPS = 2
"""Levels of `range`: with more, a short template could run for hours in the controller that all teams share."""

_SPACE = " \t\r\n"
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r'|(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)'
    r"|(?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9A-Za-z_.]))"
    r"|(?P<field>\.[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<variable>\$[A-Za-z0-9_]*)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<dot>\.)"
    r"|(?P<sign>:=|[=|(),])"
)
_AFTER_NAME = re.compile(r"[ \t\r\n.,|:)(]|-?\}\}|\Z")
"""What may follow a field, a variable or a word (`atTerminator`)."""

_ESCAPE = re.compile(
    r"\\(?![abfnrtv\"]|x[0-7][0-9a-fA-F]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|[01][0-7]{2})"
)
"""A backslash that begins no escape which Go and Python read in the same way."""

_RIGHT = re.compile(r"\}\}|[ \t\r\n]-\}\}")
"""The end of an action; `-}}` also removes the blanks after it."""

_FASTTEMPLATE = re.compile(r"\s*([A-Za-z_][\w./-]*)(?:\[(\d+)\])?\s*\Z")
"""`path.basename` or `path[0]`: a field in the syntax before Go templates."""

_KEYWORDS = frozenset(
    {"block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"}
)
_REFUSED = ("block", "break", "continue", "define", "template")
"""Keywords of Go that are not accepted here."""

_Token: TypeAlias = tuple[str, str]


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[Node, ...]:
    """The parts of a text with templates.

    Raises:
        TemplateError: Argo CD would not parse it.
    """
    return _Parser(_parts(text)).whole()


def _parts(text: str) -> Iterator[str | list[_Token]]:
    """The literal texts and the actions of a text, without comments, and without blanks that `-` removes."""
    at, trimmed = 0, False
    while True:
        start = text.find("{{", at)
        literal = text[at:] if start < 0 else text[at:start]
        if trimmed:
            literal = literal.lstrip(_SPACE)
        if start < 0:
            yield literal
            return
        at = start + 2
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] in tuple(_SPACE):
            literal, at = literal.rstrip(_SPACE), at + 2
        yield literal
        if text.startswith("/*", at):
            at = text.find("*/", at) + 2  # 1 where the comment has no end
            right = _RIGHT.match(text, at) if at > 1 else None
            if right is None:
                _fail("a comment is not closed", "end it with */}}")
        else:
            tokens, right = _tokens(text, at)
            yield tokens
        at, trimmed = right.end(), "-" in right[0]


def _tokens(text: str, start: int) -> tuple[list[_Token], re.Match[str]]:
    """The tokens of an action, and the end of it."""
    tokens: list[_Token] = []
    at = start
    while True:
        if right := _RIGHT.match(text, at):
            return tokens, right
        match = _TOKEN.match(text, at)
        kind = match.lastgroup or "" if match else ""
        closed = kind not in ("field", "variable", "word") or (
            match is not None and _AFTER_NAME.match(text, match.end())
        )
        if match is None or not closed:
            _refuse_character(text, start, at if match is None else match.end())
        tokens.append((kind, match[0]))
        at = match.end()


def _refuse_character(text: str, start: int, at: int) -> NoReturn:
    """Raise the most helpful error for a character that begins no token."""
    end = text.find("}}", start)
    if at >= len(text) or end < 0:
        _fail("a template is not closed", "end it with }}")
    _refuse_fasttemplate(text[start:end])
    sign = text[at]
    if sign == "'":
        _fail("single quotes are for one character, a number to Go", 'write "…" with double quotes')
    if sign == '"':
        _fail("a text in a template is not closed", 'end it with "')
    remedy = "write for example {{ .name }} or {{ .name | lower }}"
    if sign == "-":
        remedy = 'write a field with a hyphen as {{ index . "a-b" }}'
    _fail(f"the character {sign!r} has no meaning in a template", remedy)


def _refuse_fasttemplate(action: str) -> None:
    """Refuse `{{path.basename}}`, the syntax of ApplicationSets without Go templates."""
    match = _FASTTEMPLATE.match(action)
    if match is None or match[1] in FUNCTIONS or match[1] in _KEYWORDS:
        return
    steps = match[1].split(".")
    if match[2]:
        path = f"{match[1]}.segments" if steps[-1] == "path" else match[1]
        spelling = f"index .{path} {match[2]}"
    elif steps[-1] == "path" and len(steps) <= 2:
        spelling = f".{match[1]}.path"
    else:
        plain = next((i for i, step in enumerate(steps) if "-" in step), len(steps))
        if steps[:1] == ["metadata"] and len(steps) > 3:
            plain = 2
        spelling = "." + ".".join(steps[:plain])
        if plain < len(steps):
            spelling = f'index {spelling} "{".".join(steps[plain:])}"'
    message = f"{{{{{action}}}}} is the syntax of ApplicationSets without `goTemplate`"
    _fail(message, f"write {{{{ {spelling} }}}}")


class _Parser:
    """Reads nodes from the parts of a text, one action after the other."""

    def __init__(self, parts: Iterator[str | list[_Token]]) -> None:
        self._parts = parts
        self._tokens: Sequence[_Token] = ()
        self._at = 0
        self._variables = ["$"]
        self._depth = 0
        self._loops = 0

    def whole(self) -> tuple[Node, ...]:
        nodes, end = self._nodes()
        if end:
            _fail(f"{{{{ {end} }}}} has no beginning", "remove it, or add {{ if … }}")
        return nodes

    def _nodes(self) -> tuple[tuple[Node, ...], str]:
        """Nodes up to `else` or `end`, which is not read any further, and which of both it is."""
        nodes: list[Node] = []
        for part in self._parts:
            if isinstance(part, str):
                nodes += [part] if part else []
                continue
            self._tokens, self._at = part, 0
            kind, word = self._peek()
            if kind != "word" or word not in _KEYWORDS:
                nodes.append(self._pipe("end"))
                continue
            self._next()
            if word in ("else", "end"):
                return tuple(nodes), word
            nodes.append(self._block(word))
        return tuple(nodes), ""

    def _block(self, kind: str) -> Block:
        if kind in _REFUSED:
            _fail(
                f"{{{{ {kind} }}}} is not accepted here", "write the template out where it is used"
            )
        scope = len(self._variables)
        self._deeper()
        self._loops += kind == "range"
        if self._loops > MOST_LOOPS:
            _fail(f"more than {MOST_LOOPS} loops inside each other", "name a list of the generator")
        pipe = self._pipe("end", of_range=kind == "range")
        then, end = self._nodes()
        otherwise: tuple[Node, ...] = ()
        if end == "else":
            if self._peek() == ("word", kind) and kind != "range":
                word = kind
                self._next()
                otherwise, end = (self._block(word),), "end"
            else:
                self._refuse_rest("else")
                otherwise, end = self._nodes()
        elif end:
            self._refuse_rest("end")
        if end != "end":
            _fail(f"{{{{ {kind} … }}}} is not closed", "end it with {{ end }}")
        del self._variables[scope:]
        self._depth -= 1
        self._loops -= kind == "range"
        return Block(kind, pipe, then, otherwise)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            _fail(f"the template is nested more than {MOST_NESTED} levels deep", "write it flat")

    def _pipe(self, end: str, *, of_range: bool = False) -> Pipe:
        """The commands of an action, or of what is in parentheses."""
        declared = self._declared(2 if of_range else 1)
        commands = [self._command(end)]
        while self._peek() == ("sign", "|"):
            self._next()
            commands.append(self._command(end))
        if end == "end" and self._peek()[0]:
            _fail(f"{self._peek()[1]!r} is not expected in a template", "remove it")
        if end == ")" and self._next() != ("sign", ")"):
            _fail("a parenthesis is not closed", "add )")
        for command in commands[1:]:
            first = command.arguments[0]
            if first.kind == "value" or (first.kind == "field" and not first.fields):
                _fail("only a function can get the value before `|`", "write {{ .name | lower }}")
        self._variables += declared
        return Pipe(declared, tuple(commands))

    def _declared(self, most: int) -> tuple[str, ...]:
        """The variables that a pipe sets: `$x :=`, `$x =`, and `$i, $x :=` of a range."""
        begin, names = self._at, []
        while self._peek()[0] == "variable":
            names.append(self._next()[1])
            if self._peek() != ("sign", ",") or len(names) == most:
                break
            self._next()
        sign = self._peek()
        if not names or sign not in (("sign", ":="), ("sign", "=")):
            self._at = begin
            return ()
        self._next()
        for name in names:
            if sign[1] == "=" and name not in self._variables:
                _fail(f"there is no variable {name}", f"write {name} := …")
        if "$" in names:
            _fail(
                "$ is reserved for all values of the element",
                "name the variable, for example $name",
            )
        return tuple(names)

    def _command(self, end: str) -> Command:
        arguments: list[Argument] = []
        while self._peek()[0] and self._peek() not in (("sign", "|"), ("sign", ")")):
            arguments.append(self._operand())
            kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
            if kind not in ("", "space") and text not in ("|", ")"):
                _fail(f"{text!r} is not expected in a template", "write a blank between arguments")
        if not arguments:
            where = "before )" if end == ")" else "in a template"
            _fail(f"a value is missing {where}", "write for example {{ .name }}")
        if arguments[0] == Argument("value", None):
            _fail("nil is not a function", "write a field or a function")
        if len(arguments) > 1 and arguments[0].kind == "value":
            _fail(
                "a text or a number is not a function", "write a function first: {{ lower .name }}"
            )
        return Command(tuple(arguments))

    def _operand(self) -> Argument:
        kind, text = self._next()
        match kind:
            case "field":
                found = Argument("field", None, (text[1:],))
            case "dot":
                found = Argument("field", None)
            case "variable":
                if text not in self._variables:
                    _fail(f"there is no variable {text}", f"set it before: {{{{ {text} := … }}}}")
                found = Argument("variable", text)
            case "word":
                found = self._word(text)
            case "text" | "number":
                found = Argument("value", _unquoted(text) if kind == "text" else _number(text))
            case _ if text == "(":
                self._deeper()
                found = Argument("pipe", self._pipe(")"))
                self._depth -= 1
            case _:
                _fail(f"{text!r} is not expected in a template", "remove it")
        fields = list(found.fields)
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "field":
            fields.append(self._next()[1][1:])
        if fields and (found.kind == "value" or kind == "dot"):
            _fail("a text, a number or . has no fields", "write .name, or $.name")
        return Argument(found.kind, found.value, tuple(fields))

    def _word(self, text: str) -> Argument:
        if text in ("true", "false", "nil"):
            return Argument("value", {"true": True, "false": False, "nil": None}[text])
        if text in CHANGING:
            message = f"{text} has another result each time that Argo CD generates"
            _fail(message, "take the value from the generator")
        if text in FUNCTIONS:
            return Argument("function", text)
        _refuse_fasttemplate("".join(item for _, item in self._tokens))
        if text in ("env", "expandenv", "getHostByName"):
            message = f"templates have no function {text}: it would expose the host of Argo CD"
            _fail(message, "take the value from the generator")
        _fail(f"templates have no function {text!r}", _near(text))

    def _peek(self) -> _Token:
        """The next token but for blanks; empty at the end of the action."""
        at = self._at
        while at < len(self._tokens) and self._tokens[at][0] == "space":
            at += 1
        return self._tokens[at] if at < len(self._tokens) else ("", "")

    def _next(self) -> _Token:
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "space":
            self._at += 1
        if self._at >= len(self._tokens):
            return "", ""
        self._at += 1
        return self._tokens[self._at - 1]

    def _refuse_rest(self, word: str) -> None:
        if self._peek()[0]:
            _fail(f"{self._peek()[1]!r} is not expected after {word}", "remove it")


def _near(word: str) -> str:
    """The remedy for a function that does not exist."""
    lower = {name.lower(): name for name in FUNCTIONS}
    match = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return f"did you mean {lower[match[0]]}?" if match else f"write a field as .{word}"


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1].replace("\r", "")
    if _ESCAPE.search(text.replace("\\\\", "")):
        _fail("a text in a template has an unknown escape", r"write \\ for a backslash")
    return str(ast.literal_eval(text))


def _number(text: str) -> int | float:
    try:
        number = int(text, 0)
    except ValueError:
        return float(text)
    if abs(number) >= 2**63:
        _fail(f"{text} is too large a number", "write it as a text")
    return number

"""Expressions in jq that name fields of an object, as `ignoreDifferences` has them.

Argo CD compiles `del(<expression>)` with gojq v0.12.19. If that fails, the whole comparison fails, and the Application
stays in the state Unknown. `check_jq` reads the part of jq that names fields; what it accepts, gojq compiles.
No library reads it: the jq program computes constants while it compiles, and `"x" * 1000000000` would fill the memory.

Source: argo-cd v3.5.7, util/argo/normalizers/diff_normalizer.go (`NewIgnoreNormalizer`), and gojq, parser.go.y.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import lru_cache

from argoproject.problems import Mistake, counted, without_logins

__all__ = ["as_jq", "check_jq"]

_FUNCTION = re.compile(
    r"(?:abs|add|all|any|arrays|ascii_downcase|ascii_upcase|booleans|ceil|empty|explode|first|flatten|floor"
    r"|from_entries|fromdate|fromjson|implode|iterables|keys|keys_unsorted|last|length|ltrim|max|min|not|nulls|numbers"
    r"|objects|paths|recurse|reverse|round|rtrim|scalars|sort|sqrt|strings|to_entries|toboolean|todate|tojson|tonumber"
    r"|tostring|trim|type|unique|utf8bytelength|values)/0"
    r"|(?:IN|add|all|any|capture|contains|del|endswith|first|flatten|getpath|group_by|has|in|index|indices|inside"
    r"|isempty|join|last|ltrimstr|map|map_values|match|max_by|min_by|nth|paths|pick|recurse|rindex|rtrimstr|scan|select"
    r"|sort_by|split|splits|startswith|test|unique_by|walk|with_entries)/1"
    r"|(?:IN|all|any|capture|gsub|limit|match|nth|recurse|scan|split|splits|sub|test)/2|(?:gsub|sub)/3"
)
"""Functions by name and number of arguments that select and compare. Those that only read other input, or that could
run without end, are left out."""

_FIELD = re.compile(r"(?:empty|first|last)/0|(?:getpath|nth)/1")
"""Functions whose result is a field of their input."""

_SAME = re.compile(
    r"(?:arrays|booleans|iterables|nulls|numbers|objects|recurse|scalars|strings|values)/0|select/1|recurse/[12]"
)
"""Functions whose result can be their input itself."""

_ARGUMENT = re.compile(r"(?:first|last)/1|(?:limit|nth)/2")
"""Functions whose result is that of their last argument."""

# Argo CD writes `)` after the expression, so a comment needs the end of its line.
_TOKEN = re.compile(
    r"(?:\s|#[^\n\\]*\n)*(?:(?P<string>\"(?:[^\"\\\x00-\x1f]|\\[\"\\/bfnrt]|\\u[0-9a-fA-F]{4}|\\\((?:[0-9]+|\.(?:[A-Za-z_]\w*)?)\))*\")"
    r"|(?P<field>\.[A-Za-z_]\w*)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))|(?P<variable>\$[A-Za-z_]\w*)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>\.\.|\?//|//|==|!=|<=|>=|[-.\[\](){}|,:;?<>+*/%]))",
    re.ASCII,
)
_KEYWORD = re.compile(
    r"and|or|if|then|elif|else|end|as|def|reduce|foreach|try|catch|label|import|include|__loc__"
)
_OPERATORS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("==", "!=", "<", ">", "<=", ">="),
    ("+", "-"),
    ("*", "/", "%"),
)
"""Operators of a value, the weakest first. Comparisons are not chained."""

_LENGTH = 1000
_DEPTH = 20
"""Brackets inside each other, so that the reader does not run out of its stack."""

_KIND = (".kind", '."kind"', '.["kind"]')
_REMEDY = 'write for example .spec.replicas or .spec.containers[] | select(.name == "web").image'


class _Names(IntEnum):
    """What an expression names of its input."""

    VALUE = 0
    """Nothing: it computes a value."""

    WHOLE = 1
    """Fields, or the input itself."""

    FIELDS = 2


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """What is wrong in the expression."""


@lru_cache(maxsize=1024)
def check_jq(text: str) -> Mistake | None:
    """Why a text is not a jq expression that names fields; None if it is one.

    Example:
        `.spec.replicas`, `.spec.template.spec.containers[] | select(.name == "proxy") | .image`.
    """
    if len(text) > _LENGTH:
        message = f"the expression has {len(text)} characters, at most {_LENGTH} are read"
        return Mistake("jq-path", message, "write several expressions")
    try:
        names = _Expression(text).whole()
    except _Refused as reason:
        message = f"{reason}: what does not compile keeps the whole Application from being compared"
        return Mistake("jq-path", message, _hint(text) or _REMEDY)
    if names is _Names.FIELDS and text.strip() not in _KIND:
        return None
    message = "the expression computes a value instead of naming fields: nothing would be ignored"
    remedy = _REMEDY
    if names is not _Names.VALUE:
        message = "without the fields that this names, the Application could not be compared"
        remedy = (
            'begin with the field below which to search, as in .spec | .. | select(.name? == "web")'
        )
    return Mistake("jq-path", message, remedy)


def _hint(text: str) -> str:
    """The remedy for the forms of other languages: JSONPath, JSON pointers and bare names. Empty if it is none."""
    if text.startswith("/"):
        return f"write it in `jsonPointers`, or {as_jq(text.strip('/').split('/'))}"
    fixed = re.sub(r"^\$\.?", ".", text).replace("[*]", "[]")
    quoted = re.sub(r"\.([A-Za-z_]\w*(?:-\w+)+)", r'."\1"', fixed, flags=re.ASCII)
    for candidate in (fixed, f".{fixed}", quoted):
        try:
            if candidate != text and _Expression(candidate).whole() is _Names.FIELDS:
                return f"write {candidate}"
        except _Refused:
            continue
    return ""


class _Expression:
    """Reads one expression. Each method returns what it has read, by what that names of its input."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _Refused(f"{without_logins(text[at:].strip())[:20]!r} is not jq")
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind]))
            at = found.end()
        self.at = 0
        self.depth = 0
        self.variables: list[str] = []

    def whole(self) -> _Names:
        """The whole expression."""
        result = self.pipe()
        if self.at < len(self.tokens):
            self.refuse()
        return result

    def pipe(self) -> _Names:
        """`a | b`."""
        self.depth += 1
        if self.depth > _DEPTH:
            raise _Refused(f"more than {_DEPTH} brackets are inside each other")
        result = self.comma()
        while self.taken("|"):
            below = self.comma()
            result = max(result, below) if result and below else _Names.VALUE
        self.depth -= 1
        return result

    def comma(self) -> _Names:
        """`a, b`."""
        result = self.alternative()
        while self.taken(","):
            result = min(result, self.alternative())
        return result

    def alternative(self) -> _Names:
        """`a // b`."""
        result = self.operation(0)
        while self.taken("//"):
            result = min(result, self.operation(0))
        return result

    def operation(self, level: int) -> _Names:
        """Operators of one level between those of the next."""
        if level == len(_OPERATORS):
            return self.postfix()
        result = self.operation(level + 1)
        while self.taken(*_OPERATORS[level]):
            self.operation(level + 1)
            result = _Names.VALUE
            if "==" in _OPERATORS[level]:
                break
        return result

    def postfix(self) -> _Names:
        """A term with the fields and indices that follow it."""
        if self.taken("-"):
            self.postfix()
            return _Names.VALUE
        result = self.term()
        while True:
            kind, text = self.next()
            if text == "as":
                return self.bound()
            if kind != "field" and text not in ("?", "[", "."):
                return result
            after = self.tokens[self.at + 1 : self.at + 3]
            named = text != "[" or [item[0] for item in after] == ["string", "sign"]
            below = _Names.FIELDS if result and text != "?" and named else result
            if text != "[":
                self.at += 1
                kind, text = self.next() if text == "." else ("", "")
            if text == "[":
                self.index()
            elif kind == "string":
                self.at += 1
            elif text:
                self.refuse()
            result = below

    def bound(self) -> _Names:
        """`as $x | b`, after its value."""
        self.expect("as")
        kind, text = self.next()
        if kind != "variable":
            self.refuse()
        self.at += 1
        self.expect("|")
        self.variables.append(text)
        result = self.pipe()
        self.variables.pop()
        return result

    def index(self) -> None:
        """`[]`, `[0]`, `["name"]`, `[1:2]`."""
        self.expect("[")
        if self.taken("]"):
            return
        if not self.taken(":"):
            self.pipe()
            if self.taken("]"):
                return
            self.expect(":")
            if self.taken("]"):
                return
        self.pipe()
        self.expect("]")

    def term(self) -> _Names:
        """A field, a literal, a function, or what is in brackets."""
        kind, text = self.next()
        nested: Mapping[str, Callable[[], _Names]] = {
            "(": self.group,
            "[": self.array,
            "if": self.condition,
        }
        literal = kind in ("string", "number") or text in ("null", "true", "false")
        if not literal and kind != "field" and text not in (".", "..", *nested, *self.variables):
            return self.function() if kind == "word" else self.refuse()
        self.at += 1
        if text in nested:
            return nested[text]()
        if text == "." and self.next()[0] == "string":
            self.at += 1
            return _Names.FIELDS
        if kind == "field":
            return _Names.FIELDS
        return _Names.WHOLE if text in (".", "..") else _Names.VALUE

    def group(self) -> _Names:
        """`(a)`, after its bracket."""
        result = self.pipe()
        self.expect(")")
        return result

    def array(self) -> _Names:
        """`[a]`, after its bracket."""
        if not self.taken("]"):
            self.pipe()
            self.expect("]")
        return _Names.VALUE

    def condition(self) -> _Names:
        """`if a then b elif c then d else e end`, after its `if`."""
        self.pipe()
        self.expect("then")
        result = self.pipe()
        if self.taken("elif"):
            return min(result, self.condition())
        other = self.pipe() if self.taken("else") else _Names.WHOLE
        self.expect("end")
        return min(result, other)

    def function(self) -> _Names:
        """A call."""
        name = self.next()[1]
        if _KEYWORD.fullmatch(name):
            self.refuse()
        self.at += 1
        arguments: list[_Names] = []
        if self.taken("("):
            arguments.append(self.pipe())
            while self.taken(";"):
                arguments.append(self.pipe())
            self.expect(")")
        whole = f"{name}/{len(arguments)}"
        if not _FUNCTION.fullmatch(whole):
            number = f" with {counted(len(arguments), 'argument')}" if arguments else ""
            raise _Refused(f"there is no function {name}{number} for fields")
        if _ARGUMENT.fullmatch(whole):
            return arguments[-1]
        if _SAME.fullmatch(whole):
            return _Names.WHOLE
        return _Names.FIELDS if _FIELD.fullmatch(whole) else _Names.VALUE

    def next(self) -> tuple[str, str]:
        """The next token, and what kind of token it is; two empty texts at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def taken(self, *signs: str) -> bool:
        """Whether the next token is one of these signs or words; then it is taken."""
        kind, text = self.next()
        if kind in ("sign", "word") and text in signs:
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        """Take a sign or word, which has to be there."""
        if not self.taken(sign):
            self.refuse(f", `{sign}` is missing")

    def refuse(self, instead: str = "") -> _Names:
        """Refuse the next token."""
        text = self.next()[1]
        raise _Refused(
            f"{text!r} cannot be here{instead}"
            if text
            else f"the expression ends too early{instead}"
        )


def as_jq(parts: list[str]) -> str:
    """The parts of a pointer as a jq expression: `.spec.containers[].image`."""
    text = ""
    for part in parts:
        name = part.replace("~1", "/").replace("~0", "~")
        if name in ("*", "-"):
            text += "[]"
        elif name.isdecimal():
            text += f"[{name}]"
        else:
            name = re.sub(r"\[\*?\]", "[]", name)
            plain = re.fullmatch(r"[A-Za-z_]\w*(?:\[\])?", name, re.ASCII)
            text += f".{name}" if plain else f'."{name}"'
    return text

"""The functions of Go templates: the types of their arguments, and their results as far as they are computed here.

Of a function that is not computed the result is `Unknown.ANY`, or `Unknown.TEXT`. Source: sprig 3.3.0; argo-cd v3.5,
applicationset/utils/template_functions.go.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from argoproject.upstream.argocd.go_values import (
    EXACT,
    PARTLY,
    TYPE_NAMES,
    Open,
    TemplateError,
    Unknown,
    fits,
    refuse_foreign,
)

__all__ = ["CHANGING", "FUNCTIONS", "call"]

_SIGNATURES = """\
abbrev:is abbrevboth:iis add1:a add1f:a add:a* addf:a* adler32sum:s ago:a all:a* and:aa* any:a* append:aa atoi:s
b32dec:s b32enc:s b64dec:s b64enc:s base:s bcrypt:s biggest:aa* buildCustomCert:ss call:aa* camelcase:s cat:a*
ceil:a chunk:ia clean:s coalesce:a* compact:a concat:a* contains:ss date:sa date_in_zone:sas date_modify:s?
dateInZone:sas dateModify:s? decryptAES:ss deepCopy:a deepEqual:aa default:aa* derivePassword:?ssss dict:a*
dig:a* dir:s div:aa divf:aa* duration:a durationRound:a empty:a encryptAES:ss eq:aa* ext:s fail:s first:a
float64:a floor:a fromJson:s fromYaml:s fromYamlArray:s ge:aa genCA:si genCAWithKey:sis genPrivateKey:s
genSelfSignedCert:slli genSelfSignedCertWithKey:sllis genSignedCert:slli? genSignedCertWithKey:slli?s get:ms
gt:aa has:aa hasKey:ms hasPrefix:ss hasSuffix:ss hello: html:a* htmlDate:a htmlDateInZone:as htpasswd:ss
indent:is index:aa* initial:a initials:s int64:a int:a isAbs:s join:sa js:a* kebabcase:s keys:m* kindIs:sa
kindOf:a last:a le:aa len:a list:a* lower:s lt:aa max:aa* maxf:aa* merge:mm* mergeOverwrite:mm* min:aa* minf:aa*
mod:aa mul:aa* mulf:aa* must_date_modify:s? mustAppend:aa mustChunk:ia mustCompact:a mustDateModify:s?
mustDeepCopy:a mustFirst:a mustFromJson:s mustHas:aa mustInitial:a mustLast:a mustMerge:mm*
mustMergeOverwrite:mm* mustPrepend:aa mustPush:aa mustRegexFind:ss mustRegexFindAll:ssi mustRegexMatch:ss
mustRegexReplaceAll:sss mustRegexReplaceAllLiteral:sss mustRegexSplit:ssi mustRest:a mustReverse:a mustSlice:aa*
mustToDate:ss mustToJson:a mustToPrettyJson:a mustToRawJson:a mustUniq:a mustWithout:aa* ne:aa nindent:is
normalize:s nospace:s not:a now: omit:ms* or:aa* osBase:s osClean:s osDir:s osExt:s osIsAbs:s pick:ms* pluck:sm*
plural:ssi prepend:aa print:a* printf:sa* println:a* push:aa quote:a* randAlpha:i randAlphaNum:i randAscii:i
randBytes:i randInt:ii randNumeric:i regexFind:ss regexFindAll:ssi regexMatch:ss regexQuoteMeta:s
regexReplaceAll:sss regexReplaceAllLiteral:sss regexSplit:ssi repeat:is replace:sss rest:a reverse:a round:aif*
semver:s semverCompare:ss seq:i* set:msa sha1sum:s sha256sum:s sha512sum:s shuffle:s slice:aa* slugify:a*
snakecase:s sortAlpha:a split:ss splitList:ss splitn:sis squote:a* sub:aa subf:aa* substr:iis swapcase:s
ternary:aab title:s toDate:ss toDecimal:a toJson:a toPrettyJson:a toRawJson:a toString:a toStrings:a toYaml:a
trim:s trimall:ss trimAll:ss trimPrefix:ss trimSuffix:ss trunc:is tuple:a* typeIs:sa typeIsLike:sa typeOf:a
uniq:a unixEpoch:? unset:ms until:i untilStep:iii untitle:s upper:s urlJoin:m urlParse:s urlquery:a* uuidv4:
values:m without:aa* wrap:is wrapWith:iss
"""
"""The functions with the types of their arguments: `s` text, `i` whole number, `f` number, `b` truth value, `m` map,
`l` list, `a` anything, `?` what only functions give; the last may be repeated where `*` follows. Source: sprig 3.3.0,
functions.go, without `env`, `expandenv` and `getHostByName`; argo-cd v3.5, applicationset/utils/utils.go; the builtins
of Go's text/template."""

FUNCTIONS = dict(item.split(":") for item in _SIGNATURES.split())
"""The signature of each function by its name: `{"lower": "s", "trunc": "is", "cat": "a*"}`."""

CHANGING = frozenset({
    "ago", "bcrypt", "date", "date_in_zone", "dateInZone", "encryptAES", "genCA", "genCAWithKey",
    "genPrivateKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert",
    "genSignedCertWithKey", "htmlDate", "htmlDateInZone", "htpasswd", "now", "randAlpha", "randAlphaNum",
    "randAscii", "randBytes", "randInt", "randNumeric", "shuffle", "uuidv4",
})  # fmt: skip
"""Functions with another result each time. Argo CD generates again after each change and every few minutes: a name made
of one would leave Applications without end, any other text would never be in sync."""

_SELECTING = ("index", "get", "hasKey", "dig")
"""Functions whose result is foreign text only if the selected part is."""

_COMPARING = ("eq", "ne", "contains", "hasPrefix", "hasSuffix")
"""Functions that may read foreign text: their result is a boolean, so that none of it is printed."""


LARGEST = 1_000
"""Items or characters that a function may make of a number."""

_SIZED = {"indent": 1, "nindent": 1, "repeat": 1, "seq": 3, "until": 1, "untilStep": 3}
"""How many of the first arguments of a function are numbers of items or characters."""

_WIDTH = re.compile(r"(?<!%)%[-+# 0]*(\d+|\*)")


def call(name: str, values: list[Any]) -> Any:
    """The result of a function.

    Args:
        name: One of `FUNCTIONS`.
        values: Its arguments, of which some may be unknown.

    Raises:
        TemplateError: Argo CD would fail because of the number or the types of the arguments; or the result would be
            made of foreign text.
    """
    if name in _COMPARING:
        values = [Unknown.TEXT if value is Unknown.FOREIGN else value for value in values]
    elif name not in _SELECTING or Unknown.FOREIGN in values:
        refuse_foreign(values)
    signature = FUNCTIONS[name]
    repeated = signature.endswith("*")
    types = signature.rstrip("*")
    # The signature of `eq` in text/template needs one argument, its execution two.
    least = 2 if name == "eq" else len(types) - repeated
    if len(values) < least or (not repeated and len(values) > len(types)):
        number = f"{least} or more" if repeated else str(len(types))
        message = f"{name} takes {number} arguments, got {len(values)}"
        raise TemplateError(message, f"write a field of that name as .{name}")
    for at, value in enumerate(values):
        kind = types[min(at, len(types) - 1)]
        if not fits(kind, value):
            raise TemplateError(
                f"{name} needs {TYPE_NAMES[kind]}", "convert it, for example with toString"
            )
    _refuse_size(name, values)
    if name in PARTLY:
        return PARTLY[name](values)
    known = all(not isinstance(item, Unknown | Open) for item in values)
    if known and name in _COMPUTED:
        return _COMPUTED[name](*values)
    return Unknown.TEXT if name in _GIVES_TEXT else Unknown.ANY


def _refuse_size(name: str, values: list[Any]) -> None:
    """Refuse what could become larger than the memory of the controller, which all teams share.

    Raises:
        TemplateError: A number of items or characters is unknown, or above `LARGEST`.
    """
    if name == "printf":
        form = values[0] if isinstance(values[0], str) else "%*d"
        numbers: list[Any] = [Unknown.ANY if it == "*" else int(it) for it in _WIDTH.findall(form)]
    else:
        numbers = values[: _SIZED.get(name, 0)]
    for number in numbers:
        if not isinstance(number, int) or abs(number) > LARGEST:
            message = f"{name} could fill the memory of Argo CD, which all teams share"
            raise TemplateError(message, f"write a number up to {LARGEST:,} into the template")


def _normalize(text: str) -> Any:
    lower = re.sub(r"[^-a-z0-9.]", "-", text.lower())
    return lower[:253].strip("-.") if text.isascii() else Unknown.TEXT


def _printf(form: str, *values: Any) -> Any:
    if form.count("%s") != form.count("%") or form.count("%s") != len(values):
        return Unknown.TEXT
    if not all(isinstance(item, str) for item in values):
        return Unknown.TEXT
    return form % values


def _trunc(number: int, text: str) -> Any:
    if not text.isascii():
        return Unknown.TEXT
    if number < 0:
        return text[number:] if -number < len(text) else text
    return text[:number]


# Only letters: xstrings treats digits, other characters and runs of capitals by rules that are not repeated here.
_WORDS = re.compile(r"(?:[A-Z]?[a-z]+)(?:[-_ ]?[A-Z]?[a-z]+)*")
_WORD = re.compile(r"[A-Z]?[a-z]+")


def _words(text: str, join: Callable[[str], str]) -> Any:
    """A text of plain words in another form. Those with digits, other signs or capitals side by side are not computed.

    Source: github.com/huandu/xstrings 1.5.0, convert.go. `{{ kebabcase "ShopApi_eu" }}` is `shop-api-eu`.
    """
    return join(text) if _WORDS.fullmatch(text) else Unknown.TEXT


def _joined(sign: str) -> Callable[[str], Any]:
    return lambda text: _words(text, lambda it: sign.join(_WORD.findall(it)).lower())


def _substr(start: int, end: int, text: str) -> Any:
    if not text.isascii() or start < 0 or start > len(text) or 0 <= end < start:
        return Unknown.TEXT
    return text[start:] if end < 0 else text[start:end]


def _of_texts(function: Callable[..., str]) -> Callable[..., Any]:
    """A function of plain texts; of others it is not computed."""
    # Printable ASCII without `"` and `\`, which `quote` escapes.
    plain = re.compile(r"[ !#-\[\]-~]*")
    return lambda *values: (
        function(values)
        if all(isinstance(item, str) and plain.fullmatch(item) for item in values)
        else Unknown.TEXT
    )


def _of_numbers(function: Callable[..., int]) -> Callable[..., Any]:
    """A function of whole numbers, whose result is exact."""

    def compute(*values: Any) -> Any:
        whole = [item for item in values if type(item) in (int, float) and item == int(item)]
        if len(whole) != len(values):
            return Unknown.ANY
        result = function(*map(int, whole))
        return result if abs(result) < EXACT else Unknown.ANY

    return compute


def _indented(count: int, text: str, before: str = "") -> Any:
    if not 0 <= count < 100:
        return Unknown.TEXT
    pad = " " * count
    return before + pad + text.replace("\n", "\n" + pad)


def _digest(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _of_ascii(function: Callable[[str], str]) -> Callable[[str], Any]:
    return lambda text: function(text) if text.isascii() else Unknown.TEXT


_COMPUTED: Mapping[str, Callable[..., Any]] = {
    "lower": _of_ascii(str.lower),
    "upper": _of_ascii(str.upper),
    "trim": _of_ascii(lambda text: text.strip(" \t\n\v\f\r")),
    "trimPrefix": lambda prefix, text: text.removeprefix(prefix),
    "trimSuffix": lambda suffix, text: text.removesuffix(suffix),
    "replace": lambda old, new, text: text.replace(old, new) if old else Unknown.TEXT,
    "contains": lambda part, text: part in text,
    "hasPrefix": lambda prefix, text: text.startswith(prefix),
    "hasSuffix": lambda suffix, text: text.endswith(suffix),
    "splitList": lambda sign, text: text.split(sign) if sign else Unknown.ANY,
    "trunc": _trunc,
    "kebabcase": _joined("-"),
    "snakecase": _joined("_"),
    "camelcase": lambda text: _words(
        text, lambda it: "".join(part[:1].upper() + part[1:] for part in re.split("[-_ ]", it))
    ),
    "title": _of_ascii(
        lambda text: re.sub("(?<![A-Za-z0-9_])[a-z]", lambda match: match[0].upper(), text)
    ),
    "nospace": _of_ascii(lambda text: re.sub(r"[ \t\n\v\f\r]", "", text)),
    "trimAll": lambda signs, text: text.strip(signs) if signs else text,
    "repeat": lambda count, text: text * count if 0 <= count < 100 else Unknown.TEXT,
    "substr": _substr,
    "indent": _indented,
    "nindent": lambda count, text: _indented(count, text, "\n"),
    "quote": _of_texts(lambda values: " ".join(f'"{item}"' for item in values)),
    "squote": _of_texts(lambda values: " ".join(f"'{item}'" for item in values)),
    "cat": _of_texts(" ".join),
    "sha256sum": _digest("sha256"),
    "sha1sum": _digest("sha1"),
    "b64enc": lambda text: base64.b64encode(text.encode()).decode(),
    "len": lambda value: (
        len(value)
        if isinstance(value, list | dict) or (isinstance(value, str) and value.isascii())
        else Unknown.ANY
    ),
    "add": _of_numbers(lambda *values: sum(values)),
    "sub": _of_numbers(lambda first, second: first - second),
    "mul": _of_numbers(lambda *values: math.prod(values)),
    "add1": _of_numbers(lambda value: value + 1),
    "int": _of_numbers(lambda value: value),
    "normalize": _normalize,
    "printf": _printf,
    "toString": lambda value: value if isinstance(value, str) else Unknown.TEXT,
    "list": lambda *values: list(values),
    "first": lambda value: value[0] if isinstance(value, list) and value else Unknown.ANY,
    "last": lambda value: value[-1] if isinstance(value, list) and value else Unknown.ANY,
    "join": lambda sign, value: (
        sign.join(value)
        if isinstance(value, list) and all(isinstance(item, str) for item in value)
        else Unknown.TEXT
    ),
}
"""Functions of known arguments that Python computes as Go and sprig do."""

_TEXTS = """lower upper trim trimPrefix trimSuffix trimAll replace trunc normalize slugify printf print quote squote
toString toJson toYaml join title kebabcase nospace camelcase snakecase sha256sum sha1sum b64enc indent nindent repeat
substr cat"""
_GIVES_TEXT = frozenset(_TEXTS.split())
"""Functions whose result is a text, although it is not computed here."""

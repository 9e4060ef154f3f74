"""The smallest things a schedule file says, each read into the value it means, with its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, Strict, WithJsonSchema

from chalicelib.core.closures import Closure, parse_closure
from chalicelib.core.dates import parse_date, parse_date_range
from chalicelib.core.decide import PRODUCTION_WORDS
from chalicelib.core.durations import parse_duration
from chalicelib.core.localtime import zone
from chalicelib.core.windows import LONG_KEYS, Window, describe, long_window, parse_window
from chalicelib.entrypoints.schedule_file import known
from chalicelib.entrypoints.schedule_file.document import WrittenInt

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,3}(-[a-z]+)+-[0-9]")
_PERCENT = re.compile(r"([0-9]{1,3})%")
_SHARE = re.compile(r"(?:([0-9]{1,3})\.\.)?([0-9]{1,3})%")
_INSTANCE_TYPE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+")
_AWS_ZONE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)+[a-z]")
_SPAN = re.compile(r"(?:([0-9]{1,5})\.\.)?([0-9]{1,5})")
_CURRENCY = re.compile(r"[A-Z]{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _text(value: object, example: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value} is not text; write e.g. {example}")
    return value


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        near = re.sub(r"[^a-z0-9]+", "-", text.lower())[:63].strip("-") or "orders-qa"
        what = f'"{text}" is not a name: lowercase letters, digits and hyphens, at most 63'
        raise ValueError(f"{what}; write {near}")
    return text


def _resource_key(text: str) -> str:
    if not _KEY.fullmatch(text):
        what = f'"{text}" cannot name a resource: letters, digits, hyphens and underscores, at most 63'
        raise ValueError(f"{what}; write e.g. database")
    return text


def _account(value: object) -> str:
    if isinstance(value, WrittenInt):
        number = value.written.replace("_", "")
        raise ValueError(f'account {value.written} is read as a number, not as text; write "{number}"')
    if not (isinstance(value, str) and _ACCOUNT.fullmatch(value)):
        raise ValueError(f'"{value}" is not an account; write its 12 digits in quotes, e.g. "111122223333"')
    return value


def _region(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise ValueError(f'"{text}" is not a Region; write its code, e.g. eu-central-1')
    return text


def _stage(text: str) -> str:
    if text.lower() in PRODUCTION_WORDS:
        remedy = "remove this file, or write the right stage, e.g. qa"
        raise ValueError(f"stage {text} is production, which Curfew never stops; {remedy}")
    return text


def _zone(text: str) -> str:
    return zone(text).key


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise ValueError(f'"{text}" is not a currency; write its three capital letters, e.g. USD')
    return text


def _duration(value: object) -> timedelta:
    if isinstance(value, WrittenInt):
        raise ValueError(f"{value} has no unit; write {value}m for minutes or {value}h for hours")
    return parse_duration(_text(value, "2h30m"))


def _some_time(span: timedelta) -> timedelta:
    if not span:
        raise ValueError("a duration of nothing ends at once; write a longer one, e.g. 2h")
    return span


def _day(value: object) -> date:
    return parse_date(_text(value, "2026-11-01"))


def _dates(value: object) -> tuple[date, date]:
    return parse_date_range(_text(value, "2026-12-24..2027-01-01"))


def _window(value: object) -> Window:
    if isinstance(value, Mapping):
        return long_window(value)
    return parse_window(_text(value, '"mon-fri 08:00-20:00"'))


def _closed_window(window: Window) -> Window:
    if window.begins is None or window.ends is None:
        raise ValueError(f'"{describe(window)}" is open on one side; write both, e.g. "mon-fri 07:00-22:00"')
    return window


def _closure(value: object) -> Closure:
    if not isinstance(value, Mapping):
        raise ValueError(f"{value} is not a closure; write e.g. {{country: AE}}")
    return parse_closure(value)


def _with_percent_sign(value: object, example: str) -> str:
    if isinstance(value, WrittenInt):
        raise ValueError(f"{value} has no percent sign; write {value}%")
    return _text(value, example)


def _percent(value: object) -> int:
    match = _PERCENT.fullmatch(_with_percent_sign(value, "90%"))
    if match is None or not 1 <= int(match[1]) <= 100:
        raise ValueError(f'"{value}" is not a percentage; write 1% to 100%, e.g. 90%')
    return int(match[1])


def _share(value: object) -> tuple[int, int]:
    match = _SHARE.fullmatch(_with_percent_sign(value, "0..80%"))
    low, high = (int(match[1] or match[2]), int(match[2])) if match else (1, 0)
    if not low <= high <= 100:
        raise ValueError(f'"{value}" is not a share; write a percentage or a range, e.g. 80% or 0..80%')
    return low, high


def _span(value: object) -> tuple[int, int]:
    match = _SPAN.fullmatch(str(value))
    low, high = (int(match[1] or match[2]), int(match[2])) if match else (0, 0)
    if not 1 <= low <= high:
        raise ValueError(f'"{value}" is not a span; write from and to, e.g. 4..8')
    return low, high


def _above(value: object) -> int:
    """A number, or a percentage; which of the two is told apart by what it is for."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return int(value)
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 100:
        raise ValueError(f"{value} is not a limit; write e.g. 20% for cpu, 5 for connections")
    return int(match[1])


def _https(text: str) -> str:
    if not text.startswith("https://"):
        raise ValueError(f'"{text}" is not an https address; write https://...')
    return text


def _http(text: str) -> str:
    if not re.match(r"https?://[^/\s]+", text):
        raise ValueError(f'"{text}" is not an address; write http://... or https://...')
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError(f'"{text}" is not an e-mail address; write e.g. orders@example.com')
    return text


def _arn(text: str) -> str:
    if not text.startswith("arn:"):
        raise ValueError(f'"{text}" is not an ARN; write e.g. arn:aws:iam::111122223333:role/curfew')
    return text


def _texts(value: object) -> object:
    if isinstance(value, str):
        raise ValueError(f"{value} is not a list; write [{value}]")
    return value


def _count(value: object) -> object:
    """YAML's true is no number, though Python counts with it."""
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is not a number; write a whole number, e.g. 2")
    return value


def _instance_type(text: str) -> str:
    if not _INSTANCE_TYPE.fullmatch(text):
        raise ValueError(f'"{text}" is not an instance type; write e.g. m6i.large')
    return text


def _zones(value: object) -> object:
    if value == "all":
        return value
    if not isinstance(value, list) or not value or not all(_AWS_ZONE.fullmatch(str(each)) for each in value):
        raise ValueError(f'"{value}" is neither all nor a list of zones; write all, or e.g. [eu-central-1a]')
    return tuple(value)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, list | tuple) else [value]


def _schema(kind: str = "string", **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **more})


_LONG_WINDOW = {"type": "object", "properties": {key: {} for key in LONG_KEYS}, "additionalProperties": False}
_DURATION_SCHEMA = _schema(pattern="^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$", examples=["2h30m"])
_CLOSURE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "country": {"type": "string", "description": "ISO 3166 code", "examples": ["AE"]},
        "subdivision": {"type": "string", "examples": ["BY"]},
        "categories": {"type": "array", "items": {"type": "string"}, "examples": [["public"]]},
        "dates": {"type": "string", "description": "inclusive", "examples": ["2026-12-24..2027-01-01"]},
        "reason": {"type": "string", "examples": ["code freeze"]},
        "ical": {
            "type": "string",
            "description": "a file beside this one, or an https address",
            "examples": ["holidays.ics"],
        },
    },
    "oneOf": [{"required": ["country"]}, {"required": ["dates"]}, {"required": ["ical"]}],
    "additionalProperties": False,
}

Slug = Annotated[str, AfterValidator(_slug), _schema(pattern=f"^{_SLUG.pattern}$")]
ResourceKey = Annotated[str, AfterValidator(_resource_key)]
Account = Annotated[str, PlainValidator(_account), AfterValidator(known.known_account), _schema(pattern="^[0-9]{12}$")]
AccountNumber = Annotated[str, AfterValidator(_account)]
Region = Annotated[str, AfterValidator(_region), _schema(examples=["eu-central-1"])]
Stage = Annotated[str, AfterValidator(_stage)]
TeamName = Annotated[str, AfterValidator(known.known_team)]
ListedTeam = Annotated[str, AfterValidator(known.listed_team)]
KindName = Annotated[str, AfterValidator(known.known_kind)]
CalendarName = Annotated[str, AfterValidator(known.known_calendar)]
ZoneName = Annotated[str, AfterValidator(_zone)]
Duration = Annotated[timedelta, PlainValidator(_duration), _DURATION_SCHEMA]
SomeTime = Annotated[Duration, AfterValidator(_some_time)]
Day = Annotated[date, PlainValidator(_day), _schema(pattern="^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$")]
DateRange = Annotated[tuple[date, date], PlainValidator(_dates), _schema(examples=["2026-12-24..2027-01-01"])]
WindowEntry = Annotated[Window, PlainValidator(_window), WithJsonSchema({"anyOf": [{"type": "string"}, _LONG_WINDOW]})]
ClosedWindow = Annotated[WindowEntry, AfterValidator(_closed_window)]
Windows = Annotated[
    tuple[WindowEntry, ...],
    BeforeValidator(_listed),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"anyOf": [{"type": "string"}, _LONG_WINDOW]}}]}
    ),
]
ClosureEntry = Annotated[Closure, PlainValidator(_closure), WithJsonSchema(_CLOSURE_SCHEMA)]
Count = Annotated[int, BeforeValidator(_count)]
LightSize = Annotated[Count, Field(ge=1, examples=[4])]
Percent = Annotated[int, PlainValidator(_percent), _schema(pattern="^[0-9]{1,3}%$")]
Share = Annotated[tuple[int, int], PlainValidator(_share), _schema(pattern=r"^([0-9]{1,3}\.\.)?[0-9]{1,3}%$")]
Span = Annotated[
    tuple[int, int],
    PlainValidator(_span),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": r"^([0-9]+\.\.)?[0-9]+$"}]}
    ),
]
Above = Annotated[
    int,
    PlainValidator(_above),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,3}%$"}]}),
]
Currency = Annotated[str, AfterValidator(_currency), _schema(pattern="^[A-Z]{3}$")]
HttpsAddress = Annotated[str, AfterValidator(_https)]
HttpAddress = Annotated[str, AfterValidator(_http)]
Email = Annotated[str, AfterValidator(_email)]
Arn = Annotated[str, AfterValidator(_arn)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Slugs = Annotated[tuple[Slug, ...], BeforeValidator(_texts)]
InstanceTypes = Annotated[tuple[Annotated[str, AfterValidator(_instance_type)], ...], BeforeValidator(_texts)]
Zones = Annotated[
    Literal["all"] | tuple[str, ...],
    PlainValidator(_zones),
    WithJsonSchema({"anyOf": [{"const": "all"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}),
]
YesNo = Annotated[bool, Strict()]

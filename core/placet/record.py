"""Values with named fields: what `dataclasses` gives, for the rooms that a commit passes through.

Importing dataclasses takes 16 ms here, most of it for `inspect` and `re`, and a commit in a repository of any size has
about 40. So `@record` makes the same classes from `__annotations__` alone, and compiles a class's `__init__` only
once many of its values are made. Type checkers read it as a dataclass (PEP 681). The eval stack has so many classes
that a review's start would take a quarter longer with dataclasses; those stay where a value changes or has a base.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, dataclass_transform, overload

    _T = TypeVar("_T")
else:

    def overload(function):
        return function

    def dataclass_transform(**_):
        return lambda function: function


_MISSING: Any = object()
#: To write and compile an `__init__` takes as long as to fill so many values without one.
_WORTH_WRITING = 60
_put = object.__setattr__


class FrozenRecordError(AttributeError):
    """Somebody tried to change a value that never changes."""


class _Field:
    """How one field is filled and compared."""

    __slots__ = ("compare", "default", "factory", "name", "shown")

    def __init__(self, default: Any, factory: Any, shown: bool, compare: bool) -> None:
        self.name = ""
        self.default, self.factory, self.shown, self.compare = default, factory, shown, compare


_Slot = type(_Field.__dict__["name"])  # what a name in `__slots__` becomes


def field(
    *, default: Any = _MISSING, default_factory: Callable[[], Any] = _MISSING, shown: bool = True, compare: bool = True
) -> Any:
    """A field that needs more than a default value; one that isn't `shown` is left out of the representation."""
    return _Field(default, default_factory, shown, compare)


@overload
def record(cls: type[_T], /) -> type[_T]: ...
@overload
def record(
    *, frozen: bool = ..., slots: bool = ..., order: bool = ..., eq: bool = ...
) -> Callable[[type[_T]], type[_T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: type[Any] | None = None, /, *, frozen: bool = True, slots: bool = True, order: bool = False, eq: bool = True
) -> Any:
    """Make `cls` a record: frozen and slotted unless said otherwise. Without slots it may have cached properties."""
    if cls is None:
        return lambda given: _made(given, frozen, slots, order, eq)
    return _made(cls, frozen, slots, order, eq)


def replace(value: _T, /, **changes: Any) -> _T:
    """A copy of `value` with other contents in the fields that `changes` names."""
    cls = type(value)
    kept = {name: getattr(value, name) for name in cls.__match_args__ if name not in changes}  # type: ignore[attr-defined]
    return cls(**kept, **changes)


def as_dict(value: Any) -> Any:
    """`value` with every record in it, or dataclass, as a dictionary; lists, tuples and mappings are gone through."""
    cls = type(value)
    if hasattr(cls, "__match_args__") and not isinstance(value, tuple):
        return {name: as_dict(getattr(value, name)) for name in cls.__match_args__}
    if isinstance(value, list | tuple):
        return [as_dict(item) for item in value]
    return {key: as_dict(item) for key, item in value.items()} if isinstance(value, dict) else value


def fields_of(cls: type[Any]) -> tuple[str, ...]:
    """The names of the fields, in order."""
    names: tuple[str, ...] = cls.__match_args__
    return names


def _made(cls: type[Any], frozen: bool, slots: bool, order: bool, eq: bool) -> type[Any]:
    own = _own_fields(cls)
    inherited = {one.name: one for base in reversed(cls.__mro__[1:]) for one in base.__dict__.get("__fields__", ())}
    every = tuple({**inherited, **own}.values())
    body = {name: value for name, value in cls.__dict__.items() if name not in own}
    if slots:
        body = {name: value for name, value in body.items() if name not in ("__dict__", "__weakref__")}
        body["__slots__"] = tuple(own)
    else:
        body.pop("__weakref__", None)
        body.pop("__dict__", None)
    body |= {"__fields__": every, "__match_args__": tuple(one.name for one in every)}
    body |= {name: method for name, method in _methods(every, frozen, order, eq).items() if name not in body}
    made: type[Any] = type(cls)(cls.__name__, cls.__bases__, body)  # type: ignore[misc]
    if "__init__" not in body:
        made.__init__ = _first_init(made)
    return made


def _own_fields(cls: type[Any]) -> dict[str, _Field]:
    found: dict[str, _Field] = {}
    for name in cls.__dict__.get("__annotations__", ()):  # noqa: RUF063 - `inspect` is what this module spares
        given = cls.__dict__.get(name, _MISSING)
        one = given if isinstance(given, _Field) else _Field(given, _MISSING, shown=True, compare=True)
        one.name = name
        found[name] = one
    return found


def _first_init(cls: type[Any]) -> Any:
    """An `__init__` that fills field after field, until so many values are made that writing the real one pays."""
    fields: tuple[_Field, ...] = cls.__fields__
    names = tuple(one.name for one in fields)
    is_checked = hasattr(cls, "__post_init__")
    made = 0

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        nonlocal made
        made += 1
        given = len(args)
        values = [*args, *(_value(one, kwargs) for one in fields[given:])]
        odd = given > len(fields) or not kwargs.keys() <= set(names[given:]) or any(one is _MISSING for one in values)
        if odd or made > _WORTH_WRITING:
            cls.__init__ = _written_init(cls)
            cls.__init__(self, *args, **kwargs)  # which also says what is wrong
            return
        for name, value in zip(names, values, strict=True):
            _put(self, name, value)
        if is_checked:
            self.__post_init__()

    return __init__


def _value(field: _Field, given: dict[str, Any]) -> Any:
    if field.name in given:
        return given[field.name]
    return field.default if field.factory is _MISSING else field.factory()


def _written_init(cls: type[Any]) -> Any:
    fields: tuple[_Field, ...] = cls.__fields__
    names: dict[str, Any] = {"_put": _put, "_missing": _MISSING}
    parameters, lines, changes, setters = [], [], cls.__setattr__ is not _refuse, []
    for one in fields:
        if one.factory is not _MISSING:
            names[f"_new_{one.name}"] = one.factory
            parameters.append(f"{one.name}=_missing")
            value = f"_new_{one.name}() if {one.name} is _missing else {one.name}"
        elif one.default is not _MISSING:
            names[f"_default_{one.name}"] = one.default
            parameters.append(f"{one.name}=_default_{one.name}")
            value = one.name
        else:
            parameters.append(one.name)
            value = one.name
        if changes:
            lines.append(f"  self.{one.name} = {value}")
        elif isinstance(slot := getattr(cls, one.name, None), _Slot):
            names[f"_set_{one.name}"] = slot.__set__
            setters.append(f"_set_{one.name}")
            lines.append(f"  _set_{one.name}(self, {value})")
        else:
            lines.append(f"  _put(self, {one.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("  self.__post_init__()")
    init = f" def __init__(self, {', '.join(parameters)}):\n" + "\n".join(lines or ["  pass"])
    source = f"def _made({', '.join(setters)}):\n{init}\n return __init__"  # quicker than globals
    exec(source, names)  # noqa: S102 - the names are identifiers of our own classes
    return names["_made"](*(names[name] for name in setters))


def _methods(fields: tuple[_Field, ...], frozen: bool, order: bool, eq: bool) -> dict[str, Any]:
    compared = _getter([one.name for one in fields if one.compare])
    shown = [one.name for one in fields if one.shown]
    everything = _getter([one.name for one in fields])

    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __reduce__(self: Any) -> Any:
        return type(self), everything(self)

    def __eq__(self: Any, other: object) -> Any:
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(compared(self))

    methods: dict[str, Any] = {"__repr__": __repr__, "__reduce__": __reduce__}
    if eq:
        methods |= {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    return methods | (_orders(compared) if order else {})


def _orders(compared: Callable[[Any], Any]) -> dict[str, Any]:
    def __lt__(self: Any, other: Any) -> Any:
        return compared(self) < compared(other) if type(other) is type(self) else NotImplemented

    def __le__(self: Any, other: Any) -> Any:
        return compared(self) <= compared(other) if type(other) is type(self) else NotImplemented

    def __gt__(self: Any, other: Any) -> Any:
        return compared(self) > compared(other) if type(other) is type(self) else NotImplemented

    def __ge__(self: Any, other: Any) -> Any:
        return compared(self) >= compared(other) if type(other) is type(self) else NotImplemented

    return {"__lt__": __lt__, "__le__": __le__, "__gt__": __gt__, "__ge__": __ge__}


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What `names` hold, always as a tuple."""
    if not names:
        return lambda _: ()
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda value: (only(value),)
    return attrgetter(*names)


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise FrozenRecordError(f"cannot change field {name!r} of a {type(self).__name__}")

"""Made from providers.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import finite, integer, matches, nothing, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORDS_1 = frozenset({"openai", "openai-responses", "http"})
_CHARS_2 = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_3 = ".0123456789:ABCDEFabcdef"
_CHARS_4 = "0123456789"
_PATTERN_5 = "^https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)*/?$"
_ANY_6 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_CHARS_7 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_ANY_8 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_9 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHARS_10 = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
_PATTERN_11 = "^[!-~]([ -~]*[!-~])?$"
_PATTERN_12 = "^\\$[^\\r\\n]*$"
_CHARS_13 = "-0123456789abcdefghijklmnopqrstuvwxyz"
_ANY_14 = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_ANY_15 = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CHARS_16 = "+-./0123456789:@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def _version(value: Any) -> bool:
    return value == 1 and value is not True


def _provider_wire(value: Any) -> bool:
    return isinstance(value, str) and value in _WORDS_1


def _provider_base_url(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 300 and matches(_PATTERN_5, value)


def _provider_credential(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 100 and value[:1] in _ANY_6 and not value.lstrip(_CHARS_7)
    return nothing(value)


def _header(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 60 and value[:1] in _ANY_8 and not value.lstrip(_CHARS_9)


def _provider_headers(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not (isinstance(item, str) and len(item) <= 200 and matches(_PATTERN_11, item)):
            return False
    return len(value) <= 20 and all(map(_header, value))


def _provider_request(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 100


def _path(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 500 and matches(_PATTERN_12, value)


_PROVIDER_RESPONSE_KEYS = {
    "text": _path,
    "input_tokens": _path,
    "output_tokens": _path,
    "finish_reason": _path,
}


def _provider_response(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _PROVIDER_RESPONSE_KEYS:
            if not _PROVIDER_RESPONSE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "text" in value


def _region(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 40
        and value[:1] in _ANY_14
        and not value.lstrip(_CHARS_13)
        and value[-1] != "-"
        and "--" not in value
    )


def _provider_regions(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(map(_region, value))


def _provider_limits_concurrency(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 1000


def _provider_limits_requests_per_minute(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 1000000


def _provider_limits_tokens_per_minute(value: Any) -> bool:
    return integer(value) and value >= 1 and value <= 1000000000


def _provider_limits_timeout_seconds(value: Any) -> bool:
    return number(value) and value > 0 and value <= 3600


_PROVIDER_LIMITS_KEYS = {
    "concurrency": _provider_limits_concurrency,
    "requests_per_minute": _provider_limits_requests_per_minute,
    "tokens_per_minute": _provider_limits_tokens_per_minute,
    "timeout_seconds": _provider_limits_timeout_seconds,
}


def _provider_limits(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _PROVIDER_LIMITS_KEYS:
            if not _PROVIDER_LIMITS_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return True


def _provider_models_item_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200 and value[:1] in _ANY_15 and not value.lstrip(_CHARS_16)


def _provider_models_item_ids(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 50 and all(map(_provider_models_item_name, value))


def _provider_models_item_price_input(value: Any) -> bool:
    return number(value) and value >= 0 and value <= 100000


_PROVIDER_MODELS_ITEM_PRICE_KEYS = {
    "input": _provider_models_item_price_input,
    "output": _provider_models_item_price_input,
}


def _provider_models_item_price(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _PROVIDER_MODELS_ITEM_PRICE_KEYS:
            if not _PROVIDER_MODELS_ITEM_PRICE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "input" in value and "output" in value


_PROVIDER_MODELS_ITEM_KEYS = {
    "name": _provider_models_item_name,
    "ids": _provider_models_item_ids,
    "price": _provider_models_item_price,
    "priced_as": _provider_models_item_name,
}


def _provider_models_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _PROVIDER_MODELS_ITEM_KEYS:
            if not _PROVIDER_MODELS_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value


def _provider_models(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 200 and all(map(_provider_models_item, value))


_PROVIDER_KEYS = {
    "wire": _provider_wire,
    "base_url": _provider_base_url,
    "credential": _provider_credential,
    "credential_header": _header,
    "headers": _provider_headers,
    "request": _provider_request,
    "response": _provider_response,
    "regions": _provider_regions,
    "limits": _provider_limits,
    "models": _provider_models,
}


def _provider(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _PROVIDER_KEYS:
            if not _PROVIDER_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "wire" in value and "base_url" in value


def _id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 64
        and value[:1] in _ANY_14
        and not value.lstrip(_CHARS_13)
        and value[-1] != "-"
        and "--" not in value
    )


def _providers(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not _provider(item):
            return False
    return len(value) <= 100 and all(map(_id, value))


_FILE_KEYS = {
    "version": _version,
    "providers": _providers,
}


def _file(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _FILE_KEYS:
            if not _FILE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "version" in value and "providers" in value


def conforms(value: Any) -> bool:
    """As providers.schema.json asks for."""
    return _file(value)

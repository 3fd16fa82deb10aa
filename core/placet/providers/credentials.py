"""From a provider's settings to something that can be called: its credential, and the wire it speaks.

Reads the environment that it is handed and nothing else. A credential's value appears in no message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from placet.errors import PlacetError
from placet.model.policy import Provider
from placet.providers.wire import Wire

if TYPE_CHECKING:
    from placet.providers.exchange import Dialect

PROVIDERS = "policies/providers.yaml"


def credential_of(provider: Provider, environ: Mapping[str, str]) -> str | None:
    """The value of the variable that the provider names; None for a provider that needs none."""
    name = provider.credential
    if name is None:
        return None
    value = environ.get(name, "").strip()  # secrets that come from files often end in a newline
    if not value:
        raise PlacetError(
            f"the provider {provider.id} needs the environment variable {name}, which is not set",
            help=f"set {name}, or correct `credential` of {provider.id} in {PROVIDERS} on the base branch",
        )
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise PlacetError(
            f"the environment variable {name} of the provider {provider.id} holds more than a credential",
            help=f"set {name} to the bare key: ASCII, one line, no spaces",
        )
    return value


def _chat(provider: Provider) -> Dialect:
    from placet.providers.openai import Chat

    return Chat()


def _responses(provider: Provider) -> Dialect:
    from placet.providers.responses import Responses

    return Responses()


def _template(provider: Provider) -> Dialect:
    from placet.providers.template import Template

    return Template(provider)


_DIALECTS: dict[str, Callable[[Provider], Dialect]] = {
    "openai": _chat,
    "openai-responses": _responses,
    "http": _template,
}


def wires_for(ids: Iterable[str], providers: Mapping[str, Provider], environ: Mapping[str, str]) -> dict[str, Wire]:
    """A wire per provider that is to be called, none opened yet. What is missing is said before any call."""
    try:
        from placet.providers.exchange import HttpWire
    except ModuleNotFoundError as error:
        raise PlacetError(
            f"calling models needs {error.name}, which is not installed", help="pip install 'placet[eval]'"
        ) from error
    found: dict[str, Wire] = {}
    for name in sorted(set(ids)):
        provider = providers.get(name)
        if provider is None:
            raise PlacetError(f"no provider is called {name}", help=f"add {name} to {PROVIDERS} on the base branch")
        if provider.wire not in _DIALECTS:
            raise PlacetError(
                f"the provider {name} speaks {provider.wire}, which is not a wire that Placet knows",
                help=f"set its `wire` in {PROVIDERS} to one of: {', '.join(sorted(_DIALECTS))}",
            )
        found[name] = HttpWire(provider, credential_of(provider, environ), _DIALECTS[provider.wire](provider))
    return found

"""From a provider's settings to something that can be called: its credential, and the wire it speaks.

Reads the environment that it is handed and nothing else. A credential's value appears in no message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from placet.errors import PlacetError
from placet.model.policy import Provider
from placet.providers.wire import Wire

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


def wires_for(ids: Iterable[str], providers: Mapping[str, Provider], environ: Mapping[str, str]) -> dict[str, Wire]:
    """A wire per provider that is to be called, none opened yet. What is missing is said before any call."""
    try:
        from placet.providers.exchange import Dialect, HttpWire
        from placet.providers.openai import Chat
        from placet.providers.responses import Responses
        from placet.providers.template import Template
    except ModuleNotFoundError as error:
        raise PlacetError(
            f"calling models needs {error.name}, which is not installed", help="pip install 'placet[eval]'"
        ) from error
    dialects: dict[str, Callable[[Provider], Dialect]] = {
        "openai": lambda provider: Chat(),
        "openai-responses": lambda provider: Responses(),
        "http": Template,
    }
    found: dict[str, Wire] = {}
    for name in sorted(set(ids)):
        provider = providers.get(name)
        if provider is None:
            raise PlacetError(f"no provider is called {name}", help=f"add {name} to {PROVIDERS} on the base branch")
        if provider.wire not in dialects:
            raise PlacetError(
                f"the provider {name} speaks {provider.wire}, which is not a wire that Placet knows",
                help=f"set its `wire` in {PROVIDERS} to one of: {', '.join(sorted(dialects))}",
            )
        found[name] = HttpWire(provider, credential_of(provider, environ), dialects[provider.wire](provider))
    return found

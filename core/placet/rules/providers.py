"""Rules about the endpoints that models are called at: what goes there in the clear, and that keys have names alone."""

from __future__ import annotations

from placet.rules.problem import Check, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.model.policy import Provider

_PROVIDERS = "policies/providers.yaml"
_LONGEST_WORD = 20  # of a variable's name; keys are longer


def credential_in_the_clear(check: Check) -> Iterator[Problem]:
    for provider in _unencrypted(check):
        if provider.credential is not None:
            message = f"the key in {provider.credential} would be sent to {_host(provider)} without encryption"
            advice = "write https://, or `credential: null` if it needs no key"
            yield _problem(check, provider, "base_url", message, advice)


def prompts_in_the_clear(check: Check) -> Iterator[Problem]:
    for provider in _unencrypted(check):
        if provider.credential is None:
            message = f"prompts and answers go to {_host(provider)} without encryption"
            yield _problem(check, provider, "base_url", message, "write https://, or call a gateway on this machine")


def credential_is_a_name(check: Check) -> Iterator[Problem]:
    """Keys of capital letters and digits pass for a name. What else doesn't is refused by the schema of the file."""
    for provider in (check.snapshot.providers or {}).values():
        if provider.credential is not None and _like_a_key(provider.credential):
            message = f"the credential of `{provider.id}` looks like a key itself, and not like a variable's name"
            advice = "revoke that key; put the new one into an environment variable, and write the variable's NAME here"
            yield _problem(check, provider, "credential", message, advice, secret=True)
        for name in (name for name, value in provider.headers.items() if _like_a_key(value)):
            message = f"the header {name} of `{provider.id}` looks like a key, and headers are for constants"
            advice = "revoke that key; name a variable in `credential`, and its header in `credential_header`"
            yield _problem(check, provider, "headers", message, advice, secret=True)


def _like_a_key(text: str) -> bool:
    """Names are made of words; keys are one long piece with digits all over."""
    longest = max(text.split("_"), key=len)
    return len(longest) >= _LONGEST_WORD and sum(char.isdigit() for char in longest) >= 2


def _unencrypted(check: Check) -> Iterator[Provider]:
    for provider in (check.snapshot.providers or {}).values():
        if provider.base_url.startswith("http://") and not _is_loopback(_host(provider)):
            yield provider


def _host(provider: Provider) -> str:
    """The schema allows neither user nor query."""
    host = provider.base_url.partition("://")[2].partition("/")[0]
    return host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]


def _is_loopback(host: str) -> bool:
    parts = host.split(".")
    four = len(parts) == 4 and parts[0] == "127" and all(part.isdigit() and int(part) < 256 for part in parts)
    return four or host in ("[::1]", "localhost") or host.endswith(".localhost")


def _problem(check: Check, provider: Provider, key: str, message: str, advice: str, secret: bool = False) -> Problem:
    position = check.snapshot.at(_PROVIDERS, "providers", provider.id, key)
    return Problem(_PROVIDERS, position, message, help=advice, secret=secret)

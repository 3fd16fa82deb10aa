"""What `placet init` has to know: who owns it, who answers for risk, and where a model is reached."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from placet.record import record
from placet.scan.units import slug

_OWNER = re.compile(  # noqa: TID251
    r"@[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
_URL = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)*/?")  # noqa: TID251
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")  # noqa: TID251
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]*")  # noqa: TID251
_PRICE = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,6})?)/([0-9]{1,5}(?:\.[0-9]{1,6})?)")  # noqa: TID251
_NOREPLY = re.compile(r"(?:[0-9]{1,12}\+)?([A-Za-z0-9][A-Za-z0-9-]{0,38})@users\.noreply\.github\.com")  # noqa: TID251
_GITHUB = re.compile(r"(?:https://|ssh://git@|git@)github\.com[:/]([A-Za-z0-9][A-Za-z0-9-]{0,38})/")  # noqa: TID251


@record
class Endpoint:
    """A provider: how policies call it, where it is, which variable holds its key, and a model that it serves."""

    id: str
    base_url: str
    credential: str | None
    model: str
    price: tuple[float, float] | None = None  # US dollars for a million tokens, in and out; None when it isn't known

    @property
    def model_id(self) -> str:
        """How prompts write the model."""
        return f"{self.id}/{self.model.rpartition('/')[2]}"

    @property
    def is_local(self) -> bool:
        return self.base_url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]"))


@record
class Answers:
    owner: str
    risk: str
    endpoint: Endpoint
    repository: str = ""  # where Placet itself comes from, and which commit of it; empty when that isn't known
    commit: str = ""


#: Vendors whose endpoint speaks the chat completions API under a fixed address. Prices as listed in 2025.
ENDPOINTS: Mapping[str, Endpoint] = {
    endpoint.id: endpoint
    for endpoint in (
        Endpoint("ollama", "http://127.0.0.1:11434/v1", None, "llama3.2:3b", (0, 0)),
        Endpoint("openai", "https://api.openai.com/v1", "OPENAI_API_KEY", "gpt-4.1-mini-2025-04-14", (0.4, 1.6)),
        Endpoint("anthropic", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", "claude-haiku-4-5-20251001", (1, 5)),
        Endpoint(
            "google",
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "GEMINI_API_KEY",
            "gemini-2.5-flash",
            (0.3, 2.5),
        ),
        Endpoint("mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "mistral-small-2506", (0.1, 0.3)),
        Endpoint("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "llama-3.3-70b-versatile", (0.59, 0.79)),
        Endpoint("deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", "deepseek-chat", (0.28, 0.42)),
        Endpoint("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "openai/gpt-4.1-mini", (0.4, 1.6)),
        Endpoint("github-models", "https://models.github.ai/inference", "GITHUB_TOKEN", "openai/gpt-4.1-mini"),
    )
}
DEFAULT = ENDPOINTS["ollama"]


def is_owner(text: str) -> bool:
    return len(text) <= 254 and _OWNER.fullmatch(text) is not None


def is_variable(text: str) -> bool:
    return len(text) <= 100 and _VARIABLE.fullmatch(text) is not None


def is_model(text: str) -> bool:
    return len(text) <= 150 and _MODEL.fullmatch(text) is not None


def endpoint_of(given: str) -> Endpoint | None:
    """The endpoint that a vendor's name or an address stands for; None when it is neither."""
    known = ENDPOINTS.get(given) or next((one for one in ENDPOINTS.values() if one.base_url == given.rstrip("/")), None)
    if known or len(given) > 300 or not _URL.fullmatch(given):
        return known
    host = given.partition("://")[2].partition("/")[0].rpartition("@")[2]
    local = host.partition(":")[0] in {"127.0.0.1", "localhost"}
    words = [word for word in host.partition(":")[0].split(".") if word not in {"api", "www", "com", "ai", "net"}]
    id = "local" if local else slug(words[0] if words else host) or "provider"
    return Endpoint(
        id,
        given.rstrip("/"),
        None if local else f"{id.upper().replace('-', '_')}_API_KEY",
        "default",
        (0, 0) if local else None,
    )


def price_of(text: str) -> tuple[float, float] | None:
    """A price written INPUT/OUTPUT; None when it isn't one."""
    parts = _PRICE.fullmatch(text)
    return (float(parts[1]), float(parts[2])) if parts else None


def guessed_endpoint(vendors: Iterable[str]) -> Endpoint:
    """The endpoint of the vendor that the code calls already, or a model on this machine."""
    return next((ENDPOINTS[vendor] for vendor in vendors if vendor in ENDPOINTS), DEFAULT)


def guessed_owner(existing: Iterable[str], settings: Mapping[str, str]) -> str | None:
    """Who owns this repository: CODEOWNERS says so, or git's settings. None when nothing does.

    The name in a remote comes last: an organisation's own name is no owner that GitHub takes.
    """
    email = settings.get("user.email", "")
    hidden = _NOREPLY.fullmatch(email)
    user = settings.get("github.user", "")
    remote = _GITHUB.match(settings.get("remote.origin.url", ""))
    said = [
        *existing,
        f"@{user}" if user else "",
        f"@{hidden[1]}" if hidden else email,
        f"@{remote[1]}" if remote else "",
    ]
    return next((owner for owner in said if is_owner(owner)), None)

"""Where a file holds a secret: tokens and keys whose vendors gave them a form of their own, and never a guess.

Depends on the bytes alone. Passwords and other text without a form aren't found: what looks random is a digest or an
attachment more often than a key. The patterns run on google-re2, so that no file makes it slow. It is an
extra, asked for by `secrets: true` in policies/placet.yaml; without it this raises and never passes.
"""

from __future__ import annotations

from functools import cache

from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: Changes with what is found, so that an answer that is kept isn't older than the patterns.
VERSION = 1
#: So many secrets of a file are named; then it has no business in a repository.
MOST = 100

#: What it is, and its form. A group is the secret itself, without what leads to it.
PATTERNS = (
    ("an Anthropic key", r"\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{24,}"),
    ("an OpenRouter key", r"\bsk-or-v1-[a-f0-9]{64}"),
    ("a Langfuse key", r"\bsk-lf-[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}"),
    ("an OpenAI key", r"\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}"),
    ("an OpenAI key", r"\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b"),
    ("a model provider's key", r"\bsk-[A-Za-z0-9]{32,}\b"),
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    ("a Google OAuth secret", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{34,}\b"),
    ("a Groq key", r"\bgsk_[A-Za-z0-9]{52}\b"),
    ("an xAI key", r"\bxai-[A-Za-z0-9]{60,}\b"),
    ("a Perplexity key", r"\bpplx-[A-Za-z0-9]{40,}\b"),
    ("a Replicate token", r"\br8_[A-Za-z0-9]{37}\b"),
    ("a Pinecone key", r"\bpcsk_[A-Za-z0-9_]{40,}\b"),
    ("a LangSmith key", r"\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b"),
    ("a Databricks token", r"\bdapi[a-f0-9]{32}\b"),
    ("an AWS access key id", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    ("an AWS secret key", r"(?i)aws.{0,20}?(?:secret|key).{0,20}?[\s\"'=:]([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"),
    ("an Azure storage key", r"AccountKey=([A-Za-z0-9+/]{86}==)"),
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,}\b"),
    ("a GitHub token", r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
    ("a GitLab token", r"\bgl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|oas)-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{20,}"),
    ("a Slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/]{40,})"),
    ("a Stripe key", r"\b[sr]k_live_[A-Za-z0-9]{20,}\b"),
    ("a Twilio key", r"\bSK[a-f0-9]{32}\b"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("a Mailchimp key", r"\b[a-f0-9]{32}-us[0-9]{1,2}\b"),
    ("a Telegram bot token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("a PyPI token", r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    ("a JSON web token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
    ("a private key", r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[\sA-Za-z0-9+/=\\]{40,}"),
    (
        "a password in an address",
        r"\b[a-z][a-z0-9+.-]{1,20}://[^/\s:@\"']{0,100}:([^/\s:@\"'{}<>$*]{4,100})@[A-Za-z0-9]",
    ),
)
#: What people write into a secret that is none.
_INVENTED = (b"example", b"placeholder", b"redacted", b"dummy", b"fake", b"changeme", b"your", b"xxxx", b"....")
_ROWS = (b"abcdefgh", b"12345678", b"00000000", b"password")
_FEWEST = 6  # different characters that a real one has


@record
class Secret:
    """A secret by its place, as offsets into the bytes."""

    what: str
    start: int
    end: int


def secrets_in(data: bytes) -> tuple[Secret, ...]:
    """Every secret in a file, in order. Raises PlacetError when what looks for them isn't installed."""
    found = [secret for what, form in _forms() for secret in _matches(what, form, data)]
    kept: list[Secret] = []
    for secret in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or secret.start >= kept[-1].end:
            kept.append(secret)
    return tuple(kept[:MOST])


def _matches(what: str, form: Any, data: bytes) -> Iterator[Secret]:
    for number, match in enumerate(form.finditer(data)):
        if number >= MOST:
            return
        start, end = match.span(form.groups)
        if not _is_invented(data[start:end]):
            yield Secret(what, start, end)


def _is_invented(secret: bytes) -> bool:
    """Test cases need tokens that are none: those say so, or are too regular to be one."""
    lowered = secret.lower()
    return any(word in lowered for word in (*_INVENTED, *_ROWS)) or len(set(secret)) < _FEWEST


@cache
def _forms() -> tuple[tuple[str, Any], ...]:
    """One by one: of a set of forms re2 finds none, and says nothing, when it runs out of memory."""
    re2 = _re2()
    return tuple((what, re2.compile(form)) for what, form in PATTERNS)


def _re2() -> Any:
    try:
        import re2
    except ImportError:
        from placet.errors import PlacetError

        raise PlacetError(
            "policies/placet.yaml has secrets looked for, and what looks for them isn't installed",
            help="pip install 'placet[secrets]'; for a pre-commit hook: additional_dependencies: [google-re2]",
        ) from None
    return re2

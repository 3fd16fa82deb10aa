"""Words: splitting, stemming, a small general thesaurus. Knows English in general and no prompt or case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*|[€$£%]")  # noqa: RUF001
STOP = frozenset(
    """a about above after again all also am an and any anybody anyone are as at be because been before
    being below between both but by can could did do does doing down during each either else etc every
    everything few for from further get had has have having he her here hers him his how i if in into
    is it its itself just let like may me might more most much must my myself need never no nor not
    now of off on once one only onto or other our out over own please same shall she should since so
    some something such than that the their them then there these they thing things this those through
    to too under until up upon us very was we were what when where whether which while who whom whose
    why will with within without would yes yet you your hello hi dear thanks thank regards ask asks
    asking say says tell mention mentions mentioned customer person people someone somebody reader
    visitor client user ticket message text mail write writes wants want know i'm i've it's don't
    can't isn't doesn't didn't won't that's i'd""".split()  # noqa: SIM905
)
IRREGULAR = {
    "paid": "pay", "sent": "send", "broke": "break", "broken": "break", "bought": "buy", "lost": "lose",
    "forgot": "forget", "forgotten": "forget", "took": "take", "taken": "take", "shipped": "ship",
    "arrived": "arrive", "stolen": "steal", "froze": "freeze", "frozen": "freeze", "died": "die",
    "dying": "die", "children": "child", "leaves": "leaf", "lent": "lend", "burnt": "burn", "shut": "close",
    "closed": "close", "hung": "hang", "sold": "sell", "withdrew": "withdraw", "withdrawn": "withdraw",
}  # fmt: skip
#: Expressions of several words that mean what one word means.
PHRASES = {
    "money back": "refund", "log in": "login", "logged in": "login", "log on": "login",
    "logging in": "login", "sign in": "login", "signed in": "login", "signing in": "login",
    "logs me out": "login", "locked out": "lockout", "check out": "checkout", "checked out": "checkout",
    "turn on": "start", "turns on": "start", "switch on": "start", "two-factor": "twofactor",
    "two factor": "twofactor", "2fa": "twofactor", "wi-fi": "wifi", "e-mail": "email", "e-mails": "email",
    "right away": "urgent", "as soon as possible": "urgent", "at once": "urgent", "sign up": "register",
    "not working": "broken", "does not work": "broken", "doesn't work": "broken",
    "stopped working": "broken", "no longer works": "broken", "set up": "setup", "setting up": "setup",
    "direct debit": "debit", "bank statement": "statement",
}  # fmt: skip
#: Groups of near synonyms of everyday English; a word in one of them stands, more weakly, for the others.
SYNONYMS = (
    "refund reimburse reimbursement repay", "invoice receipt", "charge debit deduct withdraw",
    "price cost fee", "discount voucher coupon", "password passcode passphrase", "login authenticate",
    "delivery shipment", "parcel package box", "courier carrier postman",
    "broken defective faulty damaged cracked", "error bug glitch malfunction", "crash freeze hang",
    "subscription membership plan", "cancel terminate", "urgent asap immediately emergency hurry",
    "danger dangerous hazard unsafe", "fire smoke burn spark", "book novel title volume",
    "lend loan borrow", "late overdue delay", "plant shrub flower", "wilt droop wither",
    "pest aphid insect bug", "water moisture irrigation", "room hall venue", "suggestion idea proposal",
    "praise compliment", "email mailbox", "fraud scam unauthorised unauthorized", "lawyer legal court",
    "pain hurt ache", "dirty filthy stain", "noise loud noisy", "allergy allergic", "bicycle bike",
)  # fmt: skip
#: Words for a whole kind of thing; a prompt that uses one means its members.
KINDS = {

    "money": "refund charge invoice price pay payment fee cost debit euro dollar pound € $ £ bill credit bank",
    "plant": "rose tulip tree shrub flower leaf seedling", "animal": "dog cat bird horse rabbit",
    "vehicle": "car van truck bus bike bicycle", "person": "man woman child neighbour colleague",
}  # fmt: skip

_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "y")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending, roughly: enough for charge, charges, charged and charging to meet."""
    word = IRREGULAR.get(word, word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _phrase_pattern() -> re.Pattern[str]:
    longest_first = sorted(PHRASES, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")


_PHRASE = _phrase_pattern()


def stems(text: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order."""
    lowered = _PHRASE.sub(lambda found: PHRASES[found[0]], text.lower().replace("’", "'"))  # noqa: RUF001
    return tuple(stem(word) for word in WORD.findall(lowered) if word not in STOP)


def _closure(groups: Iterable[str]) -> dict[str, frozenset[str]]:
    near: dict[str, set[str]] = {}
    for group in groups:
        members = {stem(word) for word in group.split()}
        for member in members:
            near.setdefault(member, set()).update(members - {member})
    return {word: frozenset(others) for word, others in near.items()}


NEAR = _closure(SYNONYMS)
MEMBERS = {stem(kind): frozenset(map(stem, members.split())) for kind, members in KINDS.items()}


def likeness(said: str, meant: str) -> float:
    """How far a stem of the text stands for a stem of the prompt: 1 the same, less for a relative, 0 not."""
    if said == meant:
        return 1.0
    if said in NEAR.get(meant, ()):
        return 0.6
    return 0.5 if said in MEMBERS.get(meant, ()) else 0.0

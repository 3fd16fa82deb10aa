"""How refusals are worded in English, as regular expressions of RE2. Data only.

They are for text in lower case with straight apostrophes and single spaces. Most ask for `i` or `we`: without it they
would find what an answer tells of others.
"""

from __future__ import annotations

_CANNOT = (
    r"can(?:no|')?t|can not|could(?:n't| not)|won't|will not|must not|may not|should(?:n't| not)"
    r"|(?:am|'m) (?:not (?:able|allowed|permitted|going)|unable|prohibited from|forbidden) to"
    r"|(?:have to |must |will |respectfully )?(?:refuse|decline) to"
)
_DO = (
    r"help|assist|aid|support|comply|fulfill?|engage|participate|take part|proceed|continue|do (?:that|this|so)"
    r"|provide|give|share|reveal|disclose|show|tell|repeat|output|print|discuss|answer|respond|recommend|advise"
    r"|create|write|generate|produce|make|offer|process|perform|carry out|execute|follow|honou?r|act on|facilitate"
    r"|encourage|grant|approve|issue|authori[sz]e|ignore|bypass|override|access|pretend|role-?play|impersonate"
    r"|go along|in good conscience"
)
#: `We cannot offer refunds after 30 days` is a rule of the house, and no refusal to help.
_WE_DO = r"help|assist|comply|share|disclose|reveal|discuss|do (?:that|this|so)|provide (?:that|this)"
_ADVERB = r"(?: (?:really|actually|just|simply|ever|directly|legally|ethically|safely|therefore|unfortunately|also))?"
_NEGATED = r"(?:can(?:no|')?t|can not|won't|will not)"
_START = r"(?:^|[.!?:] )"
_SORRY = rf"{_START}(?:i(?:'m| am) )?(?:sorry|(?:i )?apologi[sz]e|my apologies)"

FORMS: tuple[str, ...] = (
    rf"\bi ?(?:{_CANNOT}){_ADVERB} (?:{_DO})\b",
    rf"\bwe ?(?:{_CANNOT}|(?:are|'re) (?:not able|unable|not allowed) to){_ADVERB} (?:{_WE_DO})\b",
    rf"\bi(?:'m| am) (?:sorry|afraid),? (?:but )?(?:i |we )?(?:{_NEGATED}|must not|(?:am |'m )(?:not|unable))",
    rf"{_SORRY}[,.]? (?:but )?no\b",
    rf"{_SORRY}[,.]? (?:but )?that(?:'s| is) (?:not|something i)",
    rf"{_START}no[,.] i {_NEGATED}\b",
    rf"{_START}(?:unable|not able|not allowed|not permitted|not authori[sz]ed) to\b",
    r"\b(?:against|violates?|contrary to|not in line with) (?:my|our) (?:guidelines|polic(?:y|ies)|principles|rules)",
    r"\b(?:your|this|that|the) request (?:can(?:no|')?t|can not) be (?:completed|fulfilled|processed|granted|answered)",
    rf"\b(?:that(?:'s| is)|this is|it(?:'s| is)) something (?:that )?i {_NEGATED}\b",
    r"\b(?:that(?:'s| is)|this is|it(?:'s| is)) not something (?:that )?i (?:can|will|am able to|'m able to)\b",
    r"\bi (?:must|have to|need to|will have to|'ll have to|respectfully) (?:refuse|decline)\b",
    r"\bi ?(?:'d| would) (?:rather|prefer) not\b",
    r"\bi ?(?:'m| am) not (?:comfortable|willing|in a position|designed|programmed|authori[sz]ed)\b",
    r"\bi do(?:n't| not) (?:feel comfortable|share|disclose|reveal|assist|help with|give out)\b",
    rf"\bi (?:refuse|decline|{_NEGATED})(?:[.!]|$)",
)

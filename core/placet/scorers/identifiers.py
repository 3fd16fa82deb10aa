"""Numbers that name a person or an account, told from others by their check digits. Texts in, yes or no out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import ascii_uppercase

#: How long an IBAN is, by country (SWIFT's registry).
IBAN_LENGTHS: Mapping[str, int] = {
    **dict.fromkeys(["NO"], 15),
    **dict.fromkeys(["BE"], 16),
    **dict.fromkeys(["DK", "FI", "FK", "FO", "GL", "NL", "SD"], 18),
    **dict.fromkeys(["MK", "SI"], 19),
    **dict.fromkeys(["AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"], 20),
    **dict.fromkeys(["CH", "CR", "HR", "LI", "LV"], 21),
    **dict.fromkeys(["BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"], 22),
    **dict.fromkeys(["AE", "GI", "IL", "IQ", "OM", "SO", "TL"], 23),
    **dict.fromkeys(["AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"], 24),
    **dict.fromkeys(["LY", "PT", "ST"], 25),
    **dict.fromkeys(["IS", "TR"], 26),
    **dict.fromkeys(["BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"], 27),
    **dict.fromkeys(["AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL", "SV"], 28),
    **dict.fromkeys(["BR", "EG", "PS", "QA", "UA"], 29),
    **dict.fromkeys(["JO", "KW", "MU", "YE"], 30),
    **dict.fromkeys(["MT", "SC"], 31),
    **dict.fromkeys(["LC"], 32),
    **dict.fromkeys(["RU"], 33),
}


def iban(text: str) -> str:
    """The IBAN at the beginning of letters and digits without spaces, or nothing."""
    length = IBAN_LENGTHS.get(text[:2], 0)
    account = text[:length]
    if not length or len(account) < length:
        return ""
    digits = "".join(str(int(char, 36)) for char in account[4:] + account[:4])
    return account if int(digits) % 97 == 1 else ""


def luhn(digits: str) -> bool:
    """The check digit of payment cards."""
    total = sum(map(int, digits[-1::-2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def card(digits: str) -> bool:
    """The number ranges of the large issuers, and the check digit."""
    return 13 <= len(digits) <= 19 and digits[0] in "23456" and len(set(digits)) > 1 and luhn(digits)


def _spain(text: str) -> bool:
    """DNI, or NIE that begins with X, Y or Z."""
    number = text[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]


def _france(text: str) -> bool:
    """NIR; Corsica's departments count as numbers."""
    number = text[:-2].replace("2A", "19").replace("2B", "18")
    return 97 - int(number) % 97 == int(text[-2:])


def _italy(text: str) -> bool:
    """Codice fiscale."""
    odd = dict(zip("0123456789" + ascii_uppercase, [*_ODD[:10], *_ODD], strict=True))
    values = [odd[char] if place % 2 == 0 else _even(char) for place, char in enumerate(text[:15])]
    return ascii_uppercase[sum(values) % 26] == text[15]


_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _even(char: str) -> int:
    return int(char) if char.isdigit() else ascii_uppercase.index(char)


def _poland(text: str) -> bool:
    """PESEL, with a month that exists in one of its centuries."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    total = sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True))
    return total % 10 == 0 and 1 <= int(text[2:4]) % 20 <= 12 and 1 <= int(text[4:6]) <= 31


def _brazil(text: str) -> bool:
    """CPF."""
    digits = [int(char) for char in text]
    return len(set(digits)) > 1 and all(
        (sum(digit * (size + 1 - place) for place, digit in enumerate(digits[:size])) * 10 % 11) % 10 == digits[size]
        for size in (9, 10)
    )


def _united_states(text: str) -> bool:
    """SSN has no check digit, but areas, groups and serials that were never given out."""
    return text[:3] not in {"000", "666"} and text[0] != "9" and text[3:5] != "00" and text[5:] != "0000"


def _germany(text: str) -> bool:
    """Steuer-ID: ISO 7064 mod 11,10, and one digit twice or three times in the first ten."""
    product = 10
    for digit in text[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    most = max(text[:10].count(digit) for digit in text[:10])
    return text[0] != "0" and 2 <= most <= 3 and (11 - product) % 10 == int(text[10])


def _always(text: str) -> bool:
    return True


#: National ids: how each is written (RE2), and what tells it from other numbers. Separators are taken out before.
NATIONAL_IDS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "br": (r"\b[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}\b", _brazil),
    "de": (r"\b[1-9][0-9](?: ?[0-9]{3}){3}\b", _germany),
    "es": (r"(?i)\b(?:[0-9]{8}|[XYZ][0-9]{7})-?[A-Z]\b", _spain),
    "fr": (r"(?i)\b[12] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}\b", _france),
    "gb": (r"(?i)\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b", _always),
    "it": (r"(?i)\b[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]\b", _italy),
    "pl": (r"\b[0-9]{11}\b", _poland),
    "us": (r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b", _united_states),
}

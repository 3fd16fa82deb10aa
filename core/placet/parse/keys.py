"""Whether a file of `policies/keys/` is one ed25519 public key, as PEM or as OpenSSH writes it, and nothing else.

Reads the form alone: what the key has signed is another's business. A private key is named as one, and never shown.
"""

from __future__ import annotations

from placet.findings import Finding, Position, Severity

NOT_A_KEY, PRIVATE = "KEY001", "KEY002"
_LARGEST = 16 * 1024
_RAW = 32  # bytes of an ed25519 public key
#: Before the 32 bytes: the header of SubjectPublicKeyInfo for ed25519 (RFC 8410), and OpenSSH's name and length.
_DER = bytes.fromhex("302a300506032b6570032100")
_SSH = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
_SSH_NAME = "ssh-ed25519"
_BEGIN, _END = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"
_ADVICE = "write one ed25519 public key: the PEM of `openssl pkey -pubout`, or the line of `ssh-keygen -t ed25519`"
#: Put together, so that nothing takes this file for a key.
_PRIVATE_MARKS = ("PRIVATE " + "KEY-----", "PuTTY-User-Key-" + "File")


def key_findings(path: str, data: bytes) -> tuple[Finding, ...]:
    """What is wrong with the key, at most one finding."""
    text = data.decode("utf-8", "replace")
    lines = text.split("\n")
    private = next((number for number, line in enumerate(lines, 1) if any(mark in line for mark in _PRIVATE_MARKS)), 0)
    if private:
        return (_private(path, private),)
    wrong = _wrong(lines) if len(data) <= _LARGEST else "this is far too long for a key"
    if wrong:
        return (Finding(NOT_A_KEY, Severity.ERROR, path, Position(), wrong, help=_ADVICE),)
    return ()


def _private(path: str, line: int) -> Finding:
    message = "a private key stands in the repository"
    advice = (
        "whoever can read this repository can sign with it: make a new pair, keep its private half outside, "
        "remove this file, and distrust what this key signed"
    )
    return Finding(PRIVATE, Severity.ERROR, path, Position(line), message, help=advice, secret=True)


def _wrong(lines: list[str]) -> str:
    """Why the lines aren't one public key; empty when they are. Lines that begin with # are for people."""
    said = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not said:
        return "there is no key in this file"
    if _BEGIN in said[0]:
        return _wrong_pem(said)
    if len(said) > 1:
        return "this file holds more than one key" if said[1].startswith("ssh-") else "this isn't a public key"
    words = said[0].split()
    if words[0] != _SSH_NAME:
        return f"this is a key of type {words[0]}" if _other(words[0]) else "this isn't a public key"
    raw = _base64(words[1]) if len(words) > 1 else None
    right = raw is not None and raw.startswith(_SSH) and len(raw) == len(_SSH) + _RAW
    return "" if right else "this isn't an ed25519 key, though its first word says so"


def _wrong_pem(said: list[str]) -> str:
    if _END not in said:
        return "the line that ends the key is missing"
    if said.index(_END) != len(said) - 1:
        return "this file holds more than one key"
    raw = _base64("".join(said[1:-1]))
    if raw is None:
        return "this isn't base64, as PEM asks for"
    right = raw.startswith(_DER) and len(raw) == len(_DER) + _RAW
    return "" if right else "this is a public key, and not an ed25519 one"


def _other(word: str) -> bool:
    """Whether `word` names another type of OpenSSH key."""
    return word.isascii() and word.startswith(("ssh-", "ecdsa-", "sk-")) and len(word) < len(_BEGIN) + 20


def _base64(text: str) -> bytes | None:
    from binascii import Error, a2b_base64

    try:
        return a2b_base64(text, strict_mode=True)
    except (Error, ValueError):
        return None

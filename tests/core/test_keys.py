"""What is a public key of `policies/keys/`, and what must never lie there."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governed import added, base, judged

from placet.findings import Severity
from placet.parse.keys import key_findings
from placet.parse.kinds import Kind, kind_of

PEM = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAdBAu7BmDyu/V0YTp6g9wcZfzw6o8ChQqR40J1NMqv5k=
-----END PUBLIC KEY-----
"""
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHQQLuwZg8rv1dGE6eoPcHGX88OqPAoUKkeNCdTTKr+Z ci@acme.example\n"
P256 = """\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2VkPiAiWt9Gw9VvlP4L4l40idtJD
8FPK7g1DAUh1DHL9RnSSyLVp9ccZbDlVtk7fozYn07BJwR1ERQ79ZpiiUg==
-----END PUBLIC KEY-----
"""
PATH = "policies/keys/ci.pub"
PRIVATE = "PRIVATE " + "KEY"


def said(text: str) -> list[str]:
    return [found.message for found in key_findings(PATH, text.encode())]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PEM, id="PEM"),
        pytest.param(PEM.replace("\n", "\r\n"), id="PEM with CRLF"),
        pytest.param(f"# made for CI on 2026-11-02\n\n{PEM}\n", id="a comment before it"),
        pytest.param(SSH, id="OpenSSH"),
        pytest.param(SSH.split(" ci@")[0], id="OpenSSH without a comment or line end"),
    ],
)
def test_a_key(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "there is no key in this file", id="nothing"),
        pytest.param("# soon\n", "there is no key in this file", id="only a comment"),
        pytest.param("hello\n", "this isn't a public key", id="something else"),
        pytest.param(P256, "this is a public key, and not an ed25519 one", id="another curve"),
        pytest.param(PEM + PEM, "this file holds more than one key", id="two of them"),
        pytest.param(SSH + SSH, "this file holds more than one key", id="two lines"),
        pytest.param(PEM.replace("-----END PUBLIC KEY-----\n", ""), "the line that ends the key is missing", id="cut"),
        pytest.param(PEM.replace("MCow", "M*ow"), "this isn't base64, as PEM asks for", id="no base64"),
        pytest.param(PEM.replace("v5k=", "v5kA"), "this is a public key, and not an ed25519 one", id="a byte too many"),
        pytest.param("ssh-rsa AAAAB3NzaC1yc2E=", "this is a key of type ssh-rsa", id="RSA"),
        pytest.param(
            "ssh-ed25519 AAAA", "this isn't an ed25519 key, though its first word says so", id="OpenSSH, cut off"
        ),
        pytest.param("ssh-ed25519", "this isn't an ed25519 key, though its first word says so", id="only the name"),
        pytest.param(PEM + "x" * 20_000, "this is far too long for a key", id="too long"),
    ],
)
def test_no_key(text: str, message: str) -> None:
    assert said(text) == [message]


@pytest.mark.parametrize("name", ["", "ENCRYPTED ", "EC ", "OPENSSH ", "RSA "])
@pytest.mark.parametrize("path", [PATH, "policies/keys/id_ed25519", "policies/keys/ci.pem"])
def test_a_private_key_is_found_under_any_name_and_never_shown(name: str, path: str) -> None:
    text = f"-----BEGIN {name}{PRIVATE}-----\nc2VjcmV0\n-----END {name}{PRIVATE}-----\n"
    (found,) = judged(added(base(), path, f"# the key\n{text}"))
    assert (found.rule, found.severity, found.position.line) == ("KEY002", Severity.ERROR, 2)
    assert found.secret
    assert "c2VjcmV0" not in repr(found)


def test_a_private_key_of_putty_is_one() -> None:
    text = f"PuTTY-User-Key-{'File'}-3: ssh-ed25519\nEncryption: none\n"
    assert [found.rule for found in key_findings(PATH, text.encode())] == ["KEY002"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("policies/keys/ci.pub", Kind.KEY),
        ("policies/keys/id_ed25519", Kind.KEY),
        ("policies/keys/README.md", None),
        ("policies/keys/old/ci.pub", None),
    ],
)
def test_what_is_read_as_a_key(path: str, kind: Kind | None) -> None:
    assert kind_of(path) is kind


@given(st.binary(max_size=300))
def test_any_bytes_are_a_key_or_one_finding(data: bytes) -> None:
    assert len(key_findings(PATH, data)) <= 1


@given(st.binary(min_size=32, max_size=32))
def test_every_ed25519_key_is_one_in_both_forms(raw: bytes) -> None:
    der = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + raw).decode()
    blob = base64.b64encode(b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + raw).decode()
    assert said(f"-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n") == []
    assert said(f"ssh-ed25519 {blob} somebody") == []

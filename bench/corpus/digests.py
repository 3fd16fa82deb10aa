"""Digests as Placet computes them, worked out here on their own: a check that agrees with them agrees with two."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def of_text(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def of_value(value: Any) -> str:
    """Over canonical JSON; for ASCII and whole numbers alone."""
    return of_text(json.dumps(value, sort_keys=True, separators=(",", ":")))


def of_subject(registered: dict[str, Any], prompt: dict[str, Any]) -> str:
    """What is sent of a prompt, and to whom."""
    model = next(model for model in registered["models"] if model["id"] == prompt["model"])
    given, tools = prompt["modelParameters"], prompt.get("tools", [])
    sent = {"temperature": given["temperature"], "max_tokens": given["maxTokens"]}
    if tools:
        sent["tools"] = [{"type": "function", "function": tool} for tool in tools]
    known = {
        "system": registered["id"],
        "messages": prompt["messages"],
        "parameters": sent,
        "provider": model["provider"],
        "model": model["name"],
        "version": model["version"],
    }
    return of_value(known | ({"artifact": model["digest"]} if "digest" in model else {}))

"""Feed bytes to every reader and rule until one breaks: `python -m tests.fuzzing [SEEDS or INPUT] [libFuzzer options]`.

A crash, two seconds for one input, or half a gigabyte of memory ends it, and the input is kept as `crash-...`,
`timeout-...` or `oom-...`. The first byte of an input chooses the file that the rest stands in; all others are valid.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import atheris

with atheris.instrument_imports(include=["placet"]):
    for room in ("parse", "rules", "report", "codeowners", "schemas.compiled"):  # much is imported late, and so unseen
        package = import_module(f"placet.{room}")
        for found in iter_modules(package.__path__, f"placet.{room}."):
            import_module(found.name)
    from tests.governed import EXAMPLES, Files, added, base, file, judged, read

    from placet.fixes import mend
    from placet.report.findings import Checked, as_json, as_text
    from placet.secrets import secrets_in

#: A file of each kind that base has none of, or that names one, and the rule whose good example it is from.
MORE = {
    "systems/notes/documents/model-card.md": "SYS006",
    "systems/notes/waivers/decision.yaml": "WAI001",
    "systems/notes/incidents/2026-10-14-lost-decision.yaml": "INC001",
    "systems/notes/labels/core.jsonl": "LAB001",
    "systems/notes/evals/core.yaml": "REC001",
    "systems/notes/evals/recorded/core.jsonl": "REC001",
    "policies/keys/ci.pub": "KEY001",
    ".github/workflows/placet.yml": "WFL001",
}
VALID: Files = {
    **added(base(), "policies/placet.yaml", "secrets: true\n"),
    **{path: read(EXAMPLES / rule / "good")[path] for path, rule in MORE.items()},
}
PATHS = sorted(VALID)
ALWAYS = ["-timeout=2", "-rss_limit_mb=512", "-max_len=4096"]


def one(data: bytes) -> None:
    path, content = PATHS[data[0] % len(PATHS)] if data else PATHS[0], data[1:]
    files = {**VALID, path: file(path, content)}
    findings = judged(files)
    sources = {path: (one.data or b"").decode("utf-8", "replace") for path, one in files.items()}
    checked = Checked(None, len(files), 1)
    as_text(findings, sources, checked)
    as_json(findings, checked)
    secrets_in(content)
    mend(path, content, findings)


def seeds(folder: Path) -> None:
    """The valid files and the bad example of every rule, each with the byte that chooses its place."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, path in enumerate(PATHS):
        (folder / f"valid-{index}").write_bytes(bytes([index]) + (VALID[path].data or b""))
    for found in sorted(EXAMPLES.glob("*/bad/**/*")):
        name = found.relative_to(EXAMPLES).as_posix().partition("/bad/")
        if found.is_file() and name[2] in PATHS:
            data = bytes([PATHS.index(name[2])]) + found.read_bytes()
            (folder / f"{name[0]}-{PATHS.index(name[2])}").write_bytes(data)


def main() -> None:
    named = [argument for argument in sys.argv[1:] if not argument.startswith("-")] or ["build/fuzz/seeds"]
    options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    if not Path(named[0]).is_file():
        seeds(Path(named[0]))
    atheris.Setup([sys.argv[0], *ALWAYS, *options, *named], one)
    atheris.Fuzz()


main()

"""Signs in source code and configuration: imports, requests, endpoints, names of models, variables and workflow steps.

A file without any of our words is done with after a look for those words alone. Lines are cut where no person would
write on, so that a minified bundle costs what it weighs and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from placet.scan.imports import imports_of, manifest_of
from placet.scan.signs import Found, Sign, Sort
from placet.scan.vendors import ACTIONS, ENDPOINTS, MODELS, NEEDLES, VARIABLES, any_of

#: Characters of a line that are read.
LONGEST = 2_000
#: Signs of one file that are kept, each of them another one.
MOST = 100

_HOSTS = any_of(host for host in ENDPOINTS if not host.startswith("."))
_BELOW = any_of(host for host in ENDPOINTS if host.startswith("."))
_ENDPOINT = re.compile(rf"(?<![\w.-])(?:{_HOSTS})(?![\w-])|[\w-]{{1,60}}({_BELOW})(?![\w-])")  # noqa: TID251
_VARIABLE = re.compile(rf"(?<![A-Z0-9_])(?:{any_of(VARIABLES)})(?![A-Z0-9_])")  # noqa: TID251
_NAMES = "|".join(f"(?P<{vendor}>{start})" for vendor, start in MODELS.items())
_MODEL = rf"(?:[A-Za-z0-9-]{{1,30}}/){{0,2}}(?:{_NAMES})[A-Za-z0-9._:@-]{{0,60}}"
_QUOTED_MODEL = re.compile(rf"""["'`]({_MODEL})["'`]""")  # noqa: TID251
_PLAIN_MODEL = re.compile(rf"""[:=]\s{{0,4}}["']?({_MODEL})["']?\s*(?:#|$)""")  # noqa: TID251
_ACTION = re.compile(rf"\buses:\s{{1,4}}[\"']?({any_of(ACTIONS)})(?![\w-])")  # noqa: TID251
_CALL = re.compile(r"\bchat\.completions\.(?:create|parse|stream)\b|/chat/completions\b")  # noqa: TID251
_REFERENCE = re.compile(r"([\w.-]{1,100}\.(?:prompt\.ya?ml|prompty|prompt))\b")  # noqa: TID251

_SOURCE = frozenset(
    {
        *("py", "pyi", "ipynb", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte", "astro", "go"),
        *(
            "java",
            "kt",
            "kts",
            "scala",
            "groovy",
            "cs",
            "fs",
            "vb",
            "rb",
            "rs",
            "php",
            "swift",
            "m",
            "dart",
            "ex",
            "exs",
        ),
        *("erl", "clj", "lua", "r", "jl", "pl", "c", "h", "cc", "cpp", "hpp", "zig", "sql", "sh", "bash", "zsh", "ps1"),
    }
)
_SETTINGS = frozenset(
    {
        *("yaml", "yml", "json", "json5", "jsonc", "toml", "ini", "cfg", "conf", "env", "properties", "tf", "tfvars"),
        *("hcl", "xml", "gradle", "csproj", "fsproj", "vbproj", "props", "example", "sample", "template", "nix"),
    }
)
_NAMED = frozenset({"Dockerfile", "Makefile", "Gemfile", "Pipfile", "Jenkinsfile", "Procfile", "Justfile", "go.mod"})
_LOCKS = frozenset(
    {"package-lock.json", "pnpm-lock.yaml", "npm-shrinkwrap.json", "composer.lock", "packages.lock.json", "go.sum"}
)


def is_code(path: str) -> bool:
    """Whether the file may hold signs of code. Locks repeat what manifests say, and minified files what sources do."""
    name = path.rpartition("/")[2]
    if name in _LOCKS or ".min." in name:
        return False
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return (
        suffix in _SOURCE or suffix in _SETTINGS or name in _NAMED or _is_environment(name) or bool(manifest_of(path))
    )


def _is_environment(name: str) -> bool:
    return name == ".envrc" or name.startswith((".env", "Dockerfile."))


def signs_in_code(path: str, text: str) -> Found:
    """What the file shows, each thing once, at the line where it stands first."""
    lower = text.lower()
    if not any(needle in lower for needle in NEEDLES):
        return Found()
    first: dict[tuple[Sort, str], Sign] = {}
    times: dict[tuple[Sort, str], int] = {}
    references: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        line = line[:LONGEST]
        low = line.lower()
        if not any(needle in low for needle in NEEDLES):
            continue
        references |= dict.fromkeys(_REFERENCE.findall(line))
        for sort, what, vendor in _signs_of(path, line):
            times[sort, what] = times.get((sort, what), 0) + 1
            if len(first) < MOST:
                first.setdefault((sort, what), Sign(path, number, sort, what, vendor))
    signs = (Sign(s.path, s.line, s.sort, s.what, s.vendor, times[key]) for key, s in first.items())
    return Found(tuple(signs), tuple(references)[:MOST])


def _signs_of(path: str, line: str) -> Iterator[tuple[Sort, str, str]]:
    names, packages = imports_of(path), manifest_of(path)
    code = line.strip().removeprefix('"') if path.endswith(".ipynb") else line
    yield from ((Sort.IMPORT, name, vendor) for name, vendor in (names(code) if names else ()))
    yield from ((Sort.DEPENDENCY, name, vendor) for name, vendor in (packages(line) if packages else ()))
    for match in _ENDPOINT.finditer(line):
        yield Sort.ENDPOINT, match[0], ENDPOINTS.get(match[1] or match[0], "")
    for match in _VARIABLE.finditer(line):
        yield Sort.VARIABLE, match[0], VARIABLES[match[0]]
    for match in (_PLAIN_MODEL if _is_setting(path) else _QUOTED_MODEL).finditer(line):
        vendor = next(name for name, start in match.groupdict().items() if start)
        yield Sort.MODEL, match[1], vendor.replace("_", "-")
    yield from ((Sort.CI, match[1], ACTIONS[match[1]]) for match in _ACTION.finditer(line))
    yield from ((Sort.CALL, "chat completions", "") for _ in _CALL.finditer(line))


def _is_setting(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() in {"yaml", "yml", "toml", "ini", "env", "properties"} or _is_environment(
        name
    )

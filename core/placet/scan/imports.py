"""SDKs that a line of source code or of a manifest brings in. The file's name chooses how it is read.

A module is matched up to a separator of its language: `openai` stands for `openai.types` and not for `openair`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from placet.scan import sdks
from placet.scan.vendors import vendor_of

#: Each pattern is ours, matches within one line of bounded length, and has no repetition inside a repetition.
_PYTHON_FROM = re.compile(r"\s*from\s+([\w.]{1,100})\s+import\s+([^#]{0,300})")  # noqa: TID251
_PYTHON_IMPORT = re.compile(r"\s*import\s+([\w., ]{1,300})")  # noqa: TID251
_JAVASCRIPT = re.compile(r"""(?:\bfrom|\bimport|\brequire\s?\(|\bimport\s?\()\s?["']([@\w./:-]{1,150})["']""")  # noqa: TID251
_GO = re.compile(r"""\s*(?:import\s+)?(?:[\w.]{1,60}\s+)?"([\w./-]{1,200})"\s*(?://|$)""")  # noqa: TID251
_JAVA = re.compile(r"\s*import\s+(?:static\s+)?([\w.]{1,200})")  # noqa: TID251
_CSHARP = re.compile(r"\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w{1,60}\s*=\s*)?([\w.]{1,200})\s*;")  # noqa: TID251
_RUBY = re.compile(r"""\s*(?:require|gem)[\s(]{1,3}["']([\w/-]{1,100})["']""")  # noqa: TID251
_RUST = re.compile(r"\s*(?:pub\s+)?(?:use|extern\s+crate)\s+(?:::)?(\w{1,100})\b")  # noqa: TID251
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][\w.-]{0,100})")  # noqa: TID251
_TOML = re.compile(r"""\s*["']?([A-Za-z0-9][\w.-]{0,100})""")  # noqa: TID251
_QUOTED = re.compile(r"""["']([A-Za-z0-9][\w.-]{0,100})""")  # noqa: TID251
_JSON_KEY = re.compile(r'"([@\w./-]{1,150})"\s{0,4}:\s{0,4}"')  # noqa: TID251
_GO_MODULE = re.compile(r"\s*(?:require\s+)?([\w.-]{1,100}/[\w./-]{1,200})\s+v")  # noqa: TID251
_ARTIFACT = re.compile(r"<artifactId>([\w.-]{1,100})</artifactId>|[\w.-]{1,100}:([\w.-]{1,100})[:\"')]")  # noqa: TID251
_PACKAGE = re.compile(r"""<Package(?:Reference|Version)\s+(?:Include|Update)="([\w.-]{1,150})\"""")  # noqa: TID251

#: Each name as written, and whose it is.
_Names = Iterator[tuple[str, str]]


def imports_of(path: str) -> Callable[[str], _Names] | None:
    """The reader of import lines for a source file, by its suffix."""
    return _BY_SUFFIX.get(path.rpartition(".")[2].lower()) if "." in path else None


def manifest_of(path: str) -> Callable[[str], _Names] | None:
    """The reader of dependency lines for a manifest, by its name."""
    name = path.rpartition("/")[2]
    if name.startswith("requirements") and name.endswith((".txt", ".in")):
        return _BY_MANIFEST["requirements.txt"]
    if name.endswith((".csproj", ".fsproj", ".vbproj")) or name == "Directory.Packages.props":
        return _BY_MANIFEST["*.csproj"]
    return _BY_MANIFEST.get(name)


#: Files that make their folder a package of its own.
MANIFESTS = frozenset(
    {
        *(
            "pyproject.toml",
            "setup.py",
            "setup.cfg",
            "requirements.txt",
            "Pipfile",
            "package.json",
            "go.mod",
            "pom.xml",
        ),
        *("build.gradle", "build.gradle.kts", "Gemfile", "Cargo.toml", "composer.json", "Dockerfile"),
    }
)


def _python(line: str) -> _Names:
    whole = _PYTHON_FROM.match(line)
    if whole:
        names = [name.strip().partition(" ")[0] for name in whole[2].replace("(", "").replace(")", "").split(",")]
        found = [(f"{whole[1]}.{name}", sdks.PYTHON_NAMES.get((whole[1], name))) for name in names]
        known = next(((name, vendor) for name, vendor in found if vendor), None)
        yield from _known([whole[1]], sdks.PYTHON, ".") if known is None else [known]
        return
    plain = _PYTHON_IMPORT.match(line)
    if plain:
        yield from _known([name.strip().partition(" ")[0] for name in plain[1].split(",")], sdks.PYTHON, ".")


def _known(names: list[str], table: Mapping[str, str], separators: str) -> _Names:
    for name in names:
        vendor = vendor_of(name, table, separators)
        if vendor:
            yield name, vendor


def _by(pattern: re.Pattern[str], table: Mapping[str, str], separators: str = "") -> Callable[[str], _Names]:
    """What `pattern` finds anywhere in a line, held against `table`."""

    def names(line: str) -> _Names:
        found = [next((group for group in match.groups() if group), "") for match in pattern.finditer(line)]
        return _known(found, table, separators)

    return names


def _first(pattern: re.Pattern[str], table: Mapping[str, str], separators: str = "") -> Callable[[str], _Names]:
    """What `pattern` finds at the beginning of a line."""

    def names(line: str) -> _Names:
        match = pattern.match(line)
        return _known([match[1]] if match else [], table, separators)

    return names


def _pyproject(line: str) -> _Names:
    """`openai = "^1"` in Poetry's tables, `"openai>=1"` in a list; a key that is a table's name brings nothing in."""
    seen = {name: vendor for find in (_TOML_FIRST, _TOML_ANY) for name, vendor in find(line)}
    yield from seen.items() if not line.lstrip().startswith(("[", "name")) else ()


_TOML_FIRST, _TOML_ANY = _first(_TOML, sdks.PYPI), _by(_QUOTED, sdks.PYPI)
_JVM = _first(_JAVA, sdks.JAVA, ".")
_GRADLE = _by(_ARTIFACT, sdks.MAVEN, "-")
_SCRIPT = _by(_JAVASCRIPT, sdks.JAVASCRIPT, "/")
_BY_SUFFIX: Mapping[str, Callable[[str], _Names]] = {
    **dict.fromkeys(("py", "pyi", "ipynb"), _python),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "vue", "svelte", "astro"), _SCRIPT),
    "go": _first(_GO, sdks.GO, "/"),
    **dict.fromkeys(("java", "kt", "kts", "scala", "groovy"), _JVM),
    "cs": _first(_CSHARP, sdks.CSHARP, "."),
    "rb": _first(_RUBY, sdks.RUBY, "/"),
    "rs": _first(_RUST, sdks.RUST),
}
_BY_MANIFEST: Mapping[str, Callable[[str], _Names]] = {
    "requirements.txt": _first(_REQUIREMENT, sdks.PYPI),
    "pyproject.toml": _pyproject,
    "Pipfile": _first(_TOML, sdks.PYPI),
    "setup.py": _by(_QUOTED, sdks.PYPI),
    "setup.cfg": _first(_REQUIREMENT, sdks.PYPI),
    "package.json": _by(_JSON_KEY, sdks.JAVASCRIPT, "/"),
    "go.mod": _first(_GO_MODULE, sdks.GO, "/"),
    "pom.xml": _GRADLE,
    "build.gradle": _GRADLE,
    "build.gradle.kts": _GRADLE,
    "Gemfile": _first(_RUBY, sdks.RUBY, "/"),
    "Cargo.toml": _first(_TOML, sdks.CRATES),
    "*.csproj": _by(_PACKAGE, sdks.CSHARP, "."),
}

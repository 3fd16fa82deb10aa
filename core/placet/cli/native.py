"""The text of a native git hook, and where the Python that it starts finds what it needs. Writes nothing.

`site` and the command line of click take longer than the check itself, so the hook starts the interpreter without them
(`-I -S`) and names the folders to import from. A runner's own overhead is not there at all.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from placet.errors import PlacetError
from placet.record import record

#: In every hook that we write, and in no other.
MARK = "# placet-native-hook"
#: What a foreign hook becomes when ours takes its place. Not `.legacy`: that name is used, and overwritten, by
#: pre-commit and prek, and their own hook would then find and start itself.
KEPT = ".placet.legacy"
_DISTRIBUTION = "placet"
_PACKAGES = ("placet", "placet_hooks")
_TRY = "import click, jsonschema, placet.cli.main, placet_hooks.placet, rfc8785, ruamel.yaml, yaml"


@record
class Native:
    """One type of native hook."""

    module: str  # what it runs
    does: str
    argument: str = ""  # what that module is told besides git's own arguments
    has_input: bool = False  # whether git writes to its standard input


HOOKS = {
    "pre-commit": Native("placet_hooks.placet", "judges what is staged"),
    "pre-merge-commit": Native("placet_hooks.placet", "judges what a merge is about to commit"),
    "commit-msg": Native("placet_hooks.placet_commit_msg", "asks for a reason when policies change"),
    "pre-push": Native("placet_hooks.placet_all", "judges all of what is pushed", "--pushed", has_input=True),
}


def script(hook_type: str, python: str, folders: list[str], *, chained: bool) -> str:
    """The hook, for the `sh` of any system and for the one that comes with git for Windows."""
    hook = HOOKS[hook_type]
    parts = [_HEAD.format(mark=MARK, type=hook_type, does=hook.does)]
    if chained:
        parts.append((_CHAIN_WITH_INPUT if hook.has_input else _CHAIN).format(kept=hook_type + KEPT))
    start = _START_WITH_INPUT if chained and hook.has_input else _START
    code = shlex.quote(_CODE.format(folders=", ".join(map(_literal, folders)), module=hook.module, type=hook_type))
    argument = f" {hook.argument}" if hook.argument else ""
    return "".join(
        [*parts, _GONE.format(python=shlex.quote(python), type=hook_type), start.format(code=code, argument=argument)]
    )


def interpreter() -> str:
    """The interpreter that runs this, written with forward slashes."""
    return Path(sys.executable).as_posix()


def folders() -> list[str]:
    """Where placet and everything that it requires are imported from, an editable install's sources included."""
    found = [*_folders_of_packages(), *_folders_of_requirements(_DISTRIBUTION, set())]
    return list(dict.fromkeys(folder.as_posix() for folder in found))


def prove(python: str, folders: list[str]) -> None:
    """Raises PlacetError unless a hook with these would start."""
    code = f"import sys; sys.path += [{', '.join(map(_literal, folders))}]; {_TRY}"
    done = subprocess.run([python, *_OPTIONS, code], capture_output=True, check=False)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PlacetError(
            f"a hook could not import what it needs from this installation: {last}",
            help="install placet with pip into an environment that stays, and run its `placet install`",
        )


def is_ours(path: Path) -> bool:
    """Whether the hook at `path` was written here."""
    try:
        with path.open("rb") as file:
            return MARK.encode() in file.read(4096).splitlines()
    except OSError:
        return False


def _folders_of_packages() -> Iterator[Path]:
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise PlacetError(f"the package {name} is not installed", help="pip install placet")
        yield Path(spec.origin).absolute().parent.parent


def _folders_of_requirements(name: str, seen: set[str]) -> Iterator[Path]:
    """The folder of each distribution that `name` requires, extras that happen to be installed included."""
    seen.add(name)
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return
    if name != _DISTRIBUTION:
        yield Path(str(found.locate_file(""))).absolute()
    for requirement in found.requires or ():
        other = _name(requirement)
        if other not in seen:
            yield from _folders_of_requirements(other, seen)


def _name(requirement: str) -> str:
    """The distribution that a requirement names, as the index spells it."""
    end = next((at for at, letter in enumerate(requirement) if not (letter.isalnum() or letter in "-_.")), None)
    return requirement[:end].replace("_", "-").replace(".", "-").lower()


def _literal(text: str) -> str:
    """A Python literal in ASCII, for a path that may hold quotes, and bytes that are no text."""
    return '"' + text.encode("unicode_escape").decode().replace('"', '\\"') + '"'


# -- templates --------------------------------------------------------------------------------------------------------

_OPTIONS = ("-I", "-S", "-X", "utf8", "-c")

_HEAD = """\
#!/bin/sh
{mark}
# This {type} hook {does}. `placet install` wrote it and renews it; `placet install --uninstall` removes it.
"""

_CHAIN = """
kept="${{0%/*}}/{kept}"
if [ -x "$kept" ]; then "$kept" "$@" || exit; fi
"""

_CHAIN_WITH_INPUT = """
kept="${{0%/*}}/{kept}"
input=$(cat)
feed() {{ if [ -n "$input" ]; then printf '%s\\n' "$input"; fi; }}
if [ -x "$kept" ]; then feed | "$kept" "$@" || exit; fi
"""

_GONE = """
python={python}
if [ ! -x "$python" ]; then
  printf '%s\\n' "placet: the Python that this hook was installed for is gone: $python" \\
    "  help: install placet, and renew the hook with: placet install --hook-type {type} (--no-verify goes past it)" >&2
  exit 1
fi
"""

_START = """\
exec "$python" -I -S -X utf8 -c {code}{argument} "$@"
"""

_START_WITH_INPUT = """\
feed | "$python" -I -S -X utf8 -c {code}{argument} "$@"
"""

_CODE = """\
import sys
sys.path += [{folders}]
try:
    from {module} import run
    run()
except ImportError as error:
    sys.exit(
        f"placet: a package that this hook was installed with does not import: {{error}}\\n"
        "  help: install placet, and renew the hook with: placet install --hook-type {type} (--no-verify goes past it)"
    )
"""

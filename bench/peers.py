"""The tools that Placet is measured against: where they are, and how each is asked to judge the same files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.timing import Lane

PYTHON_PEERS = ("check-jsonschema==0.39.0", "pre-commit==4.7.0", "prek==0.5.11")
NODE_PEERS = ("ajv-cli@5.0.0", "ajv-formats@3.0.1")
#: A bare date is one to YAML 1.1, and a text to our schema: in the copies that peers read it stands in quotes.
_DATE = re.compile(r"^(\w+): (\d{4}-\d\d-\d\d)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Peers:
    """The folder that they are installed in, and one for their caches and configurations."""

    folder: Path
    scratch: Path

    def tool(self, name: str) -> str:
        """The command. Raises SystemExit when it isn't there."""
        places = (self.folder / "venv/bin" / name, self.folder / "node/node_modules/.bin" / name)
        found = next((place for place in places if place.exists()), None)
        if found is None:
            raise SystemExit(f"no {name} in {self.folder}; install the peers there, or measure without: --no-peers")
        return str(found)

    def check_jsonschema(self, schema: Path, files: Sequence[Path]) -> Lane:
        command = [self.tool("check-jsonschema"), "--schemafile", str(schema), *map(str, files)]
        return Lane(command, self.scratch, self._environ())

    def ajv(self, schema: Path, files: Sequence[Path]) -> Lane:
        """It takes its files by `-d` each, and our keywords as they are written."""
        given = [part for file in files for part in ("-d", str(file))]
        options = ["--spec=draft2020", "--strict=false", "-c", "ajv-formats"]
        return Lane([self.tool("ajv"), "validate", *options, "-s", str(schema), *given], self.scratch, self._environ())

    def runner(self, name: str, hook: str, repository: Path) -> tuple[list[str], Path, dict[str, str]]:
        """`pre-commit` or `prek` with one local hook, which is always run and takes no names."""
        config = self.scratch / f"{name}-{Path(hook).name}.yaml"
        config.write_text(
            "repos:\n  - repo: local\n    hooks:\n"
            f"      - {{id: one, name: one, entry: {json.dumps(hook)}, language: system,\n"
            "         always_run: true, pass_filenames: false}\n"
        )
        return [self.tool(name), "run", "--config", str(config)], repository, self._environ()

    def _environ(self) -> dict[str, str]:
        homes = ("PRE_COMMIT_HOME", "PREK_HOME", "XDG_CACHE_HOME", "npm_config_cache")
        return {name: str(self.scratch / name.lower()) for name in homes} | {"NO_COLOR": "1"}


def installed(folder: Path, scratch: Path) -> Peers:
    """Install what isn't there yet, from PyPI and npm. Raises CalledProcessError when that fails."""
    scratch.mkdir(parents=True, exist_ok=True)
    peers = Peers(folder, scratch)
    if not (folder / "venv/bin/check-jsonschema").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        pip: list[str | Path] = [
            folder / "venv/bin/python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, *PYTHON_PEERS], check=True)
    if not (folder / "node/node_modules/.bin/ajv").exists():
        npm: list[str | Path] = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder / "node"]
        subprocess.run([*npm, *NODE_PEERS], check=True, stdout=subprocess.DEVNULL)
    return peers


def copies(files: Sequence[Path], folder: Path) -> list[Path]:
    """The same files for readers that take a bare date for one."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for file in files:
        made.append(folder / f"{file.parent.name}.yaml")
        made[-1].write_text(_DATE.sub(r'\1: "\2"', file.read_text("utf-8-sig")), "utf-8")
    return made

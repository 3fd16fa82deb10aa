"""The finder: what is a sign, what isn't, which part it belongs to, and whether the register speaks of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import snapshot_of

from placet.model.register import System
from placet.scaffold.templates import quoted
from placet.scan import sdks, vendors
from placet.scan.finder import signs_of, wanted
from placet.scan.report import Looked, as_json, as_text
from placet.scan.signs import Found, Sort
from placet.scan.survey import Survey, patterns_for, survey
from placet.scan.units import Layout

IMPORT, CALL, ENDPOINT, MODEL = Sort.IMPORT, Sort.CALL, Sort.ENDPOINT, Sort.MODEL
VARIABLE, DEPENDENCY, MCP, CI = Sort.VARIABLE, Sort.DEPENDENCY, Sort.MCP, Sort.CI
LOOKED = Looked(1, 0, 1)


def shown(path: str, text: str) -> list[tuple[int, Sort, str, str]]:
    assert wanted(path), path
    return [(sign.line, sign.sort, sign.what, sign.vendor) for sign in signs_of(path, text.encode()).signs]


def system(id: str, *, prompts: tuple[str, ...] = (), sources: Any = None, lifecycle: str = "staging") -> System:
    """A registration as `systems/<id>/system.yaml` would be read."""
    entries = "".join(f"\n  - {{path: {path}}}" for path in prompts) or " []"
    listed = isinstance(sources, list) and all(isinstance(one, str) for one in sources)
    written = f"[{', '.join(map(quoted, sources))}]" if listed else json.dumps(sources)
    key = "" if sources is None else f"x-sources: {written}\n"
    text = (
        f"version: 1\nid: {id}\ntitle: A system\npurpose: It answers.\nkind: llm\nlifecycle: {lifecycle}\n"
        'owners: {technical: ["@dana"]}\n'
        "risk: {tier: low, factors: {autonomy: informs, data: [], exposure: internal, regulation: [],"
        " criticality: low}}\n"
        f"models: [{{id: a, provider: b, name: c}}]\nprompts:{entries}\n{key}"
    )
    found = snapshot_of({f"systems/{id}/system.yaml": text})
    assert not found.findings, found.findings
    return found.by_id[id]


def surveyed(files: dict[str, str], *systems: System, beside: tuple[str, ...] = ()) -> Survey:
    """The survey of a repository called shop that holds `files`, and others `beside` them that nobody reads."""
    found = {path: signs_of(path, text.encode()) for path, text in files.items() if wanted(path)}
    return survey(found, Layout([*files, *beside], "shop"), systems)


# -- signs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "line", "sort", "what", "vendor"),
    [
        pytest.param("a.py", "import openai", IMPORT, "openai", "openai", id="a Python import"),
        pytest.param("a.py", "import os, anthropic as a", IMPORT, "anthropic", "anthropic", id="one of several"),
        pytest.param("a.py", "    from openai.types import X", IMPORT, "openai.types", "openai", id="in a function"),
        pytest.param("a.py", "from google import genai", IMPORT, "google.genai", "google", id="a name of a namespace"),
        pytest.param("a.py", "from transformers import (AutoTokenizer, pipeline)", IMPORT, "transformers.pipeline",
                     "huggingface", id="a pipeline, and not just a tokenizer"),
        pytest.param("a.py", "from langchain_openai import ChatOpenAI", IMPORT, "langchain_openai", "langchain",
                     id="a family of packages"),
        pytest.param("n.ipynb", '    "import litellm\\n",', IMPORT, "litellm", "litellm", id="a notebook"),
        pytest.param("a.ts", "import OpenAI from 'openai';", IMPORT, "openai", "openai", id="a TypeScript import"),
        pytest.param("a.tsx", '} from "@ai-sdk/openai"', IMPORT, "@ai-sdk/openai", "vercel-ai", id="an end"),
        pytest.param("a.js", 'const a = require("@anthropic-ai/sdk")', IMPORT, "@anthropic-ai/sdk", "anthropic",
                     id="a require"),
        pytest.param("a.mjs", 'await import("ai/rsc")', IMPORT, "ai/rsc", "vercel-ai", id="an import at run time"),
        pytest.param("a.go", '\tgenai "google.golang.org/genai"', IMPORT, "google.golang.org/genai", "google",
                     id="a Go import with a name"),
        pytest.param("a.go", 'import "github.com/openai/openai-go/v2"', IMPORT, "github.com/openai/openai-go/v2",
                     "openai", id="a Go module with a major version"),
        pytest.param("A.java", "import org.springframework.ai.chat.client.ChatClient;", IMPORT,
                     "org.springframework.ai.chat.client.ChatClient", "spring-ai", id="Java"),
        pytest.param("A.kt", "import com.aallam.openai.client.OpenAI", IMPORT, "com.aallam.openai.client.OpenAI",
                     "openai", id="Kotlin"),
        pytest.param("A.cs", "using Microsoft.SemanticKernel;", IMPORT, "Microsoft.SemanticKernel", "semantic-kernel",
                     id="C#"),
        pytest.param("a.rb", 'require "ruby_llm"', IMPORT, "ruby_llm", "ruby-llm", id="Ruby"),
        pytest.param("a.rs", "use async_openai::Client;", IMPORT, "async_openai", "openai", id="Rust"),
        pytest.param("requirements-dev.txt", "mistralai>=1.2  # chat", DEPENDENCY, "mistralai", "mistral", id="pip"),
        pytest.param("pyproject.toml", '  "cohere>=5",', DEPENDENCY, "cohere", "cohere", id="a Python project"),
        pytest.param("pyproject.toml", 'ollama = "^0.4"', DEPENDENCY, "ollama", "ollama", id="Poetry"),
        pytest.param("package.json", '{"dependencies": {"@google/genai": "^1"}}', DEPENDENCY, "@google/genai", "google",
                     id="npm, on one line"),
        pytest.param("go.mod", "\tgithub.com/tmc/langchaingo v0.1.13", DEPENDENCY, "github.com/tmc/langchaingo",
                     "langchain", id="a Go module"),
        pytest.param("pom.xml", "<artifactId>spring-ai-openai</artifactId>", DEPENDENCY, "spring-ai-openai",
                     "spring-ai", id="Maven"),
        pytest.param("build.gradle.kts", 'implementation("dev.langchain4j:langchain4j:1.0")', DEPENDENCY, "langchain4j",
                     "langchain", id="Gradle"),
        pytest.param("A.csproj", '<PackageReference Include="OllamaSharp" Version="5" />', DEPENDENCY, "OllamaSharp",
                     "ollama", id="NuGet"),
        pytest.param("Cargo.toml", 'async-openai = "0.28"', DEPENDENCY, "async-openai", "openai", id="Cargo"),
        pytest.param("Gemfile", "gem 'ruby-openai'", DEPENDENCY, "ruby-openai", "openai", id="a gem"),
        pytest.param("a.php", "$u = 'https://api.openai.com/v1/x';", ENDPOINT, "api.openai.com", "openai", id="a host"),
        pytest.param("a.tf", 'endpoint = "https://acme-eu.openai.azure.com/"', ENDPOINT, "acme-eu.openai.azure.com",
                     "azure", id="a host of one's own at a vendor"),
        pytest.param("a.yaml", "url: http://localhost:11434/api", ENDPOINT, "localhost:11434", "ollama", id="Ollama"),
        pytest.param("a.py", 'boto3.client("bedrock-runtime")', ENDPOINT, "bedrock-runtime", "aws-bedrock", id="AWS"),
        pytest.param("a.py", 'model="gpt-4o-mini"', MODEL, "gpt-4o-mini", "openai", id="a model in quotes"),
        pytest.param("a.yml", "  model: claude-3-5-sonnet-latest", MODEL, "claude-3-5-sonnet-latest", "anthropic",
                     id="a model in settings"),
        pytest.param("a.py", "m = 'eu.anthropic.claude-3-haiku-20240307-v1:0'", MODEL,
                     "eu.anthropic.claude-3-haiku-20240307-v1:0", "aws-bedrock", id="a model by another's name"),
        pytest.param("a.ts", "`openai/gpt-4.1`", MODEL, "openai/gpt-4.1", "openai", id="a model with its vendor"),
        pytest.param(".env.example", "OPENAI_API_KEY=", VARIABLE, "OPENAI_API_KEY", "openai", id="a variable"),
        pytest.param("Dockerfile", "ENV OLLAMA_HOST=0.0.0.0", VARIABLE, "OLLAMA_HOST", "ollama", id="an image"),
        pytest.param("a.sh", "curl $BASE/v1/chat/completions", CALL, "chat completions", "", id="a request by hand"),
        pytest.param(".github/workflows/a.yml", "      - uses: actions/ai-inference@v1", CI, "actions/ai-inference",
                     "github-models", id="a step of a workflow"),
    ],
)  # fmt: skip
def test_a_line_shows(path: str, line: str, sort: Sort, what: str, vendor: str) -> None:
    assert (2, sort, what, vendor) in shown(path, f"# first\n{line}\n")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("a.py", "import openair\nfrom openai_utils import x\n", id="a module that begins alike"),
        pytest.param("a.py", "# import openai\ntext = 'import openai'\n", id="an import in a comment or a text"),
        pytest.param("a.js", 'import x from "./ai"\nimport y from "ai-things"\n', id="a file, and another package"),
        pytest.param("a.py", "name = 'gpt-head'\nx = o1 - o3\ny = 'claude'\n", id="words like names of models"),
        pytest.param("a.py", "MY_OPENAI_API_KEY_NAME = 1\n", id="a longer name of a variable"),
        pytest.param("a.py", "u = 'https://myapi.openai.com.example.org'\n", id="a host that only looks like one"),
        pytest.param("a.py", "from transformers import AutoTokenizer\n", id="a tokenizer"),
        pytest.param("package.json", '{"name": "ai-shop", "description": "an openai shop"}', id="prose in a manifest"),
        pytest.param("Cargo.toml", 'openair = "1"\n', id="a crate that begins alike"),
        pytest.param("a.go", '\tfmt.Println("github.com/openai/openai-go says hello")\n', id="a path in a text"),
    ],
)
def test_a_line_does_not_show(path: str, text: str) -> None:
    assert shown(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        pytest.param("x/a.prompt.yml", "messages: []", "GitHub prompt file", id="GitHub's format"),
        pytest.param("a.prompty", "---\n---\nsystem:\n", "Prompty", id="Prompty"),
        pytest.param("a/b.prompt", "{{role \"system\"}}", "dotprompt", id="dotprompt"),
        pytest.param("svc/prompts/a.txt", "You are", "text in a folder of prompts", id="text"),
        pytest.param("prompts/a.j2", "{% if x %}", "text in a folder of prompts", id="a template"),
        pytest.param("lib/prompt_templates/a.yaml", "template: hi", "data in a folder of prompts", id="data"),
    ],
)  # fmt: skip
def test_a_file_is_a_prompt(path: str, text: str, what: str) -> None:
    assert (1, Sort.PROMPT, what, "") in shown(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("prompts/README.md", "What these are", id="a readme beside prompts"),
        pytest.param("prompts/values.json", '{"a": 1}', id="data that holds no message"),
        pytest.param("prompts/empty.txt", " \n", id="an empty file"),
        pytest.param("cli/prompts/ask.py", "input('name?')", id="code that asks a user"),
    ],
)
def test_a_file_is_no_prompt(path: str, text: str) -> None:
    assert [sign for sign in signs_of(path, text.encode()).signs if sign.sort is Sort.PROMPT] == []


@pytest.mark.parametrize(
    "path",
    [
        "node_modules/openai/index.js",
        "web/vendor/a.py",
        "package-lock.json",
        "dist/app.min.js",
        "docs/openai.md",
        "policies/providers.yaml",
        "systems/chat/system.yaml",
        ".github/workflows/placet.yml",
        "picture.png",
    ],
)
def test_what_others_wrote_or_placet_governs_is_not_read(path: str) -> None:
    assert not wanted(path)


def test_each_thing_is_shown_once_where_it_stands_first() -> None:
    found = signs_of("a.py", b"import openai\nimport os\nimport openai\nimport openai\n")
    assert [(sign.line, sign.times) for sign in found.signs] == [(1, 3)]


@pytest.mark.parametrize(
    "path", ["AGENTS.md", "web/CLAUDE.md", ".github/copilot-instructions.md", ".cursor/rules/a.md"]
)
def test_instructions_are_for_information(path: str) -> None:
    survey = surveyed({path: "Be nice."})
    assert [sign.path for sign in survey.information] == [path]
    assert survey.groups == ()


def test_servers_of_agents_are_named_without_what_they_are_given() -> None:
    text = """{
      // comments are allowed by editors
      "mcpServers": {
        "github": {"command": "/usr/bin/npx", "args": ["--token=ghp_hidden"], "env": {"TOKEN": "ghp_hidden"}},
        "docs": {"url": "https://user:hidden@mcp.acme.example/sse?key=hidden"},
      },
    }"""
    found = signs_of(".cursor/mcp.json", text.encode())
    assert [(sign.line, sign.what) for sign in found.signs] == [(4, "github (npx)"), (5, "docs (mcp.acme.example)")]
    assert "hidden" not in repr(found)


@pytest.mark.parametrize("text", ["{", "[]", '{"servers": []}', "[" * 100_000, '{"mcpServers": {"a": 1}}', ""])
def test_broken_server_configuration_is_no_trouble(text: str) -> None:
    assert all(sign.sort is MCP for sign in signs_of(".mcp.json", text.encode()).signs)


def test_no_value_is_ever_shown() -> None:
    files = {
        ".env": "OPENAI_API_KEY=sk-hidden-1234567890\nMODEL=gpt-4o",
        "a.py": 'OpenAI(api_key="sk-hidden-42"); import openai; x = "https://api.openai.com/v1?key=sk-hidden"',
        "deploy.yaml": "env: {ANTHROPIC_API_KEY: sk-hidden}\nurl: https://me:hidden@acme.openai.azure.com/",
    }
    found = surveyed(files)
    assert len(found.groups[0].signs) >= 5
    assert "hidden" not in as_text(found, LOOKED) + as_json(found, LOOKED)


SAMPLES = [
    *(("a.py", f"import {name}") for name in sdks.PYTHON),
    *(("a.py", f"from {module} import {name}") for module, name in sdks.PYTHON_NAMES),
    *(("a.ts", f'import x from "{name}"') for name in sdks.JAVASCRIPT if name not in {"@openai", "@langchain"}),
    *(("a.go", f'import "{name}"') for name in sdks.GO),
    *(("A.java", f"import {name}.Client;") for name in sdks.JAVA),
    *(("A.cs", f"using {name};") for name in sdks.CSHARP),
    *(("a.rb", f'require "{name}"') for name in sdks.RUBY),
    *(("a.rs", f"use {name}::Client;") for name in sdks.RUST),
    *(("requirements.txt", name) for name in sdks.PYPI),
    *(("pom.xml", f"<artifactId>{name}</artifactId>") for name in sdks.MAVEN),
    *(("Cargo.toml", f'{name} = "1"') for name in sdks.CRATES),
    *(("a.sh", f"curl https://x{name}/v1" if name[0] == "." else f"curl {name}/v1") for name in vendors.ENDPOINTS),
    *((".env", f"{name}=") for name in vendors.VARIABLES),
    *((".github/workflows/a.yml", f"- uses: {name}@v1") for name in vendors.ACTIONS),
]


@pytest.mark.parametrize(("path", "line"), SAMPLES, ids=[f"{path} {line}" for path, line in SAMPLES])
def test_everything_in_the_tables_is_found(path: str, line: str) -> None:
    """Also by the look for words that comes first, which a new entry may need."""
    assert shown(path, line)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "gpt-4o",
            "gpt-5-mini",
            "o3-mini",
            "claude-sonnet-4-5",
            "gemini-2.5-pro",
            "gemma3:27b",
            "mistral-large-latest",
        ),
        *("codestral-2501", "command-r-plus", "deepseek-chat", "grok-4", "llama3.2:3b", "llama-3.3-70b", "qwen3:8b"),
        *("phi-4", "text-embedding-3-small", "amazon.nova-pro-v1:0", "meta.llama3-8b-instruct-v1:0", "ministral-8b"),
    ],
)
def test_names_of_models_are_known(name: str) -> None:
    assert (1, MODEL, name) in [(line, sort, what) for line, sort, what, _ in shown("a.py", f'm = "{name}"')]


@pytest.mark.parametrize(
    "line",
    [
        "from " * 2_000_0,
        "import " + "a," * 50_000,
        'openai"' * 50_000,
        "gpt-" * 50_000,
        'a/' * 50_000 + "gpt-4",
        "{{" * 50_000 + "prompt",
        "uses: " + " " * 100_000 + "openai/codex-action",
        "https://" + "a" * 100_000 + ".openai.azure.com",
        "<artifactId>" * 20_000 + "spring-ai",
        '"' + " " * 100_000 + '": "openai',
    ],
    ids=range(10),
)  # fmt: skip
def test_hostile_lines_cost_no_more_than_long_ones(line: str) -> None:
    for path in ("a.py", "a.ts", "a.go", "a.cs", "package.json", "pom.xml", "pyproject.toml", "a.yaml", ".mcp.json"):
        signs_of(path, "\n".join([line] * 3).encode())


@given(st.sampled_from(["a.py", "a.ts", "a.prompt.yml", ".mcp.json", "pom.xml", "x/prompts/a.txt"]), st.binary())
def test_bytes_of_any_kind_are_no_trouble(path: str, data: bytes) -> None:
    for sign in signs_of(path, data).signs:
        assert sign.line >= 1
        assert sign.what.isprintable()


# -- parts of the repository, and the register ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "folder", "id"),
    [
        pytest.param("services/chat/app.py", "services/chat", "chat", id="a service"),
        pytest.param("services/chat/deep/er/app.py", "services/chat", "chat", id="deep in a service"),
        pytest.param("web/src/chat.ts", "web", "web", id="a package with a manifest"),
        pytest.param("web/tests/e2e/chat.ts", "web", "web", id="its tests"),
        pytest.param("src/shop/llm/client.py", "src/shop", "shop", id="a Python package below src"),
        pytest.param("app.py", "", "shop", id="a file at the root"),
        pytest.param("src/app.py", "", "shop", id="a file right in src"),
        pytest.param("prompts/Support Triage/a.prompt.yml", "prompts/Support Triage", "support-triage", id="prompts"),
        pytest.param("prompts/reply.prompt.yml", "prompts", "reply", id="a prompt with no folder"),
        pytest.param("services/chat/prompts/a.prompty", "services/chat", "chat", id="prompts of a service"),
        pytest.param(".github/workflows/ci.yml", ".github/workflows", "workflows", id="a workflow"),
    ],
)
def test_a_file_belongs_to(path: str, folder: str, id: str) -> None:
    unit = Layout([path, "web/package.json"], "Shop").unit_of(path)
    assert (unit.folder, unit.id) == (folder, id)


CODE = "import openai\n"


def test_what_no_registration_speaks_of_is_shadow() -> None:
    found = surveyed(
        {"services/chat/a.py": CODE, "services/rag/b.py": CODE}, system("chat", sources=["/services/chat/"])
    )
    assert [(group.id, bool(group.shadow), group.known) for group in found.groups] == [
        ("rag", True, ()),
        ("chat", False, ("chat",)),
    ]
    assert [group.id for group in found.shadow] == ["rag"]


@pytest.mark.parametrize(
    ("sources", "registered"),
    [
        pytest.param(["/services/chat/"], True, id="a folder"),
        pytest.param("services/chat/", True, id="a text instead of a list"),
        pytest.param(["*.py"], True, id="a suffix"),
        pytest.param(["/services/**/a.py"], True, id="anything between"),
        pytest.param(["chat"], True, id="a name anywhere"),
        pytest.param(["/chat/"], False, id="another folder"),
        pytest.param(["!/services/"], False, id="what CODEOWNERS doesn't have"),
        pytest.param([None, 7, {"a": 1}, "", "# x"], False, id="what isn't a pattern"),
        pytest.param({"a": 1}, False, id="no list at all"),
    ],
)
def test_sources_are_patterns_as_in_codeowners(sources: object, registered: bool) -> None:
    found = surveyed({"services/chat/a.py": CODE}, system("anything", sources=sources))
    assert (not found.shadow) is registered


def test_a_prompt_is_registered_by_its_path() -> None:
    path = "prompts/chat/a.prompt.yml"
    assert not surveyed({path: "messages: []"}, system("chat", prompts=(path,))).shadow
    assert surveyed({path: "messages: []"}).shadow


def test_code_that_mentions_a_registered_prompt_seems_to_belong_to_its_system() -> None:
    files = {"services/x/a.py": f"{CODE}load('answer.prompt.yml')\n", "prompts/chat/answer.prompt.yml": "messages: []"}
    found = surveyed(files, system("chat", prompts=("prompts/chat/answer.prompt.yml",)))
    assert [(group.near, [sign.path for sign in group.shadow]) for group in found.shadow] == [
        ("chat", ["services/x/a.py"])
    ]


def test_what_is_only_partly_registered_seems_to_belong_to_the_same_system() -> None:
    files = {"services/chat/a.py": CODE, "services/chat/b.py": CODE}
    found = surveyed(files, system("helper", sources=["/services/chat/a.py"]))
    assert [(group.near, group.known) for group in found.shadow] == [("helper", ("helper",))]


def test_a_retired_system_that_is_still_there_is_said() -> None:
    found = surveyed({"services/chat/a.py": CODE}, system("chat", sources=["/services/chat/"], lifecycle="retired"))
    assert list(found.retired) == ["chat"]
    assert "registered as retired" in as_text(found, LOOKED)


def test_parts_that_are_called_the_same_get_ids_of_their_own() -> None:
    files = {f"{folder}/chat/a.py": CODE for folder in ("services", "apps", "jobs")}
    ids = [group.id for group in surveyed(files, system("chat")).groups]
    assert len(set(ids)) == 3


def test_a_module_of_the_repository_itself_is_no_sdk() -> None:
    assert not surveyed({"app/guidance/a.py": "import guidance\n"}, beside=("app/guidance/__init__.py",)).groups
    assert surveyed({"app/b.py": "import guidance\n"}).groups


def test_tests_of_the_whole_repository_are_for_information() -> None:
    found = surveyed({"tests/test_a.py": CODE})
    assert found.groups == ()
    assert "Only tests" in as_text(found, LOOKED)


def test_a_prompt_goes_with_the_only_code_that_mentions_it() -> None:
    found = surveyed({"services/chat/a.py": f"{CODE}open('tone.prompty')\n", "shared/tone.prompty": "user:\nhi"})
    assert [(group.id, group.files) for group in found.groups] == [
        ("chat", ("services/chat/a.py", "shared/tone.prompty"))
    ]


def test_prompts_of_the_same_name_go_with_the_code() -> None:
    found = surveyed({"services/chat/a.py": CODE, "prompts/chat/a.prompt.yml": "messages: []"})
    assert [(group.id, group.files) for group in found.groups] == [
        ("chat", ("prompts/chat/a.prompt.yml", "services/chat/a.py"))
    ]
    assert patterns_for(found.groups[0]) == ("/services/chat/",)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/\0\n"), min_size=1, max_size=8)


@given(st.lists(st.lists(NAMES.filter(lambda n: n not in {".", ".."}), min_size=1, max_size=4), min_size=1, max_size=6))
def test_what_is_proposed_registers_all_of_the_group(paths: list[list[str]]) -> None:
    """Whatever the names of folders and files hold, the patterns that are proposed match them."""
    files = {f"{'/'.join(parts)}.py": CODE for parts in paths}
    for group in surveyed(files).shadow:
        named = system("named", sources=list(patterns_for(group)))
        left = [g for g in surveyed(files, named).shadow if g.folder == group.folder and g.id == group.id]
        assert not left


# -- what is said -----------------------------------------------------------------------------------------------------


def test_the_text_says_where_what_and_what_to_do() -> None:
    text = as_text(surveyed({"services/chat/a.py": f"{CODE}m = 'gpt-4o'\n"}), LOOKED)
    assert text.splitlines()[0] == "1 part of this repository uses models and isn't registered:"
    assert "services/chat/a.py:1  imports openai" in text
    assert "services/chat/a.py:2  model gpt-4o" in text
    assert 'register it as systems/chat/, with x-sources: ["/services/chat/"]' in text


def test_nothing_found_is_said() -> None:
    assert as_text(surveyed({}), LOOKED).startswith("Nothing here looks like a use of a model.")


def test_a_hostile_name_drives_no_terminal() -> None:
    path = "a\x1b[2J/b\u202ec.py"
    found = surveyed({path: CODE})
    for said in (as_text(found, LOOKED), as_json(found, LOOKED)):
        assert "\x1b" not in said
        assert "\u202e" not in said


def test_json_holds_everything() -> None:
    value = json.loads(as_json(surveyed({"services/chat/a.py": CODE}), LOOKED))
    assert value["summary"] == {"groups": 1, "unregistered": 1, "files": 1, "too_large": 0}
    (group,) = value["groups"]
    assert (group["id"], group["folder"], group["registered"]) == ("chat", "services/chat", False)
    assert group["sources"] == ["/services/chat/"]
    assert group["signs"] == [
        {
            "path": "services/chat/a.py",
            "line": 1,
            "sort": "import",
            "what": "openai",
            "vendor": "openai",
            "times": 1,
            "registered": False,
        }
    ]


def test_an_empty_file_shows_nothing() -> None:
    assert signs_of("a.py", b"") == Found()

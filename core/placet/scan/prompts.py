"""Files that hold a prompt, told by their name and, where a name says little, by a look at what is in them."""

from __future__ import annotations

from placet.scan.signs import Sign, Sort

#: Folders whose text files are prompts.
_FOLDERS = frozenset({"prompts", "prompt", "prompt_templates", "prompt-templates", "system_prompts", "system-prompts"})
_TEXT = ("txt", "md", "mdx", "j2", "jinja", "jinja2", "mustache", "hbs", "handlebars", "liquid", "tmpl", "poml")
_DATA = ("yaml", "yml", "json", "toml", "xml")
#: One of these stands in a data file that holds a prompt.
_MARKS = ("messages", "template", '"role"', "role:", "system_prompt", "system:", "instructions", "few_shot", "prompt:")
_NOT_PROMPTS = frozenset({"readme", "index", "changelog", "license", "contributing", "package", "tsconfig"})
#: Files that tell a coding agent how to work in this repository.
_INSTRUCTIONS = frozenset(
    {
        *("AGENTS.md", "AGENT.md", "CLAUDE.md", "CLAUDE.local.md", "GEMINI.md", ".cursorrules", ".windsurfrules"),
        *(".clinerules", ".github/copilot-instructions.md", ".junie/guidelines.md", ".aider.conf.yml"),
    }
)
_INSTRUCTION_FOLDERS = (".cursor/rules/", ".github/instructions/", ".github/prompts/", ".github/chatmodes/")
_COMMAND_FOLDERS = (".github/agents/", ".claude/agents/", ".claude/commands/", ".claude/skills/", ".windsurf/rules/")


def format_of(path: str) -> str | None:
    """The prompt format that the name alone gives away."""
    name = path.rpartition("/")[2].lower()
    if name.endswith((".prompt.yml", ".prompt.yaml")):
        return "GitHub prompt file"
    if name.endswith(".prompty"):
        return "Prompty"
    return "dotprompt" if name.endswith(".prompt") and name != ".prompt" else None


def is_prompt_like(path: str) -> bool:
    """Whether the file stands where prompts are kept, and is of a sort that may be one."""
    *folders, name = path.split("/")
    stem, _, suffix = name.lower().rpartition(".")
    kept = any(folder.lower() in _FOLDERS for folder in folders)
    return kept and suffix in _TEXT + _DATA and stem not in _NOT_PROMPTS and not name.startswith(".")


def is_instructions(path: str) -> bool:
    name = path.rpartition("/")[2]
    told = name in _INSTRUCTIONS or path in _INSTRUCTIONS
    return told or any(f"/{folder}" in f"/{path}" for folder in _INSTRUCTION_FOLDERS + _COMMAND_FOLDERS)


def prompt_signs(path: str, text: str) -> tuple[Sign, ...]:
    """The sign that the file is a prompt, or instructions for a coding agent; none when it is neither."""
    if is_instructions(path):
        return (Sign(path, 1, Sort.INSTRUCTIONS, "instructions for coding agents"),)
    named = format_of(path)
    if named:
        return (Sign(path, 1, Sort.PROMPT, named),)
    if not is_prompt_like(path) or not text.strip():
        return ()
    suffix = path.rpartition(".")[2].lower()
    if suffix in _TEXT:
        return (Sign(path, 1, Sort.PROMPT, "text in a folder of prompts"),)
    lower = text[:100_000].lower()
    return (Sign(path, 1, Sort.PROMPT, "data in a folder of prompts"),) if any(m in lower for m in _MARKS) else ()

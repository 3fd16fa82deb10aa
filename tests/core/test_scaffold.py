"""What is written: valid from the start, added without touching what is there, strictest where nothing is known."""

from __future__ import annotations

from datetime import date
from os.path import commonprefix
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.repository import files as governed_files
from tests.repository import snapshot_of

from placet.classification import least_tier
from placet.codeowners.owners import parse
from placet.findings import Finding
from placet.model.policy import ClassificationRule, Tier
from placet.parse.snapshot import Snapshot
from placet.parse.tree import Tree, read_yaml
from placet.rules.catalogue import check
from placet.scaffold import hooks, owners, pieces, start
from placet.scaffold.actions import Action, Done, by_folder, judged
from placet.scaffold.additions import appended, prompt_entry
from placet.scaffold.answers import (
    ENDPOINTS,
    Answers,
    Endpoint,
    endpoint_of,
    guessed_endpoint,
    guessed_owner,
    is_owner,
    price_of,
)
from placet.scaffold.convert import Converted, converted
from placet.scaffold.factors import LEVELS, strictest
from placet.scaffold.registration import Registration, UsedModel, UsedPrompt, registration_text
from placet.scaffold.templates import quoted, scalar, template, template_names

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 20)
ANSWERS = Answers("@acme/platform", "@acme/ai-risk", ENDPOINTS["ollama"])


def begun(answers: Answers = ANSWERS) -> dict[str, str]:
    """Every file of `placet init` in an empty repository."""
    *drafts, card = start.example(answers, TODAY)
    digest = start.digest_for_card({draft.path: draft.text.encode() for draft in drafts})
    assert digest
    every = [*start.policies(answers), *drafts, start.stamped(card, digest), start.workflow(answers)]
    added = owners.with_block(None, answers)
    assert added
    return {draft.path: draft.text for draft in every} | {".github/CODEOWNERS": added.text}


def found_in(snapshot: Snapshot) -> list[str]:
    def said(finding: Finding) -> str:
        return f"{finding.path}:{finding.position.line} {finding.rule} {finding.message}"

    return [said(finding) for finding in check(snapshot, TODAY)]


def plain(text: str) -> object:
    tree = read_yaml("a.yaml", text.encode())
    assert isinstance(tree, Tree), tree
    return tree.value


# -- the first files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(ANSWERS, id="a model on this machine"),
        *(
            pytest.param(Answers("@dana", "@acme/risk", endpoint), id=endpoint.id)
            for endpoint in ENDPOINTS.values()
            if endpoint.price
        ),
        pytest.param(
            Answers(
                "dana@acme.example", "dana@acme.example", Endpoint("gw", "https://gw.acme.example", "GW", "m", (1, 2))
            ),
            id="a gateway, and one person with an address",
        ),
        pytest.param(
            Answers("@a", "@b", ENDPOINTS["ollama"], "https://github.com/acme/placet", "0" * 40), id="a known source"
        ),
    ],
)
def test_the_first_files_have_no_finding(answers: Answers) -> None:
    assert found_in(snapshot_of(begun(answers))) == []


def test_a_model_without_a_price_is_the_only_thing_left() -> None:
    unpriced = Answers("@a", "@b", Endpoint("gw", "https://gw.acme.example/v1", "GW_API_KEY", "m"))
    assert {line.split()[1] for line in found_in(snapshot_of(begun(unpriced)))} <= {"SYS027"}


def test_the_shipped_policies_are_those_of_this_repository() -> None:
    """Whoever tightens one is told to tighten the other."""
    shipped = ("policies/controls", "policies/suites", "policies/suites/cases")
    named = [one for folder in shipped for one in template_names(folder)]
    names = ["policies/tiers.yaml", "policies/classification.yaml", *named]
    assert len(names) > 20
    for name in names:
        first, _, rest = (ROOT / name).read_text().partition("\n")
        assert template(name) == (f"{first}\n{rest}" if name.endswith(".jsonl") else rest), name
    for folder in shipped:
        assert {f"{folder}/{path.name}" for path in (ROOT / folder).iterdir() if path.is_file()} <= set(names), folder


def test_no_template_keeps_a_mark_or_a_name_of_ours() -> None:
    for path, text in begun().items():
        assert "@@" not in text, path
        assert "acme" not in text.replace("@acme/platform", "").replace("@acme/ai-risk", ""), path


def test_the_workflow_runs_nothing_of_the_change_and_names_no_secret() -> None:
    text = start.workflow(Answers("@a", "@b", ENDPOINTS["openai"])).text
    workflow = plain(text)
    assert isinstance(workflow, dict)
    assert workflow["permissions"] == {}
    assert list(workflow["on"]) == ["pull_request"]
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    checkouts = [step for step in steps if str(step.get("uses")).startswith("actions/checkout@")]
    assert len(checkouts) == 3
    for step in checkouts:
        assert step["with"]["ref"] == "${{ github.event.pull_request.base.ref }}"
        assert step["with"]["persist-credentials"] == "false" or step["with"]["persist-credentials"] is False
    assert all("${{" not in step.get("run", "") for step in steps)
    assert all(len(step["uses"].partition("@")[2]) == 40 for step in steps if "uses" in step)
    active = [line for line in text.splitlines() if "secrets." in line and not line.lstrip().startswith("#")]
    assert active == []


def test_the_workflow_agrees_with_the_one_of_this_repository() -> None:
    ours, theirs = plain((ROOT / start.WORKFLOW).read_text()), plain(start.workflow(ANSWERS).text)
    assert isinstance(ours, dict)
    assert isinstance(theirs, dict)
    for key in ("name", "on", "permissions", "concurrency"):
        assert theirs[key] == ours[key], key
    for name, job in ours["jobs"].items():
        for key in ("permissions", "timeout-minutes", "if", "needs"):
            assert theirs["jobs"][name].get(key) == job.get(key), (name, key)
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert [step["uses"] for step in theirs["jobs"][name]["steps"] if "uses" in step] == used


def test_a_card_judges_the_registration_that_is_there_already() -> None:
    *drafts, _ = start.example(ANSWERS, TODAY)
    texts = {draft.path: draft.text.encode() for draft in drafts}
    path = next(iter(texts))
    edited = {**texts, path: texts[path].replace(b"lifecycle: experiment", b"lifecycle: staging")}
    assert start.digest_for_card(edited) != start.digest_for_card(texts)
    assert start.digest_for_card({path: b"id: ["}) is None


# -- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("existing", "settings", "owner"),
    [
        pytest.param(["@acme/x"], {"github.user": "dana"}, "@acme/x", id="code owners come first"),
        pytest.param([], {"github.user": "dana", "user.email": "d@a.example"}, "@dana", id="then the user of GitHub"),
        pytest.param([], {"user.email": "12345+dana@users.noreply.github.com"}, "@dana", id="or the one in an address"),
        pytest.param([], {"user.email": "dana@acme.example"}, "dana@acme.example", id="or the address"),
        pytest.param([], {"remote.origin.url": "git@github.com:acme/shop.git"}, "@acme", id="or whose the remote is"),
        pytest.param([], {"remote.origin.url": "https://gitlab.example/acme/shop"}, None, id="but not elsewhere"),
        pytest.param(["not an owner"], {"user.email": "dana@localhost"}, None, id="never what isn't one"),
    ],
)
def test_the_owner_is_guessed(existing: list[str], settings: dict[str, str], owner: str | None) -> None:
    assert guessed_owner(existing, settings) == owner


@pytest.mark.parametrize(
    ("given", "id", "url", "credential"),
    [
        pytest.param("openai", "openai", "https://api.openai.com/v1", "OPENAI_API_KEY", id="a name"),
        pytest.param(
            "https://api.mistral.ai/v1/", "mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", id="its URL"
        ),
        pytest.param(
            "https://llm.corp.example/v1", "llm", "https://llm.corp.example/v1", "LLM_API_KEY", id="a gateway"
        ),
        pytest.param("http://localhost:8000/v1", "local", "http://localhost:8000/v1", None, id="this machine"),
        pytest.param("http://10.0.0.7:80", "10", "http://10.0.0.7:80", "10_API_KEY", id="a number"),
    ],
)
def test_an_endpoint_is_a_name_or_an_address(given: str, id: str, url: str, credential: str | None) -> None:
    endpoint = endpoint_of(given)
    assert endpoint
    assert (endpoint.id, endpoint.base_url) == (id, url)
    if given != "http://10.0.0.7:80":
        assert endpoint.credential == credential


@pytest.mark.parametrize(
    "given", ["opnai", "ftp://x", "https://user:pw@host/v1", "https://h/v1?key=1", "", "https://" + "a" * 400]
)
def test_what_is_no_endpoint(given: str) -> None:
    assert endpoint_of(given) is None


def test_the_endpoint_that_the_code_calls_is_guessed() -> None:
    assert guessed_endpoint(["langchain", "anthropic", "openai"]).id == "anthropic"
    assert guessed_endpoint(["vercel-ai"]).id == "ollama"


@pytest.mark.parametrize(
    ("text", "price"), [("0.15/0.6", (0.15, 0.6)), ("0/0", (0.0, 0.0)), ("1", None), ("-1/2", None)]
)
def test_a_price_is_two_amounts(text: str, price: tuple[float, float] | None) -> None:
    assert price_of(text) == price


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_data_in_yaml(text: str) -> None:
    assert plain(f"a: {quoted(text)}\n") == {"a": text}
    assert plain(f"a: {scalar(text)}\n") == {"a": text}


# -- CODEOWNERS -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spoken_for"),
    [
        pytest.param("* @acme/all\n", (), id="only everything"),
        pytest.param("* @acme/all", (), id="no line break at the end"),
        pytest.param("", (), id="an empty file"),
        pytest.param("* @acme/all\r\n/docs/ @acme/docs\r\n", (), id="Windows line breaks"),
        pytest.param("/prompts/ @acme/authors\n", ("/prompts/",), id="a folder that somebody owns"),
        pytest.param("prompts/team-a/ @a\n", ("/prompts/",), id="a folder in it"),
        pytest.param("/.github/ @acme/infra\n", ("/.github/workflows/",), id="a folder above it"),
        pytest.param("*.yml @acme/yaml\n", (), id="a suffix"),
    ],
)
def test_a_block_is_added_to_code_owners(text: str, spoken_for: tuple[str, ...]) -> None:
    added = owners.with_block(text.encode(), ANSWERS)
    assert added
    assert added.text.startswith(text)
    assert added.spoken_for == spoken_for
    again = owners.with_block(added.text.encode(), ANSWERS)
    assert again
    assert again.text == added.text
    assert parse(added.text.encode()).errors == ()
    assert ("\r\n" in text) == ("\r\n" in added.text.removeprefix(text))


@pytest.mark.parametrize(
    ("before", "path", "owner"),
    [
        pytest.param("* @all\n", "policies/tiers.yaml", "@acme/ai-risk", id="policies are for risk"),
        pytest.param("* @all\n", "systems/a/waivers/b.yaml", "@acme/ai-risk", id="exceptions as well"),
        pytest.param("* @all\n", "systems/a/system.yaml", "@acme/platform", id="systems are not"),
        pytest.param("* @all\n", "src/a.py", "@all", id="code stays whose it is"),
        pytest.param("/prompts/a/ @a\n", "prompts/a/x.prompt.yml", "@a", id="an owner of prompts keeps them"),
        pytest.param("/docs/ @docs\n", "docs/CODEOWNERS", "@acme/ai-risk", id="who approves what is for risk"),
    ],
)
def test_who_owns_what_afterwards(before: str, path: str, owner: str) -> None:
    added = owners.with_block(before.encode(), ANSWERS)
    assert added
    assert parse(added.text.encode()).owners_of(path).owners == (owner,)


def test_a_line_that_was_taken_out_of_the_block_is_not_put_back() -> None:
    added = owners.with_block(b"* @all\n", ANSWERS)
    assert added
    edited = "".join(line for line in added.text.splitlines(keepends=True) if not line.startswith("/policies/"))
    again = owners.with_block(edited.encode(), ANSWERS)
    assert again
    assert again.text == edited


def test_what_cannot_be_read_is_not_added_to() -> None:
    assert owners.with_block(b"* @a \xff\n", ANSWERS) is None
    assert owners.with_block(b"# " + b"x" * 3_000_000, ANSWERS) is None


# -- lists in YAML ----------------------------------------------------------------------------------------------------

COMMENTED = """\
# top
minimum_pre_commit_version: "3.2"   # why
repos:
  # the first
  - repo: https://github.com/pre-commit/pre-commit-hooks
    rev: v5.0.0
    hooks:
      - id: trailing-whitespace   # keep
      - {id: check-yaml, args: [--unsafe]}

  # the second
  - repo: local
    hooks:
    - id: mine
      name: mine
      entry: ./check
      language: system
      description: |
        Some

        text
# the end
ci: {skip: [mine]}
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(COMMENTED, id="comments, flow and block"),
        pytest.param(COMMENTED.replace("\n", "\r\n"), id="Windows line breaks"),
        pytest.param("repos:\n- repo: local\n  hooks: []\n", id="no indentation"),
        pytest.param("repos:\n-   repo: local\n    hooks: []", id="wide dashes and no line break at the end"),
        pytest.param("repos:\n    - repo: local\n      hooks: []\n\n\n", id="deep, and empty lines"),
        pytest.param("---\nrepos:\n  - repo: local\n    hooks: []\n...\n", id="document marks"),
    ],
)
def test_the_hook_is_added_below_the_others(text: str) -> None:
    made = hooks.with_hook(text)
    assert made
    assert hooks.with_hook(made) == made
    before = commonprefix([made, text])  # noqa: RUF071 - letters are meant
    assert made.endswith(text[len(before) :])
    assert "id: placet" in made[len(before) :]


@pytest.mark.parametrize(
    "text", ["repos: []\n", "default_stages: [pre-commit]\n", "repos: [{repo: meta, hooks: []}]\n", "repos:\n"]
)
def test_a_list_that_is_no_block_is_written_by_a_round_trip(text: str) -> None:
    made = hooks.with_hook(text)
    assert made
    assert hooks.has_hook(made)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("repos: [\n", id="it doesn't parse"),
        pytest.param("- a\n", id="it has no keys"),
        pytest.param("repos: {a: 1}\n", id="repos is no list"),
        pytest.param("repos: []\n---\nrepos: []\n", id="two documents"),
    ],
)
def test_what_cannot_be_added_to_is_left(text: str) -> None:
    assert hooks.with_hook(text) is None


@pytest.mark.parametrize(
    "hook",
    [
        "{repo: 'https://x/placet', rev: a, hooks: [{id: placet}]}",
        "{repo: local, hooks: [{id: x, entry: placet-hook}]}",
        "{repo: local, hooks: [{id: placet-systems}]}",
    ],
)
def test_a_hook_that_is_there_is_known(hook: str) -> None:
    text = f"repos:\n  - {hook}\n"
    assert hooks.with_hook(text) == text


def test_the_hook_of_a_known_source_is_pinned() -> None:
    made = hooks.with_hook(None, "https://github.com/acme/placet", "0" * 40)
    assert made
    value = plain(made)
    assert isinstance(value, dict)
    ids = [{"id": id} for id in ("placet", "placet-commit-msg", "placet-all")]
    assert value["repos"] == [{"repo": "https://github.com/acme/placet", "rev": "0" * 40, "hooks": ids}]


def test_a_new_configuration_has_every_hook_and_installs_every_type() -> None:
    made = hooks.with_hook(None)
    assert made
    value = plain(made)
    assert isinstance(value, dict)
    ours = {hook["id"]: hook for hook in value["repos"][0]["hooks"]}
    assert list(ours) == ["placet", "placet-commit-msg", "placet-all"]
    stages = {stage for hook in ours.values() for stage in hook["stages"]} - {"manual"}
    assert set(value["default_install_hook_types"]) == stages
    assert hooks.installs_all(made)
    listed = plain((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert isinstance(listed, list)
    manifest = {hook["id"]: hook for hook in listed}
    for id, hook in ours.items():
        said = {"pass_filenames": True} | hook
        for key in ("entry", "stages", "always_run", "pass_filenames", "require_serial"):
            assert said[key] == manifest[id][key], (id, key)


@pytest.mark.parametrize("text", ["repos: []\n", "default_install_hook_types: [pre-commit]\n", "a: [\n", ""])
def test_a_configuration_that_does_not_install_every_type(text: str) -> None:
    assert not hooks.installs_all(text)


def test_the_page_shows_the_hook_as_it_is_written() -> None:
    made = hooks.with_hook(None)
    assert made
    assert f"```yaml\n{made}```\n" in (ROOT / "docs/init.md").read_text()


REGISTRATION = """\
id: a   # the id
prompts:
  # comment
  - {path: prompts/a/one.prompt.yml, untrusted: [x]}   # why
  - path: prompts/a/two.prompt.yml
    untrusted:
      - y
owners: {technical: ["@a"]}  # who
"""


@pytest.mark.parametrize(
    "text",
    [
        REGISTRATION,
        REGISTRATION.replace("  - ", "- ").replace("    untrusted", "  untrusted"),
        REGISTRATION.partition("owners")[0],
    ],
)
def test_a_prompt_is_added_to_a_registration(text: str) -> None:
    made = appended(text, "prompts", prompt_entry("prompts/a/three.prompt.yml", ["z"]))
    assert made
    lines = made.splitlines()
    assert [line for line in lines if "three" not in line] == text.splitlines()
    assert lines[-2 if "owners" in text else -1].strip() == "- {path: prompts/a/three.prompt.yml, untrusted: [z]}"


def test_the_first_prompt_of_a_registration() -> None:
    made = appended("id: a  # id\nprompts: []\nmodels: [b]\n", "prompts", "{path: prompts/a.prompt.yml}")
    assert made
    assert "id: a  # id\n" in made
    assert plain(made) == {"id": "a", "prompts": [{"path": "prompts/a.prompt.yml"}], "models": ["b"]}


@given(
    st.lists(
        st.sampled_from(["  - a\n", "  - {b: 1}\n", "  # c\n", "\n", "  - |\n    d\n\n", "  - 'e\n\n    f'\n"]),
        max_size=8,
    )
)
def test_whatever_the_list_the_new_entry_is_last(parts: list[str]) -> None:
    text = f"x: 1\nlist:\n{''.join(parts)}y: 2\n"
    made = appended(text, "list", "{new: 1}")
    assert made
    old, new = plain(text), plain(made)
    assert isinstance(old, dict)
    assert new == old | {"list": [*(old["list"] or []), {"new": 1}]}
    if any("-" in part for part in parts):
        assert set(text.splitlines()) <= set(made.splitlines())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("list:\n  - |+\n    kept\n\n\nother: 1\n", id="empty lines that are text"),
        pytest.param("list:\n  - {a: 1,\n  b: 2}\nother: 1\n", id="an item that goes on below its dash"),
    ],
)
def test_where_a_line_alone_would_change_what_is_there(text: str) -> None:
    """The result is held against what it must say, and written another way, or not at all."""
    made = appended(text, "list", "new")
    old = plain(text)
    assert isinstance(old, dict)
    assert made is None or plain(made) == old | {"list": [*old["list"], "new"]}


# -- what is done with a file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fixed", "old", "done"),
    [
        pytest.param(True, None, Done.CREATED, id="missing"),
        pytest.param(True, "new\n", Done.SAME, id="the same"),
        pytest.param(True, "old\n", Done.DIFFERS, id="shipped, and changed here"),
        pytest.param(False, "old\n", Done.KEPT, id="the user's own"),
    ],
)
def test_what_is_done_with_a_file(fixed: bool, old: str | None, done: Done) -> None:
    action = judged(start.Draft("a", "new\n", fixed), None if old is None else old.encode())
    assert action.done is done
    assert ("-old\n+new" in action.difference) is (done is Done.DIFFERS)


def test_an_addition_shows_itself() -> None:
    action = Action.adding("a", b"one\n", "one\ntwo\n")
    assert action.done is Done.CHANGED
    assert action.difference.splitlines()[-1] == "+two"
    assert Action.adding("a", b"one\n", "one\n").done is Done.SAME


def test_many_files_of_a_folder_are_one_line() -> None:
    assert by_folder(["a/1", "a/2", "a/3", "a/4", "b/1", "c"]) == ["a/ (4 files)", "b/1", "c"]


# -- registrations ----------------------------------------------------------------------------------------------------

RULES = tuple(snapshot_of(begun()).classification or ())


@given(
    st.sampled_from(list(Tier)),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(levels) for name, levels in LEVELS.items()}),
)
def test_what_is_assumed_is_the_strictest_that_the_tier_allows(limit: Tier, known: dict[str, tuple[str, ...]]) -> None:
    factors = strictest(known, limit, RULES)
    if factors is None:
        assert strictest({**{name: levels[0] for name, levels in LEVELS.items()}, **known}, limit, RULES) is None
        return
    assert least_tier(factors, RULES) <= limit
    assert all(getattr(factors, name) == values for name, values in known.items())
    for name in set(LEVELS) - set(known):
        level = LEVELS[name].index(getattr(factors, name))
        if level + 1 < len(LEVELS[name]):
            raised = {one: getattr(factors, one) for one in LEVELS} | {name: LEVELS[name][level + 1]}
            assert strictest(raised, limit, RULES) is None


def test_nothing_known_and_no_limit_is_the_worst() -> None:
    factors = strictest({}, Tier.CRITICAL, RULES)
    assert factors
    assert {name: getattr(factors, name) for name in LEVELS} == {name: levels[-1] for name, levels in LEVELS.items()}


def test_rules_that_allow_no_system_of_a_tier() -> None:
    always = ClassificationRule("x", {"exposure": tuple(level[0] for level in LEVELS["exposure"])}, Tier.HIGH, "x")
    assert strictest({}, Tier.LOW, [always]) is None


LINES = st.text(st.characters(codec="utf-8", min_codepoint=0x20), min_size=1, max_size=40).filter(str.strip)


@given(title=LINES, tools=st.lists(st.sampled_from(["github", "a.b-c"]), unique=True), prompted=st.booleans())
def test_a_registration_is_valid_whatever_it_is_called(title: str, tools: list[str], prompted: bool) -> None:
    factors = strictest({}, Tier.LOW, RULES)
    assert factors
    text = registration_text(
        Registration(
            id="a-b",
            title=title,
            purpose=f"{title}: x",
            kind="llm",
            owners={"technical": ["@a"]},
            tier=Tier.LOW,
            factors=factors,
            models=[UsedModel("ollama/x:1", "ollama", "x:1")],
            assumed=frozenset(LEVELS),
            prompts=[UsedPrompt("prompts/a b/x.prompt.yml", ("y",))] if prompted else [],
            sources=["/services/é#/"],
            tools=tools,
            plans=frozenset({"monitoring", "rollout"}),
        )
    )
    snapshot = snapshot_of({"systems/a-b/system.yaml": text})
    assert snapshot.findings == ()
    assert snapshot.by_id["a-b"].title == title


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("openai/gpt-4.1-mini-2025-04-14", "2025-04-14"),
        ("claude-3-5-sonnet-20241022", "2024-10-22"),
        ("gpt-4o", None),
        ("x-2025-04-14-2025-05-15", None),
    ],
)
def test_the_day_in_a_models_name_is_its_version(name: str, version: str | None) -> None:
    factors = strictest({}, Tier.LOW, RULES)
    assert factors
    model = UsedModel(name, "openai", name)
    owners = {"technical": ["@a"]}
    text = registration_text(Registration("a", "A", "It is: a", "llm", owners, Tier.LOW, factors, [model]))
    snapshot = snapshot_of({"systems/a/system.yaml": text})
    assert snapshot.findings == ()
    assert [(one.name, one.version, one.role) for one in snapshot.by_id["a"].models] == [(name, version, "primary")]


def test_the_pieces_are_valid() -> None:
    files = governed_files()
    name = "prompts/sorter/new.prompt.yml"
    system = appended(files["systems/sorter/system.yaml"], "prompts", prompt_entry(name, ["ticket", "tone"]))
    assert system
    files |= {
        "systems/sorter/system.yaml": system,
        name: pieces.prompt_text("Say: hello #1", "acme/one", ["ticket", "tone"]),
        "systems/sorter/evals/tone.yaml": pieces.suite_text("tone", "It is: polite", name, 0.05),
        "systems/sorter/evals/cases/tone.jsonl": pieces.blank_case(["ticket", "tone"]),
        "systems/sorter/waivers/core-accuracy.yaml": pieces.waiver_text(
            "core.accuracy", "sorter", "It is: being mended, 'soon'.", ("@dana", "@rosa"), date(2026, 12, 24)
        ),
        "systems/sorter/documents/note.md": pieces.document_text(
            pieces.Document("note", "A: note", "@dana", f"sha256:{'0' * 64}", "Why -- though"), TODAY
        ),
    }
    snapshot = snapshot_of(files)
    assert snapshot.findings == ()
    assert snapshot.prompts[name].variables == {"ticket", "tone"}
    assert snapshot.documents["systems/sorter/documents/note.md"].words == 0


# -- prompts in other formats -----------------------------------------------------------------------------------------

PROMPTY = """\
---
name: Answer
description: "Answers: politely"
model:
  api: chat
  configuration: {type: azure_openai, azure_deployment: gpt-4o}
  parameters: {max_tokens: 300, temperature: 0.2}
inputs:
  question: {type: string}
sample:
  question: Where is it?
---
system:
You answer "briefly".
  And kindly.

user:
{{ question }}
"""
DOTPROMPT = """\
---
model: googleai/gemini-2.5-flash
config: {temperature: 0.5, maxOutputTokens: 99}
input: {schema: {theme: string}}
---
{{role "system"}}
Write a menu.
{{role "user"}}
For {{theme}}.
{{role "model"}}
Sure.
"""


@pytest.mark.parametrize(
    ("path", "text", "messages", "parameters", "model"),
    [
        pytest.param(
            "a.prompty",
            PROMPTY,
            [("system", 'You answer "briefly".\n  And kindly.'), ("user", "{{question}}")],
            {"maxTokens": 300, "temperature": 0.2},
            "gpt-4o",
            id="Prompty",
        ),
        pytest.param(
            "a.prompt",
            DOTPROMPT,
            [("system", "Write a menu."), ("user", "For {{theme}}."), ("assistant", "Sure.")],
            {"temperature": 0.5, "maxTokens": 99},
            "googleai/gemini-2.5-flash",
            id="dotprompt",
        ),
        pytest.param("a.prompt", "Hello {{name}}!", [("user", "Hello {{name}}!")], {}, None, id="a bare text"),
    ],
)
def test_what_loses_nothing_is_converted(
    path: str, text: str, messages: list[tuple[str, str]], parameters: dict[str, float], model: str | None
) -> None:
    made = converted(path, text.encode())
    assert isinstance(made, Converted), made
    snapshot = snapshot_of({"prompts/a/b.prompt.yml": made.text})
    assert snapshot.findings == ()
    prompt = snapshot.prompts["prompts/a/b.prompt.yml"]
    assert [(message.role, message.content) for message in prompt.messages] == messages
    assert prompt.parameters == parameters
    assert prompt.model == made.model == model
    assert set(made.variables) == prompt.variables


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        pytest.param(
            "a.prompty", PROMPTY.replace("{{ question }}", "{% if x %}{% endif %}"), "template", id="a condition"
        ),
        pytest.param(
            "a.prompty", PROMPTY.replace("{{ question }}", "{{ question | upper }}"), "template", id="a filter"
        ),
        pytest.param("a.prompty", PROMPTY.replace("api: chat", "api: completion"), "chat", id="no chat"),
        pytest.param(
            "a.prompty", PROMPTY.replace("temperature: 0.2", "logit_bias: {a: 1}"), "logit_bias", id="a parameter"
        ),
        pytest.param("a.prompty", PROMPTY.replace("name: Answer", "tools: [a]"), "tools", id="a key"),
        pytest.param("a.prompty", PROMPTY.replace("{type: string}", "{type: array}"), "question", id="a list goes in"),
        pytest.param("a.prompty", PROMPTY.replace("system:\nYou", "Preface\nsystem:\nYou"), "before", id="a preface"),
        pytest.param("a.prompty", PROMPTY.replace("{{ question }}", "![i](x.png)"), "image", id="an image"),
        pytest.param("a.prompty", "---\na: [\n---\nsystem:\nx", "front matter", id="broken front matter"),
        pytest.param("a.prompt", DOTPROMPT.replace("{{theme}}", "{{#each x}}{{/each}}"), "template", id="a loop"),
        pytest.param("a.prompt", DOTPROMPT.replace("{{theme}}", "{{>partial}}"), "template", id="a partial"),
        pytest.param(
            "a.prompt", DOTPROMPT.replace("config:", "output: {format: json}\nconfig:"), "output", id="an output"
        ),
        pytest.param("a.prompt", "", "no message", id="nothing"),
        pytest.param("a.txt", "You are", "format", id="plain text"),
        pytest.param("a.prompt.yml", "messages: 1", "valid", id="an invalid prompt file"),
    ],
)
def test_what_would_lose_something_is_not(path: str, text: str, why: str) -> None:
    made = converted(path, text.encode())
    assert isinstance(made, str)
    assert why in made


@pytest.mark.parametrize("path", ["app/prompts/sum.prompt.yml", "sum.prompt.yaml", "prompts/a/sum.prompt.yml"])
def test_a_prompt_file_of_githubs_is_taken_as_it_is_wherever_it_stands(path: str) -> None:
    text = "model: openai/gpt-4o\nmessages:\n  - {role: user, content: 'Sum up {{text}}'}\n"
    assert converted(path, text.encode()) == Converted(text, ("text",), "openai/gpt-4o")


def test_bytes_that_are_no_text_are_not_converted() -> None:
    assert converted("a.prompt", b"\xff") == "it isn't UTF-8"


@given(st.sampled_from(["a.prompty", "a.prompt"]), st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_converted_to_a_valid_prompt_or_not_at_all(path: str, head: str, body: str) -> None:
    for text in (body, f"---\n{head}\n---\nsystem:\n{body}\nuser:\n{{{{x}}}}"):
        made = converted(path, text.encode("utf-8", "replace"))
        if isinstance(made, Converted):
            assert snapshot_of({"prompts/a.prompt.yml": made.text}).findings == ()


@given(st.text(max_size=40))
def test_an_owner_is_one_that_github_loads(text: str) -> None:
    if is_owner(text):
        assert parse(f"* {text}\n".encode()).errors == ()

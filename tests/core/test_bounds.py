"""No file and no server makes Placet slow or large: work, output and memory end at limits, and each says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.governed import TODAY
from tests.model_server import ModelServer, Reply, ask
from tests.repository import CASES, OWNERS, PROMPT, SUITE, SYSTEM, Repo, files, governed, plan_of, snapshot_of, sorter

from placet import tasks
from placet.cache import Cache, key_of
from placet.decision import Answer as Verdict
from placet.errors import PlacetError
from placet.findings import Finding, Position, Severity
from placet.gate.critical import TRIALS
from placet.load import files_of, files_on_disk
from placet.model.run import Answer, CallError
from placet.parse.guesses import LONGEST as LONGEST_NAME
from placet.parse.guesses import MOST_COMPARED, MOST_KNOWN, Guesses, closest
from placet.parse.kinds import FOLDERS, Kind, limit_of
from placet.parse.schema import MOST, violations
from placet.parse.snapshot import MOST_TRIALS, File, read_snapshot
from placet.parse.tree import Tree, read_yaml
from placet.providers.costs import Budget
from placet.providers.estimate import estimate
from placet.providers.exchange import LONGEST
from placet.providers.limiter import Limiter
from placet.providers.openai import OpenAIWire
from placet.providers.retry import Patience
from placet.providers.silence import GIVE_UP_AFTER
from placet.report import findings as report
from placet.report import plan as plan_report
from placet.report.findings import Checked, as_json, as_text
from placet.report.paint import Paint
from placet.report.trees import MOST as MOST_BRANCHES
from placet.report.trees import Branch, bounded
from placet.rules.problem import Check
from placet.rules.systems import failure_modes
from placet.runner import Terms, Watch, run

BASE = files()
HASTY = Patience(first=0.01)


def rows(count: int, **more: Any) -> str:
    return "".join(json.dumps({"id": f"c{n}", "inputs": {"ticket": "t"}, **more}) + "\n" for n in range(count))


def rules(found: Any) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for finding in found]


# -- suggestions ------------------------------------------------------------------------------------------------------


def test_a_suggestion_is_the_closest_known_name() -> None:
    assert closest("billng", ["account", "billing"]) == "billing"
    assert closest("refund", ["account", "billing"]) is None


@pytest.mark.parametrize(
    ("wrong", "known"),
    [
        pytest.param("a" * (LONGEST_NAME + 1), ["a" * LONGEST_NAME], id="the wrong name is long"),
        pytest.param("a" * LONGEST_NAME, ["a" * (LONGEST_NAME + 1)], id="the known name is long"),
        pytest.param("name-0", [f"name-{n}" for n in range(1, MOST_KNOWN + 2)], id="very many names are known"),
    ],
)
def test_what_takes_long_to_compare_gives_no_suggestion(wrong: str, known: list[str]) -> None:
    assert closest(wrong, known) is None


def test_a_check_compares_no_more_names_than_it_may() -> None:
    guesses = Guesses(left=5)
    assert guesses.closest("billng", ["account", "billing"]) == "billing"
    assert guesses.closest("acount", ["account", "billing"]) == "account"
    assert guesses.left == 1
    assert guesses.closest("billig", ["account", "billing"]) is None
    assert guesses.closest("billng", ["account", "billing"]) == "billing"  # asked before: nothing is compared again


def test_many_wrong_names_are_all_found_and_the_first_get_suggestions() -> None:
    def change(system: str) -> str:
        modes = "".join(
            f"- id: m{n}\n  description: d\n  cases: [{', '.join(f'core/billing-{n}-{c}' for c in range(20))}]\n"
            for n in range(50)
        )
        return f"{system}failure_modes:\n{modes}"

    check = Check(snapshot_of(BASE | {SYSTEM: change(BASE[SYSTEM])}), TODAY)
    found = list(failure_modes(check))
    assert len(found) == 50 * 20
    guessed = sum("did you mean" in problem.help for problem in found)
    assert "did you mean" in found[0].help
    assert 0 < guessed <= MOST_COMPARED // 30  # each search compares with the names of about 31 cases and suites


# -- findings ---------------------------------------------------------------------------------------------------------


def test_a_case_file_has_a_hundred_findings_and_then_one_that_says_so() -> None:
    bad = "".join(f'{{"id": "c{n}", "q": 1, "r": 2, "s": 3}}\n' for n in range(2_000))
    found = [finding for finding in snapshot_of(BASE | {CASES: bad}).findings if finding.path == CASES]
    assert MOST < len(found) <= MOST + 5  # a row is judged as a whole
    assert found[-1].rule == "FIL003"
    assert "more than 100 findings" in found[-1].message


def test_a_file_has_a_hundred_deviations_and_then_one_that_says_so() -> None:
    found = snapshot_of(BASE | {SYSTEM: BASE[SYSTEM] + "".join(f"q{n}: 1\n" for n in range(5_000))}).findings
    assert [finding.rule for finding in found].count("FIL008") == MOST
    assert [finding.rule for finding in found].count("FIL003") == 1


def test_many_warnings_never_hide_an_error() -> None:
    """A foreign file's unknown keys are warnings; if an error behind them were lost, the file would count as valid."""
    tree = read_yaml(PROMPT, ("".join(f"a{n}: 1\n" for n in range(500)) + "messages: 7\n").encode())
    assert isinstance(tree, Tree)
    found = violations(tree, Kind.PROMPT)
    assert len([finding for finding in found if finding.severity is Severity.WARNING]) == MOST
    assert {finding.rule for finding in found if finding.severity is Severity.ERROR} == {"FIL007"}


def test_a_person_is_shown_the_first_findings_and_a_script_all() -> None:
    found = [Finding("SYS001", Severity.ERROR, "a.yaml", Position(n, 1), "is wrong") for n in range(1, 1_001)]
    text = as_text(found, {"a.yaml": "x\n" * 1_000}, Checked(None, 1, 1))
    assert text.count("SYS001 is wrong") == report.MOST
    assert "... and 800 more; all of them: placet check --format json" in text
    assert "1000 findings in 1 file" in text
    assert len(json.loads(as_json(found, Checked(None, 1, 1)))["findings"]["a.yaml"]) == 1_000


def test_a_case_file_that_several_suites_name_is_read_once() -> None:
    others = {
        SUITE.replace("core", name): BASE[SUITE].replace("name: core", f"name: {name}") for name in ("one", "two")
    }
    of = snapshot_of(BASE | others)
    shared = {id(suite.cases[0]) for suite in of.suites.values()}
    assert len(of.suites) == 3
    assert len(shared) == 1


def test_a_case_file_of_too_many_rows_is_a_finding() -> None:
    (found,) = (finding for finding in snapshot_of(BASE | {CASES: rows(10_001)}).findings if finding.path == CASES)
    assert (found.rule, found.position.line) == ("FIL003", 10_001)


def test_a_suite_of_too_many_trials_is_a_finding_and_no_suite() -> None:
    many = MOST_TRIALS // 10 + 1
    suite = BASE[SUITE].replace("trials: 1\n", "") + "trials: 10\n"
    of = snapshot_of(BASE | {CASES: rows(many), SUITE: suite})
    (found,) = (finding for finding in of.findings if finding.rule == "FIL003")
    assert found.path == SUITE
    assert "2,001 cases, 10 times each" in found.message
    assert SUITE not in of.suites
    assert SUITE in snapshot_of(BASE | {CASES: rows(many - 1), SUITE: suite}).suites


def test_a_case_is_asked_ten_times_at_most() -> None:
    suite = BASE[SUITE].replace("trials: 1\n", "") + "trials: 11\n"
    assert ("FIL007", SUITE) in rules(snapshot_of(BASE | {SUITE: suite}).findings)


@pytest.mark.parametrize("mode", ["120000", "100644"], ids=["a link", "too large"])
def test_a_case_file_that_is_not_read_is_one_finding(mode: str) -> None:
    read = {path: File(path, "100644", "", text.encode()) for path, text in BASE.items()}
    of = read_snapshot(read | {CASES: File(CASES, mode, "", None)})
    assert rules(of.findings) == [("FIL005" if mode == "120000" else "FIL003", CASES)]


def test_an_owners_file_that_is_not_read_owns_not_nobody() -> None:
    read = {path: File(path, "100644", "", text.encode()) for path, text in BASE.items()}
    assert read_snapshot(read | {OWNERS: File(OWNERS, "100644", "", None)}).codeowners.errors


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return governed(tmp_path / "shop")


def from_git(repo: Repo, **most: int) -> dict[str, File]:
    return files_of(repo.repository, repo.repository.tree_entries("HEAD", FOLDERS), **most)


def from_disk(repo: Repo, **most: int) -> dict[str, File]:
    return files_on_disk(repo.repository, **most)


WAYS = pytest.mark.parametrize("load", [pytest.param(from_git, id="git"), pytest.param(from_disk, id="disk")])


@WAYS
def test_what_nothing_reads_is_not_loaded_and_no_finding(repo: Repo, load: Any) -> None:
    repo.commit("Large", {"prompts/sorter/picture.png": b"x" * (2 * 2**20)})
    found = load(repo)
    assert found["prompts/sorter/picture.png"].data is None
    assert found[PROMPT].data is not None
    assert read_snapshot(found).findings == ()


@WAYS
def test_each_kind_is_read_to_its_own_limit(repo: Repo, load: Any) -> None:
    large = b"\n" * (2**20 + 1)
    repo.commit("Large", {PROMPT: large, CASES: large})
    found = load(repo)
    assert found[PROMPT].data is None
    assert found[CASES].data == large
    (finding,) = read_snapshot(found).findings
    assert (finding.rule, finding.path, finding.message) == ("FIL003", PROMPT, "larger than 1 MiB and not read")


@WAYS
def test_all_files_together_have_a_limit(repo: Repo, load: Any) -> None:
    size = sum(len(item.data or b"") for item in load(repo).values())
    assert load(repo, most=size)
    with pytest.raises(PlacetError, match="the governed files hold"):
        load(repo, most=size - 1)


def test_a_blob_at_two_paths_is_held_against_the_limit_of_each(repo: Repo) -> None:
    assert limit_of("prompts/notes.txt") == 0
    repo.commit("Twice", {"prompts/notes.txt": repo.read(PROMPT)})
    found = from_git(repo)
    assert found[PROMPT].data is not None
    assert found["prompts/notes.txt"].data is None


# -- YAML -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("%TAG !a! b\n---\na: 1\n", 1, id="a tag"),
        pytest.param("# x\n\n%FOO\n---\na: 1\n", 3, id="an unknown one, behind a comment"),
        pytest.param("%YAML 1.2\n%YAML 1.2\n---\na: 1\n", 2, id="the version twice"),
        pytest.param("a: 1\n...\n%TAG !a! b\n---\n{}\n", 3, id="behind the end of the document"),
        pytest.param("".join(f"%TAG !{n}! b\n" for n in range(40_000)) + "---\na: 1\n", 1, id="very many"),
    ],
)
def test_directives_are_refused_before_the_parser_sees_them(text: str, line: int) -> None:
    (found,) = read_yaml("f.yaml", text.encode())
    assert (found.rule, found.position.line, found.message) == ("FIL001", line, "YAML directives aren't read")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("%YAML 1.2\n---\na: 1\n", id="the version"),
        pytest.param("a: |\n  %TAG !a! b\n", id="text that looks like one"),
    ],
)
def test_what_is_no_directive_is_read(text: str) -> None:
    assert isinstance(read_yaml("f.yaml", text.encode()), Tree)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(SUITE, "cases: cases/core.jsonl", 'cases: "cases/a\\0.jsonl"', id="a suite's cases"),
        pytest.param(SUITE, f"prompt: {PROMPT}", 'prompt: "prompts/a\\0.prompt.yml"', id="a suite's prompt"),
        pytest.param(SYSTEM, f"path: {PROMPT}", 'path: "prompts/a\\0.prompt.yml"', id="a system's prompt"),
        pytest.param(SYSTEM, "id: sorter", 'id: "a\\0"', id="a system's id"),
    ],
)
def test_a_path_with_a_nul_is_a_finding(path: str, old: str, new: str) -> None:
    assert BASE[path].count(old) == 1
    assert ("FIL007", path) in rules(snapshot_of(BASE | {path: BASE[path].replace(old, new)}).findings)


# -- the register -----------------------------------------------------------------------------------------------------


def test_the_register_is_indexed_as_it_is() -> None:
    of = snapshot_of(BASE | {SUITE.replace("core", "also"): BASE[SUITE].replace("name: core", "name: also")})
    system = of.by_id["sorter"]
    assert [suite.name for suite in of.suites_of(system)] == ["also", "core"]
    assert of.suites_of(system) == of.suites_of(system)
    assert of.systems_using(PROMPT) == (system,)
    assert of.systems_using("prompts/other.prompt.yml") == ()


# -- the plan ---------------------------------------------------------------------------------------------------------


def test_a_list_ends_with_how_many_more_there_are() -> None:
    texts = [branch.text for branch in bounded(Branch(str(n)) for n in range(MOST_BRANCHES + 1_000))]
    assert texts == [*map(str, range(MOST_BRANCHES)), "and 1,000 more"]
    assert len(bounded(Branch("x") for _ in range(MOST_BRANCHES))) == MOST_BRANCHES


def test_a_plan_of_very_many_files_is_short_for_people_and_whole_for_scripts() -> None:
    many = {f"systems/sorter/documents/x/{n}.md": "" for n in range(500)}
    plan = plan_of(BASE, BASE | many)
    text = plan_report.as_text(plan, "main", None, (), Paint())
    assert text.count("documents/x/") < 2 * MOST_BRANCHES
    assert "and 470 more" in text
    assert len(json.loads(plan_report.as_json(plan, "main", None, ()))["edits"]) == 500


# -- runs -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(sorter) as running:
        yield running


@pytest.fixture
def changed(server: ModelServer, tmp_path: Path) -> Repo:
    made = governed(tmp_path / "served", server.base_url)
    made.branch("feature")
    made.edit(PROMPT, "one word", "one short word")
    made.commit("Shorter")
    return made


#: Thirty cases on two sides, two of them critical.
DUE = 2 * (28 + 2 * TRIALS)


def test_far_over_its_budget_nothing_is_called_or_looked_at(
    changed: Repo, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST_LOOKED_AT", DUE - 1)
    review = changed.review(budget=Budget(max_calls=10), confirm=lambda estimate: pytest.fail("asked"))
    assert server.count == review.spent.calls == 0
    assert review.decision.answer is Verdict.ERROR
    assert any("the limit is 10: none was made" in reason.text for reason in review.decision.reasons)


def test_within_what_is_looked_at_a_budget_is_used_up(changed: Repo, server: ModelServer) -> None:
    review = changed.review(budget=Budget(max_calls=10))
    assert server.count == review.spent.calls == 10


def test_beyond_what_is_looked_at_a_run_has_neither_cost_nor_time_beforehand(
    changed: Repo, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST_LOOKED_AT", DUE - 1)
    told: list[Any] = []
    review = changed.review(confirm=lambda estimate: bool(told.append(estimate)) or True)
    assert [(one.calls, one.cost_usd, one.seconds) for one in told] == [(DUE, None, None)]
    assert server.count == review.spent.calls == DUE


def test_a_change_of_too_many_trials_is_refused(
    changed: Repo, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST_TRIALS", DUE - 1)
    with pytest.raises(PlacetError, match=f"asks for {DUE} trials, and at most {DUE - 1} are made"):
        changed.review()
    assert server.count == 0


class Lazily(list[int]):
    """Requests that are made when they are asked for, and counted."""

    made = 0

    def __getitem__(self, index: Any) -> Any:
        self.made += 1
        return ask(f"question {index}")

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))


def test_an_estimate_holds_no_answers_and_asks_for_each_request_once(tmp_path: Path) -> None:
    calls = Lazily(range(20))
    with ModelServer() as server, Cache(tmp_path / "cache.sqlite") as cache:
        for number in range(5):
            cache.put(key_of(calls[number]), calls[number], Answer("kept", 1.0))
        calls.made = 0
        assert estimate(calls, {"stand-in": server.provider()}, cache).calls == 15  # type: ignore[arg-type]
        assert calls.made == 20
        assert cache.known([key_of(calls[0]), key_of(calls[9])]) == {key_of(calls[0])}


def outcomes(
    calls: list[Any], server: ModelServer, limiter: Limiter | None = None, most_text: int = 10**9, **changes: Any
) -> tuple[dict[int, Answer | CallError], Any]:
    heard: dict[int, Answer | CallError] = {}
    wire = OpenAIWire(server.provider(**changes), None, limiter)
    terms = Terms(patience=HASTY, most_text=most_text)
    return heard, run(calls, {"stand-in": wire}, terms, Watch(result=heard.__setitem__))


def test_a_provider_that_falls_silent_after_an_answer_is_given_up() -> None:
    with ModelServer([Reply("one"), Reply.error(401)]) as server:
        heard, summary = outcomes([ask(str(n)) for n in range(60)], server, concurrency=1)
    assert server.count == 1 + GIVE_UP_AFTER
    assert "none of the last 10 calls" in summary.silent["stand-in"].detail
    assert len(heard) == 60


def test_a_provider_that_answers_now_and_then_is_not_given_up() -> None:
    script = [Reply("yes") if n % GIVE_UP_AFTER == GIVE_UP_AFTER - 1 else Reply.error(401) for n in range(60)]
    with ModelServer(script) as server:
        _, summary = outcomes([ask(str(n)) for n in range(60)], server, concurrency=1)
    assert server.count == 60
    assert summary.silent == {}


def test_a_run_pauses_for_a_provider_only_so_long_in_all() -> None:
    async def pauses() -> list[bool]:
        limiter = Limiter(1, None, most_paused=10.0)
        return [limiter.pause(6.0), limiter.pause(6.0), limiter.pause(11.0), limiter.pause(9.0)]

    assert asyncio.run(pauses()) == [True, True, False, True]  # one pause inside another is no longer


def test_a_pause_beyond_that_ends_the_call() -> None:
    again = Reply.error(429, headers={"Retry-After": "1"})
    with ModelServer(again) as server:
        heard, _ = outcomes([ask("one")], server, Limiter(1, None, most_paused=0.5))
    assert server.count == 1
    assert isinstance(heard[0], CallError)
    assert "more than this run still waits" in heard[0].detail


@pytest.mark.parametrize(("size", "kind"), [(LONGEST, None), (LONGEST + 1, "too-large")])
def test_an_answer_has_a_longest_text(size: int, kind: str | None) -> None:
    with ModelServer(Reply("x" * size)) as server:
        heard, _ = outcomes([ask("one")], server)
    assert getattr(heard[0], "kind", None) == kind


def test_a_run_ends_when_its_answers_grow_too_large_together() -> None:
    with ModelServer(Reply("x" * 100)) as server:
        heard, summary = outcomes([ask(str(n)) for n in range(20)], server, most_text=350, concurrency=1)
    assert server.count == len(heard) == 4
    assert summary.stopped.reason == "max-text"


def test_answers_of_the_cache_count_as_well(tmp_path: Path) -> None:
    calls = [ask(str(n)) for n in range(500)]
    heard: dict[int, Any] = {}
    with ModelServer() as server, Cache(tmp_path / "cache.sqlite") as cache:
        for call in calls:
            cache.put(key_of(call), call, Answer("x" * 100, 1.0))
        wires = {"stand-in": OpenAIWire(server.provider(), None)}
        summary = run(calls, wires, Terms(cache, most_text=350), Watch(result=heard.__setitem__))
    assert len(heard) < 500
    assert server.count == 0
    assert summary.stopped is not None

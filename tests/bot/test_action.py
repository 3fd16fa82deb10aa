"""The bot as a pull request sees it: over HTTP, with real git and a real model server."""

from __future__ import annotations

import json

import pytest
from tests.bot.conftest import MARKER, Project, git
from tests.bot.fake_github import BOT, TOKEN, Fault

from placet.errors import Exit, PlacetError
from placet.providers.costs import Budget
from placet.record import replace
from placet_bot import action
from placet_bot.post import as_json, from_json

PROMPT = "prompts/meeting-notes/summarise.prompt.yml"
REGISTRATION = "systems/meeting-notes/system.yaml"
NAME = "placet (main)"


def test_a_pull_request_from_open_to_revert(project: Project) -> None:
    """One comment, edited at each push; one check on each head; a revert needs no model."""
    github = project.github
    worse = project.push(
        "topic", project.edit(PROMPT, "      - Decisions: what was decided, one line each\n", ""), start="main"
    )
    number = github.open_pull("topic")

    assert project.run(number) is Exit.NOT_MET
    (comment,) = project.comments(number)
    assert comment.startswith(f"{MARKER}\n### ❌ Non placet")
    assert "does not enforce" in comment
    check = project.check(worse)
    assert (check["name"], check["status"], check["conclusion"]) == (NAME, "completed", "failure")
    assert check["history"][0] == "in_progress"
    assert check["output"]["summary"] in comment

    better = project.push("topic", project.edit(PROMPT, "People who missed", "Colleagues who missed"))
    assert project.run(number) is Exit.FINE
    (comment,) = project.comments(number)
    assert "Placet" in comment
    assert "Non placet" not in comment
    assert project.check(better)["conclusion"] == "success"
    assert project.check(worse)["conclusion"] == "failure"

    git(project.author, "checkout", "--quiet", "main")
    git(project.author, "merge", "--quiet", "--no-ff", "--message=Merge", "topic")
    project.publish("main")
    git(project.author, "checkout", "--quiet", "-B", "back", "main")
    git(project.author, "revert", "--no-edit", "--mainline=1", "HEAD")
    reverted = project.publish("back")
    back = github.open_pull("back")
    assert project.run(back, budget=Budget(max_calls=0)) is Exit.FINE
    (comment,) = project.comments(back)
    assert "rolls" in comment.splitlines()[1]
    assert "0 model calls" in comment
    assert project.check(reverted)["conclusion"] == "success"


def test_nothing_governed_gets_a_check_and_no_comment(project: Project) -> None:
    head = project.push("topic", {"README.md": "# Other\n"}, start="main")
    number = project.github.open_pull("topic")
    assert project.run(number) is Exit.FINE
    assert project.github.comments[number] == []
    check = project.check(head)
    assert check["conclusion"] == "success"
    assert "nothing governed" in check["output"]["title"].lower()


def test_a_governed_change_that_is_taken_back_is_taken_back_in_the_comment(project: Project) -> None:
    project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    project.run(number)
    project.push("topic", {"README.md": "# Other\n"}, start="main")
    assert project.run(number) is Exit.FINE
    (comment,) = project.comments(number)
    assert "nothing governed" in comment.lower()


def test_an_invalid_registration_is_annotated_where_it_is_wrong(project: Project) -> None:
    head = project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    assert project.run(number) is Exit.NOT_MET
    notes = project.check(head)["annotations"]
    lines = project.read(REGISTRATION, "topic").splitlines()
    wrong = next(place for place, line in enumerate(lines, start=1) if "tier: enormous" in line)
    assert (REGISTRATION, wrong, "failure") in {
        (note["path"], note["start_line"], note["annotation_level"]) for note in notes
    }
    assert all(note["title"].split(" ")[0] in note["message"] for note in notes)


def test_more_than_fifty_annotations_are_appended(project: Project) -> None:
    systems = {f"systems/new-{n:02}/system.yaml": "version: 1\n" for n in range(60)}
    head = project.push("topic", systems, start="main")
    assert project.run(project.github.open_pull("topic")) is Exit.NOT_MET
    check = project.check(head)
    assert len(check["annotations"]) > 100
    assert check["history"][-2:] == ["in_progress", "completed"]
    places = [(note["path"], note["start_line"], note["message"]) for note in check["annotations"]]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param(("mallory", f"{MARKER}\n### ✅ Placet"), id="the marker in somebody else's comment"),
        pytest.param((BOT, f"somebody said:\n{MARKER}"), id="the marker quoted in another comment of the same App"),
        pytest.param(("github-actions", f"{MARKER}\n"), id="a user whose name resembles the bot's"),
    ],
)
def test_a_planted_comment_is_not_ours(project: Project, planted: tuple[str, str]) -> None:
    project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    before = project.github.add_comment(number, *planted)["body"]
    project.run(number)
    project.run(number)
    bodies = [comment["body"] for comment in project.github.comments[number]]
    assert bodies[0] == before
    assert len(bodies) == 2


def test_our_comment_is_found_behind_hundreds(project: Project) -> None:
    project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    for _ in range(230):
        project.github.add_comment(number, "ari", "more talk")
    project.github.add_comment(number, BOT, f"{MARKER}\nold")
    project.run(number)
    (comment,) = project.comments(number)
    assert "old" not in comment.splitlines()


@pytest.mark.parametrize("moves", ["head", "base", "state"])
def test_what_moved_meanwhile_gets_no_verdict(project: Project, moves: str) -> None:
    head = project.push("topic", _invalid(project), start="main")
    project.push("other", {"README.md": "# Elsewhere\n"}, start="main")
    number = project.github.open_pull("topic")
    event = project.github.event(number)
    seen: list[str] = []

    def move(method: str, path: str) -> None:
        seen.append(path)
        if sum("/pulls/" in path for path in seen) == 2 and "/pulls/" in path:
            pull = project.github.pulls[number]
            pull.branch = "other" if moves == "head" else pull.branch
            pull.base = "other" if moves == "base" else pull.base
            pull.open = moves != "state"

    project.github.before = move
    assert project.run(number, event=event) is Exit.FINE
    assert project.github.comments[number] == []
    check = project.check(head)
    assert (check["status"], check["conclusion"]) == ("completed", "cancelled")
    assert any("nothing is posted" in line for line in project.said)


def test_a_head_that_moved_before_the_run_starts_nothing(project: Project) -> None:
    project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    event = project.github.event(number)
    project.push("topic", {"README.md": "# Next\n"})
    assert project.run(number, event=event) is Exit.FINE
    assert project.github.writes() == []


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("GET", "/comments", 502), id="a bad gateway while reading"),
        pytest.param(Fault("PATCH", "", 500), id="a failure while completing the check"),
        pytest.param(Fault("POST", "/comments", 503, times=1), id="a failure that wrote no comment"),
        pytest.param(Fault("POST", "/comments", 502, after=True), id="a lost answer to a comment that was written"),
        pytest.param(Fault("POST", "/check-runs", 502, after=True), id="a lost answer to a check that was started"),
        pytest.param(Fault("POST", "/comments", 403, {"Retry-After": "1"}), id="asked to wait a second"),
        pytest.param(Fault("POST", "/comments", 429, {"Retry-After": "1"}), id="too many requests"),
        pytest.param(Fault("GET", "", 500, body=b"<html>"), id="a failure that isn't JSON"),
    ],
)
def test_a_passing_failure_leaves_one_comment_and_one_check(project: Project, fault: Fault) -> None:
    head = project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    project.github.faults.append(fault)
    assert project.run(number) is Exit.NOT_MET
    assert len(project.comments(number)) == 1
    assert project.check(head)["conclusion"] == "failure"
    assert fault.times == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("GET", "/comments", 500, times=99), id="it keeps failing"),
        pytest.param(Fault("GET", "/comments", 403, {"Retry-After": "3600"}, times=99), id="it wants an hour"),
        pytest.param(Fault("GET", "/comments", 403, {"Retry-After": "soon"}, times=99), id="it says nonsense"),
        pytest.param(
            Fault("GET", "/comments", 403, {}, b'{"message": "API rate limit exceeded for installation"}', times=99),
            id="the limit is reached",
        ),
        pytest.param(Fault("GET", "/comments", 200, {}, b"<html>", times=99), id="it isn't GitHub"),
        pytest.param(Fault("GET", "/comments", 200, {}, b"[3]", times=99), id="its answer has another shape"),
    ],
)
def test_trouble_with_the_comment_still_completes_the_check(project: Project, fault: Fault) -> None:
    head = project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    project.github.faults.append(fault)
    with pytest.raises(PlacetError) as caught:
        project.run(number)
    assert caught.value.exit_code is Exit.CANNOT_DECIDE
    assert project.check(head)["conclusion"] == "failure"
    assert len(project.github.requests) < 20
    assert TOKEN not in f"{caught.value.what}{caught.value.help}"


def test_a_token_that_can_only_read_leaves_the_result_in_the_summary(project: Project) -> None:
    """As on a pull request from a fork."""
    project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    project.github.rights = {"contents"}
    assert project.run(number) is Exit.NOT_MET
    assert (project.github.checks, project.github.comments[number]) == ([], [])
    text = project.summary.read_text()
    assert "Non placet" in text
    assert "could not be posted" in text


def test_a_token_without_the_right_to_comment_still_completes_the_check(project: Project) -> None:
    head = project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    project.github.rights = {"contents", "checks"}
    assert project.run(number) is Exit.NOT_MET
    assert project.check(head)["conclusion"] == "failure"
    assert "Non placet" in project.summary.read_text()


def test_incomplete_evidence_fails_and_says_so(project: Project) -> None:
    head = project.push("topic", project.edit(PROMPT, "be short", "be brief"), start="main")
    number = project.github.open_pull("topic")
    assert project.run(number, budget=Budget(max_calls=0)) is Exit.CANNOT_DECIDE
    check = project.check(head)
    assert check["conclusion"] == "failure"
    assert "evidence is incomplete" in check["output"]["title"]


def test_what_cannot_be_decided_fails_with_the_next_step(project: Project) -> None:
    start = git(project.author, "rev-parse", "main")
    project.push("main", project.edit(PROMPT, "be short", "be terse"))
    head = project.push("topic", project.edit(PROMPT, "be short", "be brief", start), start=start)
    assert project.run(project.github.open_pull("topic")) is Exit.CANNOT_DECIDE
    check = project.check(head)
    assert check["conclusion"] == "failure"
    assert check["output"]["title"].startswith("Can't decide: the change conflicts with its base")
    assert "help: merge or rebase" in check["output"]["summary"]


def test_a_base_without_policies_is_named_as_people_know_it(project: Project) -> None:
    git(project.author, "checkout", "--quiet", "-B", "bare", "main")
    git(project.author, "rm", "--quiet", "-r", "policies")
    git(project.author, "commit", "--quiet", "--message=Ungoverned")
    project.publish("bare")
    head = project.push("topic", {"README.md": "# Other\n"}, start="bare")
    assert project.run(project.github.open_pull("topic", "bare")) is Exit.CANNOT_DECIDE
    check = project.check(head)
    assert check["name"] == "placet (bare)"
    assert check["output"]["title"].startswith("Can't decide: bare has no policies/ folder")


def test_the_checks_name_comes_from_base_and_not_from_the_change(project: Project) -> None:
    head = project.push(
        "topic", project.edit("policies/placet.yaml", "check: {name: placet}", "check: {name: build}"), start="main"
    )
    project.run(project.github.open_pull("topic"))
    assert project.check(head)["name"] == NAME


def test_two_bases_of_one_head_have_two_checks(project: Project) -> None:
    project.push("release", {"README.md": "# Release\n"}, start="main")
    head = project.push("topic", {"docs/note.md": "A note.\n"}, start="main")
    for base in ("main", "release"):
        assert project.run(project.github.open_pull("topic", base)) is Exit.FINE
    assert [check["name"] for check in project.github.checks_on(head)] == [NAME, "placet (release)"]


def test_a_second_run_on_a_head_has_a_check_of_its_own(project: Project) -> None:
    """GitHub shows the newest of a name; what an earlier run began is that run's to end."""
    head = project.push("topic", {"README.md": "# Other\n"}, start="main")
    number = project.github.open_pull("topic")
    action.start(project.environment(number), project.said.append)
    again = project.environment(number, GITHUB_RUN_ATTEMPT="2")
    assert action.act(again, Budget(), project.said.append) is Exit.FINE
    assert [check["status"] for check in project.github.checks_on(head)] == ["in_progress", "completed"]


def test_a_crash_completes_the_check(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    head = project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    monkeypatch.setattr(action, "gather", lambda environment: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        project.run(number)
    check = project.check(head)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "ended before it had a result" in check["output"]["title"]


def test_a_crash_is_told_even_when_the_check_cannot_be_completed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    monkeypatch.setattr(action, "gather", lambda environment: 1 / 0)
    project.github.faults.append(Fault("PATCH", "", 500, times=99))
    with pytest.raises(ZeroDivisionError):
        project.run(number)
    assert any("couldn't be completed" in line for line in project.said)


def test_a_shallow_clone_gets_the_history_it_needs(project: Project) -> None:
    project.push("main", {"README.md": "# Later\n"})
    project.push("main", {"README.md": "# Later still\n"})
    project.push("topic", _invalid(project), start="main~2")
    url = git(project.workspace, "remote", "get-url", "origin")
    project.workspace = project.folder / "shallow"
    git(
        project.folder, "clone", "--quiet", "--depth=1", f"file://{project.github.bare}", str(project.workspace)
    )  # as actions/checkout does by default
    git(project.workspace, "remote", "set-url", "origin", url)
    assert project.run(project.github.open_pull("topic")) is Exit.NOT_MET


def test_nothing_of_the_change_is_checked_out_and_no_secret_is_left(project: Project) -> None:
    project.push("topic", {"README.md": "# Theirs\n", "conftest.py": "1 / 0\n"}, start="main")
    before = git(project.workspace, "status", "--porcelain"), git(project.workspace, "rev-parse", "HEAD")
    config = (project.workspace / ".git" / "config").read_text()
    project.run(project.github.open_pull("topic"))
    assert (git(project.workspace, "status", "--porcelain"), git(project.workspace, "rev-parse", "HEAD")) == before
    assert not (project.workspace / "conftest.py").exists()
    assert (project.workspace / ".git" / "config").read_text() == config
    written = b"".join(path.read_bytes() for path in project.workspace.rglob("*") if path.is_file())
    assert TOKEN.encode() not in written


def test_a_header_that_the_checkout_left_is_not_sent_beside_ours(project: Project) -> None:
    git(project.workspace, "config", f"http.{project.github.server}/.extraheader", "AUTHORIZATION: basic b2xkOm9sZA==")
    head = project.push("topic", {"README.md": "# Other\n"}, start="main")
    assert project.run(project.github.open_pull("topic")) is Exit.FINE
    assert project.check(head)["conclusion"] == "success"


def test_hooks_of_the_clone_are_not_run(project: Project) -> None:
    hook = project.workspace / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {project.folder}/ran\n")
    hook.chmod(0o755)
    project.push("topic", {"README.md": "# Other\n"}, start="main")
    assert project.run(project.github.open_pull("topic")) is Exit.FINE
    assert not (project.folder / "ran").exists()


def test_hostile_names_reach_neither_git_nor_the_output(project: Project) -> None:
    branch = "x;$(touch${IFS}ran)`id`"
    head = project.push(branch, _invalid(project), start="main")
    number = project.github.open_pull(branch)
    project.github.pulls[number].title = "::error::<!-- placet:review -->\n@everyone ![](https://evil.example/x.png)"
    assert project.run(number) is Exit.NOT_MET
    shown = json.dumps([project.said, project.comments(number), project.check(head)])
    assert "evil.example" not in shown
    assert "IFS" not in shown
    assert TOKEN not in shown


def test_a_fetch_that_fails_says_why_without_the_token(project: Project) -> None:
    head = project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    project.github.rights = {"checks", "pull-requests"}
    assert project.run(number) is Exit.CANNOT_DECIDE
    check = project.check(head)
    assert "git can't fetch" in check["output"]["summary"]
    assert "contents: read" in check["output"]["summary"]
    assert TOKEN not in json.dumps(project.github.checks)


def test_a_token_in_the_remotes_address_is_not_posted(project: Project) -> None:
    host = project.github.server.removeprefix("http://")
    git(project.workspace, "remote", "set-url", "origin", f"http://127.0.0.1:1/{TOKEN}/{host}/missing.git")
    project.push("topic", _invalid(project), start="main")
    assert project.run(project.github.open_pull("topic")) is Exit.CANNOT_DECIDE
    shown = json.dumps([project.github.checks, project.said])
    assert "git can't fetch" in shown
    assert TOKEN not in shown


def test_three_jobs_say_what_one_does(project: Project) -> None:
    head = project.push("topic", _invalid(project), start="main")
    number = project.github.open_pull("topic")
    environment = project.environment(number)
    action.start(environment, project.said.append)
    assert project.check(head)["status"] == "in_progress"
    writes = len(project.github.writes())
    post = from_json(as_json(action.evaluate(environment, Budget())))
    assert len(project.github.writes()) == writes
    assert action.report(environment, post, project.said.append) is Exit.NOT_MET
    assert project.check(head)["conclusion"] == "failure"
    assert len(project.comments(number)) == 1


@pytest.mark.parametrize("change", ["head", "check", "missing"])
def test_a_result_that_is_not_ours_is_not_posted(project: Project, change: str) -> None:
    head = project.push("topic", {"README.md": "# Other\n"}, start="main")
    number = project.github.open_pull("topic")
    environment = project.environment(number)
    post = action.evaluate(environment, Budget())
    forged = replace(post, head="0" * 40) if change == "head" else replace(post, check="build (main)")
    result = action.UNFINISHED if change == "missing" else forged
    assert action.report(environment, result, project.said.append) is Exit.CANNOT_DECIDE
    assert project.check(head)["conclusion"] == "failure"
    assert project.check(head)["name"] == NAME


def _invalid(project: Project) -> dict[str, str]:
    return project.edit(REGISTRATION, "  tier: low", "  tier: enormous")

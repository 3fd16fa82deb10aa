"""The five scenes of the demo, in order. Each says what it expects of every command, and stops if it isn't so."""

from __future__ import annotations

import shutil
from pathlib import Path

from examples.demo.show import DemoError, Show
from examples.demo.stage import Props

PROMPT = "prompts/support-triage/classify.prompt.yml"
_VOUCHER_AGENT = Path(__file__).parent / "voucher-agent"


def play(props: Props, show: Show) -> None:
    _welcome(props, show)
    _a_broken_registration(props, show)
    _a_harmless_looking_edit(props, show)
    _the_fix(props, show)
    _the_rollback(props, show)
    _goodbye(props, show)


def _welcome(props: Props, show: Show) -> None:
    without = "; your uncommitted changes stay where they are and play no part" if props.dirty else ""
    show.say(
        f"Everything below happens in a temporary clone of this repository at {props.commit}{without}. "
        f"The model is a stand-in on {props.server.url}: a small program that follows plain instructions, and no "
        "language model. Its price is made up. Nothing leaves this machine."
    )


def _a_broken_registration(props: Props, show: Show) -> None:
    show.heading("1. On commit: a registration that isn't valid is rejected")
    show.say(
        "Somebody registers an agent that gives vouchers by itself, calls its risk low, and misspells the name of its "
        "prompt. The hook looks at what is staged."
    )
    shutil.copytree(_VOUCHER_AGENT, props.clone, dirs_exist_ok=True)
    show.run("git add prompts systems")
    show.run('git commit -m "Register the voucher agent"', exits=1)
    show.expect("placet check --staged", exits=1, saying="SYS021")  # git says 1 for any failure of a hook
    show.say("Nothing was committed. Put away:")
    show.run("git reset --hard --quiet")


def _a_harmless_looking_edit(props: Props, show: Show) -> None:
    show.heading("2. A prompt edit that looks harmless")
    show.say("The triage prompt is long. Ari makes it shorter:")
    show.run("git switch -c shorter-prompt")
    show.run(f"cp examples/edits/harmless-looking.prompt.yml {PROMPT}")
    show.run("git diff --unified=0")
    show.run('git commit --quiet -am "Shorten the triage prompt"')
    show.say("The files are valid, so the commit is made. What must it show before it may merge?")
    show.run("placet plan")
    show.say("And does it?")
    show.run("placet review", exits=1)
    show.say("The same as the comment that the bot posts on a pull request, from the evidence just recorded:")
    show.run("placet review --format markdown", exits=1, into=props.out / "2-non-placet.md")


def _the_fix(props: Props, show: Show) -> None:
    show.heading("3. The fix: as short, and the order of the categories is back")
    show.run(f"cp examples/edits/fixed.prompt.yml {PROMPT}")
    show.run('git commit --quiet -am "Say again which category wins"')
    show.run("placet review")
    show.run("placet review --format markdown", into=props.out / "3-placet.md")
    show.run("git switch main")
    show.run("git merge --no-ff --no-edit shorter-prompt")


def _the_rollback(props: Props, show: Show) -> None:
    show.heading("4. At three in the morning: roll it back, without a model")
    show.say(
        "On call doesn't like what production does, and takes the merge back. To show that nothing is evaluated again, "
        "the model server is stopped and every cached answer deleted first; only evidence remains."
    )
    props.server.stop()
    show.run("rm -f .git/placet/cache.sqlite .git/placet/cache.sqlite-shm .git/placet/cache.sqlite-wal")
    show.run("git switch -c roll-back")
    show.run("git revert --no-edit -m 1 HEAD")
    show.run("placet review")
    show.run("placet review --format markdown", into=props.out / "4-rollback.md")
    show.expect("placet review", exits=0, saying="0 model calls")


def _goodbye(props: Props, show: Show) -> None:
    show.heading("5. What stays")
    for name in ("2-non-placet.md", "3-placet.md", "4-rollback.md"):
        file = props.out / name
        if not file.read_text("utf-8").strip():
            raise DemoError(f"{file} is empty")
        print(file)
    print()
    show.say("These are the comments that the bot would have posted. The clone is gone, and the model server with it.")
    show.say("Next: make an edit of your own (docs/quickstart.md), or read how a gate is judged (docs/statistics.md).")

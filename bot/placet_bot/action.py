"""One run inside GitHub Actions: gather, decide, publish. As one job, or as three with a right each.

What goes wrong becomes a check that fails and says what to do; a crash or a cancelled job never leaves one in progress,
as far as that can be helped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from placet.decision import Answer
from placet.errors import Exit, PlacetError
from placet.providers.costs import Budget
from placet.review import Wishes, review, tools_for
from placet_bot.compose import of_review, of_trouble
from placet_bot.environment import Environment
from placet_bot.gather import Facts, check_name, default_name, gather
from placet_bot.github import GitHub
from placet_bot.post import Post
from placet_bot.publish import Published, Say, publish
from placet_bot.publish import start as start_check

_EXIT = {Answer.PLACET: Exit.FINE, Answer.NON_PLACET: Exit.NOT_MET, Answer.ERROR: Exit.CANNOT_DECIDE}
UNFINISHED = PlacetError(
    "the evaluation ended before it had a result",
    help="see the job's log; if it is a bug of Placet's, the log names a file to attach to an issue; else run it again",
)
_FOREIGN = PlacetError(
    "the evaluation's result is about another commit or another check", help="run the whole workflow again"
)


def act(environment: Environment, budget: Budget, say: Say) -> Exit:
    """All of it in one job."""
    name = _name(environment)
    with _door(environment) as github:
        start_check(github, environment, name, say)
        with _never_in_progress(github, environment, name, say):
            post = evaluate(environment, budget, name)
        return _said(publish(github, environment, post, say), post, say)


def start(environment: Environment, say: Say) -> Exit:
    """First of three jobs: may write checks, and looks at nothing but base's settings."""
    with _door(environment) as github:
        start_check(github, environment, _name(environment), say)
    return Exit.FINE


def evaluate(environment: Environment, budget: Budget, name: str = "") -> Post:
    """Second of three jobs: reads the change as data and calls models; may write nothing."""
    try:
        facts = gather(environment)
        return decide(facts, budget)
    except PlacetError as error:
        return of_trouble(error, name or _name(environment), environment)


def report(environment: Environment, result: Post | PlacetError, say: Say) -> Exit:
    """Third of three jobs: may write, and sees of the change only what the second made, or why it made nothing."""
    name = _name(environment)
    if isinstance(result, Post) and (result.head, result.check) != (environment.pull.head, name):
        result = _FOREIGN
    said = of_trouble(result, name, environment) if isinstance(result, PlacetError) else result
    with _door(environment) as github:
        return _said(publish(github, environment, said, say), said, say)


def decide(facts: Facts, budget: Budget) -> Post:
    """Evaluate what the plan asks for, and judge it: the engine's review."""
    wishes = Wishes(budget=budget, environ=facts.environment.variables)
    done = review(facts.gathered, tools_for(facts.repository, facts.gathered, wishes))
    return of_review(done, facts.check)


def _name(environment: Environment) -> str:
    try:
        return check_name(environment)
    except PlacetError:  # `gather` meets the same trouble, and says so
        return default_name(environment)


@contextmanager
def _door(environment: Environment) -> Iterator[GitHub]:
    with closing(GitHub(environment)) as github:
        yield github


@contextmanager
def _never_in_progress(github: GitHub, environment: Environment, name: str, say: Say) -> Iterator[None]:
    """Complete the check when what is inside crashes or is interrupted."""
    try:
        yield
    except BaseException:
        try:
            publish(github, environment, of_trouble(UNFINISHED, name, environment), say)
        except PlacetError as error:
            say(f"the check couldn't be completed: {error.what}")
        raise


def _said(published: Published, post: Post, say: Say) -> Exit:
    if published is Published.SUPERSEDED:
        return Exit.FINE
    say(post.title)
    return _EXIT[post.answer]

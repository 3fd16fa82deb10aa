"""What `policies/` says: tiers, controls, classification, providers and settings."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from placet.findings import Position
from placet.record import field, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Tier(IntEnum):
    """What a system's risk demands. Ordered, so that `max` is the stricter one."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3

    @property
    def label(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, label: str) -> Tier:
        return cls[label.upper()]


class Phase(IntEnum):
    """When a control is due. A pull request is judged by what is due by `PR`."""

    COMMIT = 0
    PR = 1
    RELEASE = 2
    PRODUCTION = 3

    @classmethod
    def of(cls, label: str) -> Phase:
        return cls[label.upper()]


class Floor(StrEnum):
    """What must clear an absolute floor: the point estimate, or the whole interval."""

    ESTIMATE = "estimate"
    INTERVAL = "interval"


class Inconclusive(StrEnum):
    """What a tier makes of a gate that can't tell."""

    WARN = "warn"
    OWNER_APPROVES = "owner-approves"
    RISK_APPROVES = "risk-approves"
    BLOCK = "block"


class Means(StrEnum):
    """What can meet a control."""

    SUITE = "suite"
    DOCUMENT = "document"
    FIELD = "field"
    APPROVAL = "approval"
    MONITOR = "monitor"
    LABELS = "labels"


@record
class Control:
    id: str
    title: str
    reason: str
    phase: Phase
    means: Means
    name: str  # of the suite, document, field, role or monitor that meets it; of the suite whose outputs are labelled
    waivable: bool
    path: str
    crosswalk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: bool = False  # whether a system's own suite may stand in for the shared one of that name
    least: int = 0  # of labels: outputs that somebody must have judged
    max_age_days: int = 0  # of labels: for how long they count


@record
class GatePolicy:
    """How a tier judges a metric. Margins, levels and budgets are shares (0.05 is five percentage points)."""

    floor: Floor
    margin: float  # the default `max_regression`, and the greatest that a suite may set
    confidence: float  # the least two-sided level of the intervals shown
    inconclusive: Inconclusive
    error_budget: float  # the share of pairs that may be lost to transport errors
    known_failures_block: bool  # whether a critical case that fails on base too blocks
    max_cost_increase: float | None
    extension: bool = False  # whether an inconclusive gate gets a second look, with more trials


@record
class ApprovalPolicy:
    people: int  # distinct, independent humans
    roles: tuple[str, ...]  # of each of these roles at least one of them
    rollback_people: int


@record
class Thresholds:
    """Who answers for the numbers beside it, with whom they are agreed, and the day (ISO) of their next review.

    In a system's suite both are owner roles of the registration; in policies they are roles of the settings.
    """

    owner: str
    agreed_with: str
    review_by: str

    @property
    def parties(self) -> tuple[str, str]:
        return self.owner, self.agreed_with


@record
class TierPolicy:
    tier: Tier
    controls: tuple[str, ...]  # what this tier adds to the tiers below it
    owners: tuple[str, ...]  # owner roles that a registration must name
    approvals: ApprovalPolicy
    gates: GatePolicy
    least_cases: int  # in a system's main suite
    pinned_models: bool
    max_age_days: int  # of evidence that may be reused
    position: Position = Position()
    tags: tuple[str, ...] = ()  # what some case has to show, in addition to those of the tiers below
    document_days: int | None = None  # for how long a document counts; None: for as long as its content stays
    thresholds: Thresholds | None = None


@record
class ClassificationRule:
    """A registration whose factors match every key of `when` is at least `tier`."""

    id: str
    when: Mapping[str, tuple[str, ...]]
    tier: Tier
    because: str
    position: Position = Position()


@record
class Price:
    """US dollars per million tokens."""

    input: float
    output: float


@record
class ServedModel:
    """A model as a provider serves it: `ids` are how prompts write it, `name` is its name on the wire."""

    name: str
    ids: tuple[str, ...]
    price: Price | None
    priced_as: str | None = None  # what policies/prices.json calls it, where the price is that table's


@record
class Provider:
    id: str
    wire: str
    base_url: str
    credential: str | None  # the name of an environment variable, never a secret
    regions: tuple[str, ...]
    models: tuple[ServedModel, ...]
    concurrency: int
    requests_per_minute: int | None
    timeout_seconds: float
    tokens_per_minute: int | None = None
    credential_header: str = "Authorization"
    headers: Mapping[str, str] = field(default_factory=dict)  # constants, never secrets
    request: Any = None  # of wire `http`: the template of the body
    response: Mapping[str, str] = field(default_factory=dict)  # of wire `http`: what stands where, as JSONPath

    def price_of(self, name: str) -> Price | None:
        return next((model.price for model in self.models if model.name == name), None)


@record
class Limits:
    """What the evaluation of one pull request may take at most; None is without limit."""

    max_calls: int | None = None
    max_cost_usd: float | None = None
    max_minutes: float | None = None


@record
class Settings:
    ledger_branch: str
    check_name: str
    main_suite: str
    roles: Mapping[str, tuple[str, ...]]  # role -> users and teams that hold it
    secrets: bool = False  # whether governed files are searched for keys and tokens
    budget: Limits = Limits()


@record
class Policies:
    """Everything that decides, as one revision of `policies/` has it."""

    settings: Settings
    tiers: Mapping[Tier, TierPolicy]
    controls: Mapping[str, Control]
    classification: tuple[ClassificationRule, ...]
    providers: Mapping[str, Provider]

    def controls_of(self, tier: Tier) -> tuple[Control, ...]:
        """The controls of `tier`: its own and those of every tier below it, lowest first."""
        ids = [id for level in sorted(self.tiers) if level <= tier for id in self.tiers[level].controls]
        return tuple(self.controls[id] for id in dict.fromkeys(ids) if id in self.controls)

    def owner_roles_of(self, tier: Tier) -> tuple[str, ...]:
        """The owner roles that a registration of `tier` must name, those of lower tiers included."""
        roles = [role for level in sorted(self.tiers) if level <= tier for role in self.tiers[level].owners]
        return tuple(dict.fromkeys(roles))

    def tags_of(self, tier: Tier) -> tuple[str, ...]:
        """The tags that cases of a system of `tier` must carry between them, those of lower tiers included."""
        tags = [tag for level in sorted(self.tiers) if level <= tier for tag in self.tiers[level].tags]
        return tuple(dict.fromkeys(tags))

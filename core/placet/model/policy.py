"""What `policies/` says: tiers, controls, classification, providers and settings."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from placet.findings import Position
from placet.record import field, record


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


@record
class Control:
    id: str
    title: str
    reason: str
    phase: Phase
    means: Means
    name: str  # of the suite, document, field, role or monitor that meets it
    waivable: bool
    path: str
    crosswalk: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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


@record
class ApprovalPolicy:
    people: int  # distinct, independent humans
    roles: tuple[str, ...]  # of each of these roles at least one of them
    rollback_people: int


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

    def price_of(self, name: str) -> Price | None:
        return next((model.price for model in self.models if model.name == name), None)


@record
class Settings:
    ledger_branch: str
    check_name: str
    main_suite: str
    roles: Mapping[str, tuple[str, ...]]  # role -> users and teams that hold it
    secrets: bool = False  # whether governed files are searched for keys and tokens


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

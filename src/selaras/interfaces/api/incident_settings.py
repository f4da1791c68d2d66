"""What incidents go by: models with their steps, and the priority matrix of each organisation."""

from typing import Annotated, Any

from ninja import Field, Router, Schema

from selaras.domains.agreements.contracts import Metric
from selaras.domains.incidents.actions.classify import set_matrix
from selaras.domains.incidents.actions.escalate_by_rule import add_rule, drop_rule
from selaras.domains.incidents.actions.keep_model import keep_model
from selaras.domains.incidents.contracts import ModelDraft, ModelRow, Moment, NewStep, RuleRow
from selaras.domains.incidents.queries import get_default_matrix, get_matrix
from selaras.domains.incidents.queries.escalations import list_rules
from selaras.domains.incidents.queries.models import get_model, list_models
from selaras.domains.people.queries import list_organisations
from selaras.interfaces.api.operation import Asked, Given, Id, answers, permitted
from selaras.kernel.errors import NotFound

router = Router()

Level = Annotated[int, Field(ge=1, le=3)]
Short = Annotated[str, Field(max_length=500)]


class StepIn(Given):
    """A prepared step, in both languages."""

    text_id: Short
    text_en: Short
    required: bool = True


class ModelIn(Given):
    """A model as it is to be; `seen` is the version it was read at: 409 if somebody was faster."""

    name_id: Short
    name_en: Short
    words: Short = ""
    title: Short = ""
    impact: Level = 2
    urgency: Level = 2
    service_id: Id | None = None
    team_id: Id | None = None
    active: bool = True
    steps: Annotated[list[StepIn], Field(max_length=50)] = []
    seen: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None

    def draft(self) -> ModelDraft:
        """For the action."""
        plain = self.model_dump(exclude={"steps", "seen"})
        return ModelDraft(**plain, steps=tuple(NewStep(**step.model_dump()) for step in self.steps))


class ModelStepOut(Schema):
    """A prepared step."""

    text_id: str
    text_en: str
    required: bool


class ModelOut(Schema):
    """A model with its steps."""

    id: int
    version: int
    name_id: str
    name_en: str
    words: str
    title: str
    impact: int
    urgency: int
    service_id: int | None
    team_id: int | None
    active: bool
    steps: list[ModelStepOut]

    @classmethod
    def of(cls, row: ModelRow) -> "ModelOut":
        plain = {name: getattr(row.draft, name) for name in cls.model_fields if name not in ("id", "version", "steps")}
        steps = [ModelStepOut(text_id=s.text_id, text_en=s.text_en, required=s.required) for s in row.draft.steps]
        return cls(id=row.id, version=row.version, steps=steps, **plain)


class CellOut(Schema):
    """A cell of the matrix, with what it says for those who have set none."""

    impact: int
    urgency: int
    priority: int
    default: int


class CellIn(Given):
    """A cell to be set; those not named are as usual."""

    impact: Level
    urgency: Level
    priority: Annotated[int, Field(ge=1, le=5)]


class MatrixIn(Given):
    """The cells of an organisation."""

    cells: Annotated[list[CellIn], Field(max_length=9)]


class EscalationRuleIn(Given):
    """A rule: at this priority, on this clock, at this moment, to this person or to the lead of the team."""

    priority: Annotated[int, Field(ge=1, le=5)]
    metric: Metric
    moment: Moment
    to_id: Id | None = None


class EscalationRuleOut(Schema):
    """A rule of escalation."""

    id: int
    priority: int
    metric: Metric
    moment: Moment
    to_id: int | None
    to_name: str | None

    @classmethod
    def of(cls, row: RuleRow) -> "EscalationRuleOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


@router.get("/escalation-rules", response=answers(list[EscalationRuleOut]), operation_id="list_escalation_rules")
@permitted("incidents.work")
def rules(request: Asked) -> Any:
    """The rules by which clocks escalate."""
    return [EscalationRuleOut.of(row) for row in list_rules(request.auth)]


@router.post("/escalation-rules", response=answers(list[EscalationRuleOut]), operation_id="add_escalation_rule")
@permitted("incidents.models")
def further_rule(request: Asked, given: EscalationRuleIn) -> Any:
    """A further rule; the answer is all of them."""
    add_rule(by=request.auth, **given.model_dump())
    return rules(request)


@router.delete(
    "/escalation-rules/{rule_id}", response=answers(list[EscalationRuleOut]), operation_id="drop_escalation_rule"
)
@permitted("incidents.models")
def no_more_rule(request: Asked, rule_id: Id) -> Any:
    """Take a rule away; the answer is those that are left."""
    drop_rule(rule_id, by=request.auth)
    return rules(request)


@router.get("/incident-models", response=answers(list[ModelOut]), operation_id="list_incident_models")
@permitted("incidents.work")
def models(request: Asked) -> Any:
    """Every model, those put aside too."""
    return [ModelOut.of(row) for row in list_models(request.auth, active=None)]


@router.post("/incident-models", response=answers(ModelOut), operation_id="make_incident_model")
@permitted("incidents.models")
def make_model(request: Asked, given: ModelIn) -> Any:
    """A new model."""
    return ModelOut.of(get_model(request.auth, keep_model(given.draft(), by=request.auth)))


@router.put("/incident-models/{model_id}", response=answers(ModelOut), operation_id="change_incident_model")
@permitted("incidents.models")
def change_model(request: Asked, model_id: Id, given: ModelIn) -> Any:
    """Write a model anew; incidents that have its steps keep theirs."""
    keep_model(given.draft(), by=request.auth, model_id=model_id, seen=given.seen)
    return ModelOut.of(get_model(request.auth, model_id))


@router.get("/matrices/{organisation_id}", response=answers(list[CellOut]), operation_id="get_priority_matrix")
@permitted("incidents.models")
def matrix(request: Asked, organisation_id: Id) -> Any:
    """An organisation's priority matrix, whole."""
    if not any(row.id == organisation_id for row in list_organisations(request.auth)):
        raise NotFound(str(organisation_id))
    usual = get_default_matrix()
    own = get_matrix(organisation_id)
    return [CellOut(impact=i, urgency=u, priority=own[i, u], default=usual[i, u]) for i, u in sorted(usual)]


@router.put("/matrices/{organisation_id}", response=answers(list[CellOut]), operation_id="set_priority_matrix")
@permitted("incidents.models")
def change_matrix(request: Asked, organisation_id: Id, given: MatrixIn) -> Any:
    """Set it; open incidents keep their priority until they are classified anew."""
    cells = {(cell.impact, cell.urgency): cell.priority for cell in given.cells}
    set_matrix(organisation_id, by=request.auth, cells=cells)
    return matrix(request, organisation_id)

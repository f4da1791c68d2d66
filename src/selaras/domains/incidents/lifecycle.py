"""The whole life of an incident."""

from selaras.domains.incidents.contracts import (
    ASSIGNED,
    CANCELLED,
    CLOSED,
    DECLARED,
    IN_PROGRESS,
    MERGED,
    REPORTED,
    RESOLVED,
    REVIEW_OWED,
    REVIEWED,
    STOOD_DOWN,
    WAITING,
    WORKED,
)
from selaras.kernel.lifecycle import Act, Facts, Lifecycle, Move, Need, given
from selaras.kernel.sentences import say

_team = Need(
    say("Choose a team or a person to work on it."),
    lambda facts: bool(facts.get("team_id") or facts.get("assignee_id")),
    asks="team_id",
)
_confirmation_over = Need(
    say("The requester still has time to say whether it is solved."),
    lambda facts: bool(facts.get("confirmation_over")),
)
_cause_gone = Need(
    say("Monitoring still sees the cause."),
    lambda facts: not facts.get("cause_active"),
)
_steps_settled = Need(
    say("Required steps are still open."),
    lambda facts: not facts.get("open_steps"),
    naming=lambda facts: say(
        "These steps are still open: %(steps)s. Do each, or say why it is not needed.",
        steps="; ".join(facts["open_steps"]),
    ),
)
_not_major = Need(
    say("It is a major incident: stand it down first."),
    lambda facts: not facts.get("is_major"),
)
_roles = (
    given("manager_id", say("Name the incident manager.")),
    given("technical_lead_id", say("Name the technical lead.")),
    given("communications_id", say("Name who writes to the customers.")),
)


def _major(facts: Facts) -> bool:
    return bool(facts.get("is_major"))


INCIDENT = Lifecycle(
    name="incident",
    initial=REPORTED,
    states={
        REPORTED: say("Reported"),
        ASSIGNED: say("Assigned"),
        IN_PROGRESS: say("In progress"),
        WAITING: say("Waiting"),
        RESOLVED: say("Resolved"),
        CLOSED: say("Closed"),
        CANCELLED: say("Cancelled"),
        MERGED: say("Merged"),
    },
    final=(CLOSED, CANCELLED, MERGED),
    moves=(
        Move("start", (REPORTED, ASSIGNED), IN_PROGRESS, say("Take"), "incidents.work"),
        Move("resume", (WAITING,), IN_PROGRESS, say("Resume"), "incidents.work"),
        Move(
            "resolve",
            (IN_PROGRESS, WAITING, ASSIGNED, REPORTED),
            RESOLVED,
            say("Resolve"),
            "incidents.resolve",
            (
                given("cause", say("Say what the cause was.")),
                given("solution", say("Say what solved it.")),
                _steps_settled,
            ),
            optional=("children",),
        ),
        Move(
            "wait",
            (IN_PROGRESS, ASSIGNED),
            WAITING,
            say("Put on hold"),
            "incidents.work",
            (
                given("waiting_for", say("Say whom it waits for.")),
                given("reason", say("Say what is awaited.")),
            ),
        ),
        Move("assign", (REPORTED,), ASSIGNED, say("Assign"), "records.assign", (_team,), optional=("assignee_id",)),
        Move("confirm", (RESOLVED,), CLOSED, say("Confirm it is solved"), "incidents.confirm"),
        Move(
            "reopen",
            (RESOLVED,),
            IN_PROGRESS,
            say("Reopen"),
            "incidents.confirm",
            (given("reason", say("Say what is still wrong.")),),
        ),
        Move("close", (RESOLVED,), CLOSED, say("Close"), "incidents.close", (_confirmation_over, _cause_gone)),
        Move("recur", (RESOLVED,), ASSIGNED, say("Reopen: the cause is back"), "incidents.work", offered=False),
        Move(
            "cancel",
            (REPORTED, ASSIGNED),
            CANCELLED,
            say("Cancel"),
            "incidents.close",
            (given("reason", say("Say why it is cancelled.")), _not_major),
        ),
        Move(
            "merge",
            (REPORTED, ASSIGNED, IN_PROGRESS, WAITING),
            MERGED,
            say("Merge"),
            "incidents.merge",
            (given("into", say("Name the incident it belongs to.")), _not_major),
        ),
        Move("split", (MERGED,), ASSIGNED, say("Take out again"), "incidents.merge"),
    ),
    acts=(
        Act(
            "publish_update",
            WORKED,
            say("Write an update"),
            "records.internal",
            (given("body", say("Write something first.")),),
            optional=("next_update_at",),
            fits=lambda facts: _major(facts) and bool(facts.get("speaks")),
        ),
        Act(
            "assign",
            (ASSIGNED, IN_PROGRESS, WAITING),
            say("Hand over"),
            "records.assign",
            (_team,),
            optional=("assignee_id",),
        ),
        Act(
            "escalate",
            WORKED,
            say("Escalate to another team"),
            "records.assign",
            (
                given("team_id", say("Choose the team that takes it on.")),
                given("reason", say("Say why it goes there.")),
            ),
        ),
        Act(
            "escalate_up",
            WORKED,
            say("Escalate upwards"),
            "incidents.work",
            (
                given("reason", say("Say why it is escalated.")),
                given("decision", say("Say which decision is wanted.")),
            ),
            optional=("to_id",),
        ),
        Act(
            "declare_major",
            WORKED,
            say("Declare a major incident"),
            "incidents.major",
            (
                given("reason", say("Say why it is a major incident.")),
                given("headline", say("Say in a few words what customers are to read.")),
                *_roles,
            ),
            fits=lambda facts: not _major(facts),
        ),
        Act("change_roles", WORKED, say("Change the roles"), "incidents.major", _roles, fits=_major),
        Act(
            "stand_down",
            WORKED,
            say("Stand down"),
            "incidents.major",
            (given("reason", say("Say why it is no major incident any more.")),),
            fits=_major,
        ),
        Act(
            "put_under",
            WORKED,
            say("Put under a parent"),
            "incidents.work",
            (given("parent", say("Name the incident it is a part of.")),),
            fits=lambda facts: not facts.get("has_parent"),
        ),
        Act(
            "take_out",
            (*WORKED, RESOLVED),
            say("Take out of its parent"),
            "incidents.work",
            fits=lambda facts: bool(facts.get("has_parent")),
        ),
        Act(
            "apply_model",
            WORKED,
            say("Take the steps of a model"),
            "incidents.work",
            (given("model_id", say("Choose a model.")),),
            fits=lambda facts: not facts.get("steps_begun"),
        ),
        # On no screen as a verb of its own: it is done at the step that it names.
        Act("settle_step", WORKED, say("Settle a step"), "incidents.work", fits=lambda facts: "step_id" in facts),
    ),
)

_all_written = Need(
    say("Write what happened, what went well, what to improve and who took part; then it can be signed."),
    lambda facts: all(str(facts.get(part, "")).strip() for part in ("happened", "well", "improve", "participants")),
)
_by_manager = Need(
    say("The incident manager signs the review."),
    lambda facts: bool(facts.get("is_manager")),
)

MAJOR = Lifecycle(
    name="major_incident",
    initial=DECLARED,
    states={
        DECLARED: say("Declared"),
        STOOD_DOWN: say("Stood down"),
        REVIEW_OWED: say("Review owed"),
        REVIEWED: say("Reviewed"),
    },
    final=(REVIEWED,),
    moves=(
        Move("stand_down", (DECLARED,), STOOD_DOWN, say("Stand down"), "incidents.major"),
        Move("declare", (STOOD_DOWN,), DECLARED, say("Declare a major incident"), "incidents.major"),
        Move("end", (DECLARED,), REVIEW_OWED, say("It is resolved"), "incidents.resolve", offered=False),
        Move("resume", (REVIEW_OWED, REVIEWED), DECLARED, say("It is open again"), "incidents.confirm", offered=False),
        Move("sign", (REVIEW_OWED,), REVIEWED, say("Sign the review"), "records.internal", (_all_written, _by_manager)),
    ),
)

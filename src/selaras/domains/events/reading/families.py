"""What tools call their fields. Each family is in order of trust; a phrase fits a path that ends in its words, however
they are written (`AlarmName`, `alarm_name`, `alarm.name`)."""


def _family(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in " ".join(text.split()).split(", "))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAME = _family("""alertname, event definition title, alert name, alarm name, alert title, alarm title, alert
    rule name, alert rule, rule name, trigger name, monitor name, monitorname, check name, condition name,
    problem title, problem name, incident title, issue title, policy name, search name, definition title,
    detector name, check metadata name, event title, event name, triggered rule, title, judul, alert subject,
    subject, headline, alarm, sensor, check, rule description, rule title, rule, alert, alert type""")
LOOSE_NAME = _family("nama, display name, displayname, name, display, metric name, metricname, reason")
PROSE = _family("""summary, ringkasan, alarm description, alert message, short description, short message,
    message, pesan, msg, event message, error message, problem details text, description, keterangan, uraian,
    output, text, body, full log, details, new state reason, reason, content, note, incident reason, event""")
LONG = _family("""description, keterangan, uraian, long output, output, long description, details, problem
    details text, full log, full message, body, new state reason, alert details, error, runbook""")
HOST = _family("""hostname, host name, host display name, instance, host, server name, servername, server, node
    name, node, device name, device, machine name, machine, computer name, computer, vm name, virtual machine,
    entity name, entity metadata name, entity display name, impacted entity, impacted entities, affected entity,
    affected entities, affected entities name, impacted entities name, entity, configuration items,
    configuration item, resource display name, resource name, resource, involved object name, object name, agent
    name, agent hostname, agent, pod name, pod, container name, target name, target, monitored object, instance
    id, instanceid, instance name, scopes, hosts, fqdn, source, origin, ip address, ip, address, monitor url""")
SERVICE = _family("""service name, servicename, service display name, service summary, service, application
    name, applicationname, application, app name, app, component, project name, project slug, project, workload,
    job, queue, deployment, container, load balancer, dbinstance identifier, function name, module, namespace,
    product, system""")
SEVERITY = _family("""alert severity, trigger severity, event severity, incident severity, severity name,
    severity label, severity value, severity, sev, problem severity, priority name, priority summary, priority,
    keparahan, prioritas, tingkat, alert level, level name, level, log level, criticality, urgency, importance
    level, importance, impact level, impact, rule level, threat level, risk""")
STATE = _family("""alert state, alert status, alarm state, new state value, new state, current state, monitor
    condition, incident state, incident status, problem status, problem state, issue state, notification type,
    alert transition, transition, trigger status, event status, check state, check status, state name, state
    label, state value, state, status value, status label, status name, status, heartbeat status, action group,
    health status, health, keadaan, event type, event action, alert action, action, alert type, event, type,
    condition""")
STATE_WORDS = _family("state, status")  # with whatever stands before them
WATCHED = _family("""monitor url, monitorurl, check url, target url, site url, website url, endpoint, monitored
    url, target, monitor hostname, check params hostname""")
SEVERITY_LAST = _family("type, event type, category")
START = _family("""starts at, started at, start time, start date, start, triggered at, triggered time, fired at,
    fired date time, first occurrence, opened at, open time, activated at, problem start time, since, begin,
    created at, created, creation time, state change time, state changed timestamp, date happened, occurred at,
    occurrence time, event timestamp, timestamp, event time, alert time, trigger time, received at, time, date
    time, datetime, long date time, short date time, date, ts, first timestamp, last timestamp, last updated,
    updated at""")
# When the message itself is: what came later by this tells what holds, whichever arrives first.
SAID = _family("""event timestamp, timestamp, event time, state change time, state changed timestamp, date happened,
    occurred at, occurrence time, last timestamp, last updated, updated at, time, datetime, ts""")
END = _family("""ends at, ended at, end time, end date, resolved at, resolved date time, resolved time, closed
    at, close time, recovered at, recovery time, cleared at, problem end time, end""")
KEY = _family("""dedup key, dedupe key, deduplication key, dedup id, fingerprint, incident key, alert key, alarm
    key, correlation key, aggregation key, incident id, incidentid, problem id, problemid, issue id, alarm id,
    alert id, alertid, alias""")
URL = _family("""alert url, incident url, issue url, problem url, event url, monitor url, html url, permalink,
    web url, generator url, results link, link, url, dashboard url, panel url, source url, details url, href""")
KIND = _family("model, object type, object kind, resource type, content type, kind, entity type")
OBJECT = _family("display name, display, name, title, slug")
ENDED = _family("is resolved, resolved, is recovered, recovered, is closed, is cleared, cleared, is ok")
FIRES = _family("firing, is firing, is active, is alerting, is down, triggered")

VERBS = _words("created updated deleted changed added removed modified renamed moved")
# Below these lie facts about something else than the alert: its past, its reporter, its examples.
ASIDE = _words("""previous prev old before prechange snapshots parameters renders examples headers request user
    users actor sender contexts stacktrace history backlog replay contact owner assignee author username
    created_by settings browser device_info geo sdk organization org team recipients query model data_source
    thresholds""")
# Below these every name is a label of the sender's own choosing.
LABELLED = _words("labels tags dimensions commonlabels grouplabels group_by_fields group_labels")
# Lists under these names hold alerts, one each.
LISTED = ("alerts", "alarms", "events", "incidents", "problems", "issues", "notifications", "messages", "items",
          "records", "results", "entries", "value", "data")  # fmt: skip
# A wrapper of this name says nothing of what it wraps.
WRAPPERS = _words("""alert alerts alarm event events payload data body message content incident problem issue
    notification detail details params result record records item items value webhook""")
# What lies in these has the alert's own name; elsewhere a bare `name` is that of something else.
NEAR = WRAPPERS | _words(
    """annotations commonannotations essentials context logentry heartbeat check monitor alarm rule trigger condition
    policy test probe"""
)
EXTRA = _family("environment, env, region, cluster, datacenter, zone, site")

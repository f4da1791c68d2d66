"""What tools call their fields. Each family is in order of trust; a phrase fits a path that ends in its words, however
they are written (`AlarmName`, `alarm_name`, `alarm.name`, `alarmname`)."""

from selaras.domains.events.reading.words import name_pieces


def _family(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(name_pieces(phrase) for phrase in " ".join(text.split()).split(", "))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAME = _family("""alertname, event definition title, alert name, alarm name, alert title, alarm title, alert rule
    name, alert rule, rule name, trigger name, monitor name, monitor friendly name, monitor label, monitor display
    name, check name, check label, condition name, condition title, problem title, problem name, incident title,
    issue title, policy name, search name, definition title, detector name, detector, detection name, detections
    name, threat name, vulnerability name, check metadata name, exception class, exception type, error class, event
    title, event name, triggered rule, title, judul, alert subject, subject, job name, task name, backup name,
    workflow name, pipeline name, detail type, service description, headline, alarm, monitor, sensor, check, rule
    description, rule title, rule, alert, alert type, entity display name""")
LOOSE_NAME = _family("nama, display name, displayname, name, display, metric name, metricname, label, datasource")
REASON = _family("reason")  # a name where it is one word: `BackOff`
PROSE = _family("""summary, ringkasan, alarm description, alert message, alert details, short description, short
    message, log message, alarm text, alert text, message, pesan, msg, event message, state message, error message,
    problem details text, description, keterangan, uraian, output, text, body, full log, details, new state reason,
    reason, content, note, incident reason, event""")
LONG = _family("""description, keterangan, uraian, long output, output, long description, details, problem details
    text, full log, full message, body, new state reason, alert details, error, runbook""")
HOST = _family("""hostname, fqdn, hostname and port, host name, host display name, host, instance, server name,
    servername, server, node name, node, node label, host label, device label, device name, system name, perangkat,
    device, machine name, dns name, computer dns name, machine, computer name, computer, vm name, virtual machine,
    droplet name, virtual machine name, appliance name, entity name, entity metadata name, entity display name,
    impacted entity, impacted entities, affected entity, affected entities, affected entities name, impacted
    entities name, entity, configuration items, configuration item, resource display name, resource name, affected
    resources name, resources name, resource, involved object name, object name, agent name, agent hostname, agent,
    pod name, pod, container name, target name, target, monitored object, instance id, instanceid, instance name,
    scopes, hosts, domain name, domain, zone name, dbinstance identifier, targets name, ip address, ip, address,
    cluster name, monitor url""")
OBJECT_ID = _family("""device id, host id, node id, entity id, resource id, object id, asset id, monitor id, check
    id, sensor id, serial, serial number""")  # tells two apart where no host does
# Of a check: with its host it names the alert, whatever it puts out.
CHECK = _family("service description, service name, service display name, service")
HOST_LAST = _family("source, origin")  # as often the tool itself
# What of an alert with many instances an id names all of.
SCOPE = _family("alert scope, scope")
SERVICE = _family("""service name, service description, servicename, service display name, service summary, service,
    application name, applicationname, application, app name, app, component, project name, project slug, project,
    workload, job, queue, deployment, container, load balancer, dbinstance identifier, function name, module,
    namespace, product, system""")
SEVERITY = _family("""alert severity, alarm severity, alarm priority, alert priority, trigger severity, event
    severity, incident severity, severity name, trigger type, severity label, severity string, severity text,
    severity value, severity, sev, problem severity, priority name, priority summary, priority, keparahan,
    prioritas, tingkat, alert level, level name, level, log level, criticality, urgency, importance level,
    importance, impact level, impact, rule level, threat level, risk, message type""")
STATE = _family("""alert state, alert status, alarm state, new state value, new state, current state, conclusion,
    outcome, result, trigger type, monitor condition, incident state, incident status, problem status, problem
    state, issue state, notification type, alert transition, transition, alert event, alert type friendly name,
    trigger status, event status, check state, check status, state name, state label, alert status string, state
    string, status string, status text, state value, service state, host state, state, status value, status label,
    status name, status, heartbeat status, action group, health status, health, keadaan, event value, event type,
    event action, alert action, action, event, event name, message type""")
# Which also tell how bad it is.
GRADED = _family("service state, host state, state label, check state, state, status label, status")
STATE_LAST = _family("alert type, type, condition, status phase")  # where nothing else says it
STATE_WORDS = _family("state, status, result")  # with whatever stands before them
WATCHED = _family("""monitor url, monitorurl, check url, target url, site url, website url, endpoint, monitored url,
    target, monitor hostname, check params hostname""")
SEVERITY_LAST = _family("type, event type, category")
START = _family("""starts at, started at, start time, start date, start, triggered at, triggered time, fired at,
    fired date time, first occurrence, opened at, open time, activated at, problem start time, since, begin, created
    at, created, creation time, state change time, state changed timestamp, date happened, occurred at, occurrence
    time, event timestamp, timestamp, event time, alert time, trigger time, received at, time, waktu, date time,
    datetime, long date time, short date time, date, ts, first timestamp, last timestamp, last updated, updated at""")
PLAIN_URL = _family("url, target, website, site, uri")
# When the message itself is: what came later by this tells what holds, whichever arrives first.
SAID = _family("""event timestamp, timestamp, event time, state change time, state changed timestamp, date happened,
    occurred at, occurrence time, last timestamp, last updated, updated at, time, datetime, ts""")
END = _family("""ends at, ended at, end time, end date, resolved at, resolved date time, resolved time, closed at,
    close time, recovered at, recovery time, cleared at, problem end time, end""")
KEY = _family("""dedup key, dedupe key, deduplication key, dedup id, fingerprint, incident key, alert key, alarm
    key, correlation key, alert correlation id, aggregation key, reduction key, issue key, incident id, incidentid,
    problem id, problemid, issue id, item id, alarm id, alert id, alertid, alias""")
URL = _family("""alert url, incident url, issue url, problem url, event url, error url, item url, monitor url, html
    url, permalink, web url, generator url, results link, link, url, dashboard url, panel url, source url, details
    url, href, subscribe url""")
KIND = _family("model, object type, object kind, resource type, content type, kind, entity type")
OBJECT = _family("display name, display, name, title, slug")
ENDED = _family("is resolved, resolved, is recovered, recovered, is closed, is cleared, cleared, is ok")
FIRES = _family("firing, is firing, is active, is alerting, is down, triggered")

# Words by which it shows that an address is that of a watched site, not a link to what tells of it.
WATCHES = _words("uptime endpoint monitor check site website response latency up down online offline")
LINKED = _words("alert incident issue problem event dashboard")  # in names of links to the tool itself
# Values of `type` and the like by which the alert's name is that of a machine.
MACHINES = _words("server host node device vm machine switch router firewall")
# A sender that asks for something or tries whether anybody listens.
ASKS = _words("subscription verification confirmation confirm handshake test")
CHANGES = _words("event action type operation op change verb topic")  # what fields of such verbs are called
VERBS = _words("created updated deleted changed added removed modified renamed moved")
# Below these lie facts about something else than the alert: its past, its reporter, its examples.
ASIDE = _words("""previous prev old before prechange snapshots parameters renders examples headers request user
    users actor sender contexts stacktrace history backlog replay contact owner assignee author username created_by
    settings browser device_info geo sdk organization org team recipients query model data_source thresholds account
    installation""")
# Below these every name is a label of the sender's own choosing.
# An object with one of these in its name is the alert, whatever else its name says: `public_incident`.
TOLD = _words("incident issue problem alert alarm")
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
    policy test probe site website endpoint item outage attributes error exception"""
)
EXTRA = _family("environment, env, region, cluster, datacenter, zone, site")

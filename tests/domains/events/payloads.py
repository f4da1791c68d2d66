"""Payloads in the shapes of monitoring tools, each with what must be read of it."""

import json
from typing import Any

# payload, then alertname, instance, service, severity, state of what must be read
Expected = tuple[str, str, str, str, str]
SHAPES: dict[str, tuple[Any, list[Expected]]] = {
    "flat, with other names for everything": (
        {"AlarmTitle": "Disk almost full", "ServerName": "db01", "AlertLevel": "Major", "CurrentState": "PROBLEM"},
        [("Disk almost full", "db01", "", "error", "firing")],
    ),
    "an alarm of CloudWatch inside a message of SNS": (
        {
            "Type": "Notification",
            "Subject": 'OK: "CPU" in EU',
            "Message": json.dumps(
                {
                    "AlarmName": "CPU high",
                    "AlarmDescription": "Above 90 %",
                    "NewStateValue": "OK",
                    "OldStateValue": "ALARM",
                    "NewStateReason": "Threshold no longer crossed",
                    "StateChangeTime": "2026-01-02T03:04:05.678+0000",
                    "Trigger": {"Namespace": "AWS/EC2", "Dimensions": [{"name": "InstanceId", "value": "i-0ab"}]},
                }
            ),
        },
        [("CPU high", "i-0ab", "AWS/EC2", "", "resolved")],
    ),
    "essentials deep in data": (
        {
            "schemaId": "azureMonitorCommonAlertSchema",
            "data": {
                "essentials": {
                    "alertId": "/subscriptions/1/alerts/2",
                    "alertRule": "VM CPU",
                    "severity": "Sev1",
                    "monitorCondition": "Fired",
                    "configurationItems": ["vm-7"],
                    "firedDateTime": "2026-03-22T13:58:24.3713213Z",
                    "description": "CPU above 90 %",
                },
                "alertContext": {},
            },
        },
        [("VM CPU", "vm-7", "", "critical", "firing")],
    ),
    "an incident with epoch times": (
        {
            "version": "1.2",
            "incident": {
                "incident_id": "0.abc",
                "condition_name": "Uptime",
                "resource_display_name": "web-3",
                "state": "closed",
                "started_at": 1577840461,
                "ended_at": 1577877071,
                "summary": "Uptime check failed",
                "url": "https://console.example/1",
            },
        },
        [("Uptime", "web-3", "", "", "resolved")],
    ),
    "a problem of Zabbix": (
        {
            "event_id": "42",
            "trigger_name": "Load is high",
            "host": "zbx-1",
            "trigger_severity": "Disaster",
            "status": "PROBLEM",
        },
        [("Load is high", "zbx-1", "", "critical", "firing")],
    ),
    "a check with its entity apart": (
        {
            "entity": {"metadata": {"name": "web-1"}, "entity_class": "agent"},
            "check": {"metadata": {"name": "http"}, "status": 2, "state": "failing", "output": "CRITICAL: 500"},
        },
        [("http", "web-1", "", "", "firing")],
    ),
    "heartbeat and monitor": (
        {
            "heartbeat": {"status": 0, "msg": "timeout", "time": "2026-01-02 03:04:05"},
            "monitor": {"name": "Shop", "url": "https://shop.example/health", "hostname": None},
            "msg": "[Shop] [🔴 Down] timeout",
        },
        [("Shop", "shop.example", "", "", "firing")],
    ),
    "the same, up again": (
        {"heartbeat": {"status": 1, "msg": "200 OK"}, "monitor": {"name": "Shop", "url": "https://shop.example"}},
        [("Shop", "shop.example", "", "", "resolved")],
    ),
    "tags as texts": (
        {
            "title": "[Triggered] High latency on checkout",
            "alert_transition": "Triggered",
            "tags": ["host:web-9", "service:checkout", "env:prod"],
            "priority": "P2",
            "last_updated": "1700000000000",
        },
        [("High latency on checkout", "web-9", "checkout", "error", "firing")],
    ),
    "a rule with levels to 15": (
        {
            "rule": {"level": 12, "description": "SSH brute force", "id": "5712"},
            "agent": {"id": "1", "name": "bastion"},
            "full_log": "x y",
        },
        [("SSH brute force", "bastion", "", "critical", "firing")],
    ),
    "an event of Kubernetes": (
        {
            "involvedObject": {"kind": "Pod", "name": "api-7f", "namespace": "shop"},
            "reason": "BackOff",
            "message": "Back-off restarting failed container",
            "type": "Warning",
        },
        [("BackOff", "api-7f", "shop", "warning", "firing")],
    ),
    "a list of alerts in an envelope": (
        {
            "receiver": "x",
            "status": "firing",
            "alerts": [
                {"status": "resolved", "labels": {"alertname": "A", "instance": "h1", "severity": "critical"}},
                {"status": "firing", "labels": {"alertname": "B", "instance": "h2", "severity": "page"}},
            ],
        },
        [("A", "h1", "", "critical", "resolved"), ("B", "h2", "", "critical", "firing")],
    ),
    "a bare list": (
        [{"name": "X", "host": "a", "status": "down"}, {"name": "Y", "host": "b", "status": "up"}],
        [("X", "a", "", "critical", "firing"), ("Y", "b", "", "", "resolved")],
    ),
    "only a text": ({"text": "RESOLVED: Backup of db01 late"}, [("Backup of db01 late", "", "", "", "resolved")]),
    "a failure is no state of its title": (
        {"title": "Failed to fetch profile", "level": "error", "server_name": "app-1"},
        [("Failed to fetch profile", "app-1", "", "error", "firing")],
    ),
    "not ok": ({"name": "Queue", "host": "mq", "status": "not ok"}, [("Queue", "mq", "", "", "firing")]),
    "flags": ({"check": "ping", "host": "gw", "resolved": True}, [("ping", "gw", "", "", "resolved")]),
    "a thing was changed": (
        {"event": "deleted", "model": "device", "data": {"name": "sw-1", "status": {"value": "active"}}},
        [("Device sw-1 deleted", "sw-1", "", "info", "firing")],
    ),
    "an alert that was created is no change of a thing": (
        {
            "alertStatusString": "Created",
            "entityType": "device",
            "entityName": "fw",
            "subject": "Link lost",
            "sev": "P1",
        },
        [("Link lost", "fw", "", "critical", "firing")],
    ),
    "a host in the title": (
        {"title": "[Warn on {host:web-1}] CPU is high", "event_type": "query_alert_monitor", "body": "CPU over 90"},
        [("CPU is high", "web-1", "", "warning", "firing")],
    ),
    "fields of a message": (
        {
            "attachments": [
                {"title": "[FIRING] Memory", "fields": [{"title": "Severity", "value": "critical", "short": True}]}
            ]
        },
        [("Memory", "", "", "critical", "firing")],
    ),
    "a website that is watched": (
        {"MONITORNAME": "Shop", "MONITORURL": "https://shop.example", "STATUS": "DOWN", "INCIDENT_REASON": "Timeout"},
        [("Shop", "shop.example", "", "critical", "firing")],
    ),
    "names without borders between their words": (
        {
            "alertstatus": "clear",
            "alertid": "LM1",
            "host": "win-1",
            "stringseverity": "Critical",
            "message": "CPU is 9",
        },
        [("CPU is 9", "win-1", "", "critical", "resolved")],
    ),
    "a form of a site's monitor": (
        {"Name": "Toko", "URL": "https://toko.example", "IP": "203.0.113.5", "StatusCode": "0", "Status": "Down"},
        [("Toko", "toko.example", "", "critical", "firing")],
    ),
    "a link to the alert is no site": (
        {
            "monitor": "etl",
            "type": "Recovery",
            "issue_url": "https://t.example/i/1",
            "monitor_url": "https://t.example/m/2",
        },
        [("etl", "", "", "", "resolved")],
    ),
    "a type of event is no name": (
        {"event_name": "resolved_item", "data": {"item": {"id": 7, "title": "KeyError: x", "status": 2, "level": 40}}},
        [("KeyError: x", "", "", "", "resolved")],
    ),
    "words before numbers, results before steps": (
        {"job": {"name": "Rotate keys"}, "status": "completed", "conclusion": "failure", "state": 0},
        [("Rotate keys", "", "", "error", "firing")],
    ),
    "a grade before a state": (
        {"name": "Load", "subject": "[SEVERE] RESOLVED: High load", "host": "app-9", "reason": "ALERT_RESOLVED"},
        [("High load", "app-9", "", "", "resolved")],
    ),
    "a check whose output changes": (
        {
            "host_name": "cent-1",
            "service_description": "Disk /",
            "state": "2",
            "state_label": "CRITICAL",
            "output": "95%",
        },
        [("Disk /", "cent-1", "Disk /", "critical", "firing")],
    ),
    "a machine that is its monitor's name": (
        {"MONITORTYPE": "SERVER", "MONITORNAME": "linux-db-02", "STATUS": "DOWN"},
        [("linux-db-02", "linux-db-02", "", "critical", "firing")],
    ),
    "a database instance as a dimension": (
        {
            "source": "cloud.watch",
            "alarmName": "Load",
            "state": {"value": "ALARM"},
            "dimensions": {"DBInstanceIdentifier": "db-4"},
        },
        [("Load", "db-4", "db-4", "", "firing")],
    ),
    "a question of the sender": (
        {
            "Type": "SubscriptionConfirmation",
            "Message": "Confirm it by the link.",
            "SubscribeURL": "https://s.example/?t=1",
        },
        [("Confirm it by the link.", "", "", "info", "firing")],
    ),
    "a text that names the machine": (
        {"text": "Volume 1 on nas-1 has degraded"},
        [("Volume 1 on nas-1", "nas-1", "", "warning", "firing")],
    ),
    "a state after a machine's word is no machine": ({"judul": "Server mati"}, [("Server mati", "", "", "", "firing")]),
    "in Indonesian": (
        {"judul": "Disk penuh", "server": "db1", "keparahan": "tinggi", "keadaan": "pulih"},
        [("Disk penuh", "db1", "", "error", "resolved")],
    ),
    "a job that ended badly": (
        {"jobName": "Nightly VM", "jobResult": "Failed", "server": "bkp1", "endTime": "2026-01-02T03:04:05"},
        [("Nightly VM", "bkp1", "", "error", "firing")],
    ),
    "a state that is an event's number": (
        {"event_name": "CPU of router-3", "host_name": "router-3", "event_severity": "High", "event_value": "0"},
        [("CPU of router-3", "router-3", "", "error", "resolved")],
    ),
    "an event's measured value, which is no state": (
        {"event": {"name": "Free space", "value": 0}, "host": "db1", "severity": "warning"},
        [("Free space", "db1", "", "warning", "firing")],
    ),
    "a check by its output": (
        {"host_name": "web-1", "service_name": "http", "state": "CRITICAL", "output": "refused"},
        [("http", "web-1", "http", "critical", "firing")],
    ),
    "what a program put out, of no check": (
        {"project": "shop", "output": "Release of shop was rolled back"},
        [("Release of shop was rolled back", "", "shop", "", "firing")],
    ),
    "a message whose type tells all": (
        {
            "message_type": "CRITICAL",
            "entity_id": "disk/db1",
            "entity_display_name": "Disk of db1",
            "state_message": "98%",
        },
        [("Disk of db1", "Disk of db1", "", "critical", "firing")],
    ),
    "a severity where a name might be": (
        {"alert_type": "critical", "message": "Replication stopped", "entity_id": "12"},
        [("Replication stopped", "", "", "critical", "firing")],
    ),
    "a thing of a cluster by its phase": (
        {"kind": "Backup", "metadata": {"name": "daily"}, "status": {"phase": "Completed"}},
        [("daily", "", "", "", "resolved")],
    ),
    "nothing that anybody knows": ({"foo": {"bar": [1, 2]}}, [("Event", "", "", "", "firing")]),
}

"""Routes of alerts, of what decides about them, silences them, and of where they come from."""

from django.urls import path

from selaras.interfaces.web.events import (
    heartbeats,
    mapping,
    rule_form,
    rule_sets,
    rules,
    set_aside,
    silence_form,
    silences,
    snmp,
    sources,
    views,
)

app_name = "events"

urlpatterns = [
    path("alerts", views.alerts, name="alerts"),
    path("alerts/<int:alert_id>", views.alert, name="alert"),
    path("alerts/set-aside", set_aside.set_aside, name="set_aside"),
    path("alerts/set-aside/<int:set_aside_id>/retry", set_aside.retry, name="retry_set_aside"),
    path("rules", rules.rules, name="rules"),
    path("rules/new", rule_form.new_rule, name="new_rule"),
    path("rules/<int:rule_id>", rule_form.rule, name="rule"),
    path("rules/<int:rule_id>/move", rules.move, name="move_rule"),
    path("rules/<int:rule_id>/switch", rules.switch, name="switch_rule"),
    path("rules/<int:rule_id>/remove", rules.remove, name="remove_rule"),
    path("rules/file", rule_sets.file, name="rule_file"),
    path("rules/export", rule_sets.export, name="export_rules"),
    path("rules/history", rule_sets.history, name="rule_history"),
    path("rules/history/<int:number>", rule_sets.version, name="rule_version"),
    path("rules/history/<int:number>/restore", rule_sets.restore, name="restore_rules"),
    path("silences", silences.silences, name="silences"),
    path("silences/new", silence_form.new_silence, name="new_silence"),
    path("silences/count", silence_form.count, name="count_silence"),
    path("silences/<uuid:silence_id>", silence_form.silence, name="silence"),
    path("silences/<uuid:silence_id>/expire", silences.expire, name="expire_silence"),
    path("alerts/<int:alert_id>/handle", views.handle, name="handle_alert"),
    path("heartbeats", heartbeats.heartbeats, name="heartbeats"),
    path("heartbeats/new", heartbeats.new_heartbeat, name="new_heartbeat"),
    path("heartbeats/<int:heartbeat_id>", heartbeats.heartbeat, name="heartbeat"),
    path("heartbeats/<int:heartbeat_id>/key", heartbeats.renew, name="renew_key"),
    path("heartbeats/<int:heartbeat_id>/pause", heartbeats.pause, name="pause_heartbeat"),
    path("heartbeats/<int:heartbeat_id>/remove", heartbeats.remove, name="remove_heartbeat"),
    path("sources", sources.sources, name="sources"),
    path("sources/new", sources.new_source, name="new_source"),
    path("sources/<int:source_id>", sources.source, name="source"),
    path("sources/<int:source_id>/token", sources.renew, name="renew_token"),
    path("sources/<int:source_id>/switch", sources.switch, name="switch_source"),
    path("sources/<int:source_id>/mapping", mapping.mapping, name="mapping"),
    path("sources/<int:source_id>/snmp", snmp.snmp_users, name="snmp_users"),
    path("sources/<int:source_id>/snmp/<int:user_id>/remove", snmp.remove, name="remove_snmp_user"),
]

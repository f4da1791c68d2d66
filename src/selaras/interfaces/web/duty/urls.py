"""Routes of duty: who has it, whom a page tells, pages, one's own channels; and two that open without signing in."""

from django.urls import path

from selaras.domains.duty.contracts import ACKNOWLEDGE_PATH
from selaras.interfaces.web.duty import channels, covers, handovers, log, now, outside, pages, policies, rotas

app_name = "duty"

urlpatterns = [
    path("duty", now.now, name="now"),
    path("duty/feed", covers.own_feed, name="own_feed"),
    path("duty/swaps/<int:swap_id>/<slug:verb>", covers.answer, name="swap"),
    path("duty/covers/<int:cover_id>/cancel", covers.cancel, name="cancel_cover"),
    path("duty/rotas/new", rotas.new, name="new_rota"),
    path("duty/rotas/<slug:slug>", rotas.rota, name="rota"),
    path("duty/rotas/<slug:slug>/edit", rotas.edit, name="edit_rota"),
    path("duty/rotas/<slug:slug>/cover", covers.cover, name="cover"),
    path("duty/rotas/<slug:slug>/swap", covers.ask, name="ask_swap"),
    path("duty/rotas/<slug:slug>/absences", covers.absences, name="absences"),
    path("duty/rotas/<slug:slug>/feed", covers.feed, name="feed"),
    path("duty/rotas/<slug:slug>/handovers", handovers.handovers, name="handovers"),
    path("duty/rotas/<slug:slug>/handovers/draft", handovers.draft, name="draft_handover"),
    path("duty/handovers/<int:handover_id>", handovers.handover, name="handover"),
    path("duty/handovers/<int:handover_id>/edit", handovers.edit, name="edit_handover"),
    path("duty/handovers/<int:handover_id>/<slug:verb>", handovers.sign, name="sign_handover"),
    path("duty/log", log.log, name="log"),
    path("duty/log/write", log.write, name="write_log"),
    path("duty/policies", policies.policies, name="policies"),
    path("duty/policies/new", policies.new, name="new_policy"),
    path("duty/policies/<slug:slug>", policies.policy, name="policy"),
    path("duty/policies/<slug:slug>/edit", policies.edit, name="edit_policy"),
    path("duty/pages", pages.pages, name="pages"),
    path("duty/pages/new", pages.new, name="new_page"),
    path("duty/pages/<int:page_id>", pages.one, name="page"),
    path("duty/pages/<int:page_id>/<slug:verb>", pages.move, name="move_page"),
    path("duty/channels", channels.channels, name="channels"),
    path("duty/channels/<int:channel_id>/<slug:verb>", channels.change, name="change_channel"),
    path(f"{ACKNOWLEDGE_PATH}<str:token>", outside.acknowledge, name="acknowledge"),
    path("duty/push-worker.js", outside.push_worker, name="push_worker"),
    path("duty/calendar/<str:secret>.ics", outside.calendar, name="calendar"),
]

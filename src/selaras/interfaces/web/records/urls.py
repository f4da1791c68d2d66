"""Routes of the queue and of records."""

from django.urls import path

from selaras.interfaces.web.incidents import around, record, verbs
from selaras.interfaces.web.records import bulk, mine, queue, saved

app_name = "records"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("narrow", queue.narrow, name="narrow"),
    path("views", saved.save, name="save_view"),
    path("views/<int:view_id>/drop", saved.drop, name="drop_view"),
    path("bulk", bulk.preview, name="bulk"),
    path("bulk/do", bulk.carry_out, name="bulk_do"),
    path("bulk/undo/<str:token>", bulk.undo, name="bulk_undo"),
    path("mine", mine.mine, name="mine"),
    path("r/<str:number>", record.record, name="record"),
    path("r/<str:number>/note", verbs.note, name="note"),
    path("r/<str:number>/edit", verbs.edit, name="edit"),
    path("r/<str:number>/watch", around.watch, name="watch"),
    path("r/<str:number>/presence", around.presence, name="presence"),
    path("r/<str:number>/parents", around.parents, name="parents"),
    path("r/<str:number>/do/<slug:verb>", verbs.move, name="move"),
    path("r/<str:number>/files/<int:attachment_id>", around.download, name="download"),
]

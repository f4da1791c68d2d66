"""Alerts: what monitoring sees now. Events come in through intake, not here."""

from ninja import Router

router = Router()

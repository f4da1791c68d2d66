"""What is planned once answers the same, is prepared on the server, and leaves the rest of the connection as it was."""

import pytest
from django.db import connection

from selaras.config.database import OFTEN
from selaras.domains.people.models import Organisation
from selaras.kernel.plans import planned_once

pytestmark = pytest.mark.django_db


def test_what_is_asked_often_is_prepared_on_the_server() -> None:
    rows = [Organisation.objects.create(slug=n, name=n, kind="customer").pk for n in ("bahari", "nusa")]
    for _ in range(OFTEN + 1):
        for pk, name in zip(rows, ("bahari", "nusa"), strict=True):
            with planned_once():
                assert Organisation.objects.get(pk=pk).name == name
            assert Organisation.objects.get(pk=pk).name == name
    assert _prepared() == 1


def test_what_goes_wrong_within_leaves_no_trace() -> None:
    with pytest.raises(Organisation.DoesNotExist), planned_once():
        Organisation.objects.get(pk=-1)
    for _ in range(OFTEN + 1):
        assert not Organisation.objects.filter(pk=-2).exists()
    assert _prepared() == 0


def _prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%people_organisation%'")
        return int(cursor.fetchone()[0])

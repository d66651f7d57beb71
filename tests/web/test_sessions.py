"""Who is signed in is found by statements of our own: they must say what Django's would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from filiform.record.models import User
from filiform.record.signin import PractitionerBackend
from filiform.web import sessions
from tests import clinic
from tests.clinic import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Clinic:
    return clinic.make()


def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="alder.therapist"), "filiform.record.signin.PractitionerBackend")
    assert client.get("/today/").status_code == 200
    return client


def test_a_session_is_what_django_would_have_found(here: Clinic) -> None:
    key = signed_in().session.session_key
    assert dict(sessions.SessionStore(key).items()) == dict(db.SessionStore(key).items()) != {}


def test_a_user_comes_with_the_practitioner_and_the_practice_in_one_query(
    here: Clinic, django_assert_num_queries: object
) -> None:
    user = User.objects.select_related("practitioner__practice").get(username="alder.therapist")
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = PractitionerBackend().get_user(user.pk)
        assert found is not None
        assert found.practitioner.practice.time_zone == user.practitioner.practice.time_zone
    columns = [one.attname for one in User._meta.concrete_fields]
    assert [getattr(found, name) for name in columns] == [getattr(user, name) for name in columns]
    assert PractitionerBackend().get_user(user.pk + 1000) is None


@pytest.mark.control("C-255")
def test_a_session_that_is_over_or_gone_opens_nothing(here: Clinic) -> None:
    client = signed_in()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/today/").status_code == 302
    client = signed_in()
    Session.objects.all().delete()
    assert client.get("/today/").status_code == 302


@pytest.mark.control("C-255")
def test_guard_removed_a_session_that_is_over_would_still_open(here: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    whenever = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND %s IS NOT NULL"
    monkeypatch.setattr(sessions, "_FIND", whenever)
    with pytest.raises(AssertionError):
        test_a_session_that_is_over_or_gone_opens_nothing(here)


def test_a_session_that_is_gone_is_not_made_again_by_a_late_answer() -> None:
    """Somebody signed out while a page was being made: what the page remembers must not sign her in again."""
    made = sessions.SessionStore()
    made.create()
    late = sessions.SessionStore(made.session_key)
    late["seen"] = 1
    made.delete()
    with pytest.raises(UpdateError):
        late.save()
    assert not sessions.SessionStore().exists(made.session_key)


def test_a_change_is_one_statement_and_is_kept() -> None:
    made = sessions.SessionStore()
    made.create()
    again = sessions.SessionStore(made.session_key)
    again["hand"] = "left"
    with CaptureQueriesContext(connection) as asked:
        again.save()
    assert len(asked) == 1
    assert sessions.SessionStore(made.session_key)["hand"] == "left"

"""Django's sessions in the database, found by a statement of our own: every request asks, and compiling it took longer
than running it. Everything else is Django's. The class keeps its name, of which Django makes the key of what is stored.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.utils import timezone

_FIND = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """As Django's."""

    def _get_session_from_db(self) -> Any:
        if self.session_key is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return None
        return self.model(self.session_key, *found)

    def save(self, must_create: bool = False) -> None:
        """As Django's, but a session that exists is changed by the one statement, with no savepoint around it.

        Raises UpdateError when it is there no more: somebody signed out in the meantime.
        """
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        new = {"session_data": row.session_data, "expire_date": row.expire_date}
        if not self.model.objects.filter(pk=row.pk).update(**new):
            raise UpdateError

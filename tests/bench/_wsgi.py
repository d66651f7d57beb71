"""The application as it is served, with the clock of the benchmark's databases."""

from unittest import mock

from filiform.config.wsgi import application as served
from tests.bench._template import NOW

mock.patch("django.utils.timezone.now", return_value=NOW).start()
application = served

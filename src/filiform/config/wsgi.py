"""The application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from filiform.config import durable
from filiform.config.server import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.config.settings")
durable.watch()
end_with_parent()
application = get_wsgi_application()

"""The application that the server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from filiform.config import durable
from filiform.config.server import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "filiform.config.settings")
durable.watch()
end_with_parent()
application = get_wsgi_application()
# What the program consists of is never garbage. Looking through all of it took 0.1 seconds of every few hundred
# requests, and whoever tapped in that moment waited.
gc.collect()
gc.freeze()

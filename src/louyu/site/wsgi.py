"""The application that the server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "louyu.site.settings")
application = get_wsgi_application()

# What was imported until here stays as long as the process: it is not looked through for garbage again and again.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)

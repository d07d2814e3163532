"""The pages as the web server calls them."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.config.settings")
application = get_wsgi_application()

"""The pages as the web server calls them."""

import os

from django.core.wsgi import get_wsgi_application

from backline.config.children import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.config.settings")
end_with_parent()
application = get_wsgi_application()

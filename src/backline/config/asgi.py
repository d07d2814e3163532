"""All that the web server calls: the pages, and the live stream beside them."""

import os

from django.core.wsgi import get_wsgi_application

from backline.config.children import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.config.settings")
end_with_parent()
pages = get_wsgi_application()


def _application() -> object:
    from backline.config.live import Application

    return Application(pages)


application = _application()

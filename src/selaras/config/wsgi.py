"""Django as a WSGI application, with its static files: pages and the HTTP API. `selaras web` serves it."""

import os

from django.core.wsgi import get_wsgi_application
from servestatic import ServeStatic

from selaras.kernel.garbage import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selaras.config.settings")
django = get_wsgi_application()


def _with_static_files() -> ServeStatic:
    """Names carry the hash of their content: a browser may keep those for ever; others it asks for again."""
    from django.conf import settings

    return ServeStatic(
        django,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        immutable_file_test=r"^.+\.[0-9a-f]{12}\..+$",
        max_age=60,
        allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: headers.add_header("X-Content-Type-Options", "nosniff"),
    )


application = _with_static_files()
collect_rarely()

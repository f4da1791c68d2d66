"""No route without a permission: pages, API and all."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Answered before sign-in by nature: the sign-in pages of allauth, which ask nothing of records, and error pages.
OPEN = ("account/", "i18n/", "^static", "health")


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        where = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, where)
        else:
            yield where, each


def test_every_page_names_its_permission() -> None:
    silent = [
        where
        for where, route in routes(get_resolver())
        if not where.startswith((*OPEN, "api/"))
        and not hasattr(route.callback, "permission")
        and not hasattr(route.callback, "open_to_all")
    ]
    assert silent == []


def test_every_operation_of_the_api_names_its_permission() -> None:
    from selaras.interfaces.api.main import api

    silent = [
        f"{','.join(operation.methods)} {path}"
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if not hasattr(operation.view_func, "permission")
    ]
    assert silent == []

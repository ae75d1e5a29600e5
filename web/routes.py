"""The route table as data: method, path and who may use it. Tests and operators read it."""

from flask import Flask

from web.access import declared


def table(app: Flask) -> list[dict[str, str]]:
    """Give one line for every method and path; the static files are open to all.

    Returns
    -------
    list of dict
        ``method``, ``path``, ``endpoint``, ``access`` (empty: nobody declared it, so nobody gets in).
    """
    rows = []
    for rule in app.url_map.iter_rules():
        access = "public:page:see" if rule.endpoint == "static" else str(declared(app, rule.endpoint) or "")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            rows.append({"method": method, "path": rule.rule, "endpoint": rule.endpoint, "access": access})
    return sorted(rows, key=lambda row: (row["path"], row["method"]))

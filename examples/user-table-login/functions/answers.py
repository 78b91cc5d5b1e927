"""What a function answers to an HTTP API, in the form of the pipeline's own routes."""

import json
from http import HTTPStatus


def ok(body, cache="no-store"):
    return _answer(200, "application/json", body, cache)


def problem(status, code, detail):
    title = HTTPStatus(status).phrase
    return _answer(status, "application/problem+json", {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail})


def _answer(status, content_type, body, cache="no-store"):
    return {"statusCode": status, "headers": {"content-type": content_type, "cache-control": cache}, "body": json.dumps(body, ensure_ascii=False)}

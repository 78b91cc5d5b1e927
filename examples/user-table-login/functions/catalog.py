"""GET /catalog/{library}/{isbn}: what a library says about a book, for everybody."""

import os

import boto3

from answers import ok, problem

records = boto3.resource("dynamodb").Table(os.environ["QUERY_TABLE_NAME"])


def handler(event, _context):
    library, isbn = event["pathParameters"]["library"], event["pathParameters"]["isbn"]
    # Partition keys begin with `_t#`, the tenant (here the library), and a `#`.
    key = {"_pk": f"_t#{library}#BOOK#{isbn}", "_sk": "RECORD"}
    record = records.get_item(Key=key).get("Item")
    if record is None:
        return problem(404, "BOOK_NOT_FOUND", "the library has no such book")
    public = {name: record.get(name) for name in ("isbn", "title", "author")}
    return ok({**public, "year": int(record["year"]) if "year" in record else None}, cache="public, max-age=60")

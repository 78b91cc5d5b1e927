"""Called with one upload; answers the record of its file. An exception means: try again later."""

import hashlib

import boto3  # part of Lambda's Python runtime

s3 = boto3.client("s3")


def handler(upload, _context):
    (file,) = upload["files"]
    record = {
        **upload["metadata"],
        "fileKey": file["key"],
        "contentType": file["contentType"],
        "size": file["size"],
        "sha256": sha256(upload["bucket"], file),
    }
    return {"result": {"productId": record["productId"], "sha256": record["sha256"]}, "records": [record]}


def sha256(bucket, file):
    digest = hashlib.sha256()
    # The bytes that have arrived and were checked, and no others: what was replaced since is an error.
    found = s3.get_object(Bucket=bucket, Key=file["key"], IfMatch=f'"{file["etag"]}"')
    for chunk in found["Body"].iter_chunks(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()

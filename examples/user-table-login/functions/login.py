"""POST /login: a token for a name and a password."""

import base64
import json
import os
import time
from datetime import datetime, timezone

import boto3  # part of Lambda's Python runtime

from answers import ok, problem
from passwords import NOBODY, matches
from tokens import signed

LIFETIME_SECONDS = 15 * 60
LONGEST_NAME, LONGEST_PASSWORD = 128, 1000

users = boto3.resource("dynamodb").Table(os.environ["USERS_TABLE_NAME"])
# Read once: a rotation reaches this function when it starts anew, and until then the pipeline takes tokens of both versions.
secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])["SecretString"]


def handler(event, _context):
    credentials = credentials_of(event)
    if credentials is None:
        return problem(400, "INVALID_REQUEST", "the body must be JSON with the texts 'name' and 'password'")
    user = user_with(*credentials)
    if user is None:
        # The same for a wrong name and a wrong password, so that nobody learns who has an account.
        return problem(401, "WRONG_CREDENTIALS", "name or password is wrong")
    now = int(time.time())
    claims = {
        "sub": user["name"],
        "library": user["library"],
        "scope": " ".join(sorted(user["scopes"])),
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    expires_at = datetime.fromtimestamp(claims["exp"], timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ok({"token": signed(claims, secret), "expiresAt": expires_at})


def credentials_of(event):
    try:
        body = event.get("body") or ""
        body = json.loads(base64.b64decode(body) if event.get("isBase64Encoded") else body)
        name, password = body["name"], body["password"]
        name.encode(), password.encode()  # JSON can escape what is no text
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return (name, password) if 0 < len(name) <= LONGEST_NAME and len(password) <= LONGEST_PASSWORD else None


def user_with(name, password):
    user = users.get_item(Key={"name": name}, ConsistentRead=True).get("Item")
    correct = matches(password, user["passwordHash"] if user else NOBODY)
    return user if user and correct else None

"""Adds a user, or gives one a new password; called by an administrator with AWS credentials, never through the API."""

import os
import re

import boto3

from passwords import hashed

SHORTEST_PASSWORD = 12
SCOPES = {"upload", "query"}

users = boto3.resource("dynamodb").Table(os.environ["USERS_TABLE_NAME"])


def handler(user, _context):
    name, password, library = user["name"], user["password"], user["library"]
    scopes = set(user.get("scopes", SCOPES))
    # The pipeline's rule for the ids of tenants.
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@+=-]{0,127}", library):
        raise ValueError(f"'library' must be an id such as 'north-branch', got '{library}'")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"'password' must have at least {SHORTEST_PASSWORD} characters")
    if not scopes or not scopes <= SCOPES:
        raise ValueError(f"'scopes' must be some of {sorted(SCOPES)}, got {sorted(scopes)}")
    users.put_item(Item={"name": name, "passwordHash": hashed(password), "library": library, "scopes": scopes})
    return {"name": name, "library": library, "scopes": sorted(scopes)}

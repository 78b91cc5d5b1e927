"""JSON Web Tokens (RFC 7519), signed with HMAC SHA-256."""

import base64
import hashlib
import hmac
import json


def signed(claims, secret):
    content = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
    signature = hmac.digest(secret.encode(), content.encode(), hashlib.sha256)
    return f"{content}.{_base64url(signature)}"


def _encoded(value):
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

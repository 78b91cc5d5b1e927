"""HTTP APIs."""

import os
import ssl
import urllib.request

from ministack.core import tls
from ministack.services import apigateway


def read_cors_as_cloudformation_writes_it() -> None:
    """CloudFormation says `AllowOrigins` and the emulator looks for `allowOrigins`: every preflight would get a 403."""
    response_headers = apigateway._cors_response_headers
    preflight_response = apigateway._cors_preflight_response

    def lower_camel(settings):
        return {name[:1].lower() + name[1:]: value for name, value in (settings or {}).items()}

    apigateway._cors_response_headers = lambda settings, origin: response_headers(lower_camel(settings), origin)
    apigateway._cors_preflight_response = lambda settings, origin: preflight_response(lower_camel(settings), origin)


def fetch_keys_of_issuers_over_tls() -> None:
    """Keys of a user pool are at the emulator's own address, which speaks TLS when it enforces IAM: with a certificate that
    is trusted here, so that an issuer of a test can use the same one. The emulator asks itself in plain HTTP."""
    if os.environ.get("USE_SSL") != "1":
        return
    own = f"//{apigateway._HOST}:{apigateway._PORT}/"

    def open_url(request, timeout_seconds):
        if isinstance(request, str) and request.startswith(f"http:{own}"):
            request = f"https:{request.removeprefix('http:')}"
        trusted = ssl.create_default_context()
        trusted.load_verify_locations(tls.resolve_tls_material()[0])
        with urllib.request.urlopen(request, timeout=timeout_seconds, context=trusted) as response:
            return response.status, dict(response.headers.items()), response.read()

    apigateway._urlopen_sync = open_url


def apply() -> None:
    read_cors_as_cloudformation_writes_it()
    fetch_keys_of_issuers_over_tls()

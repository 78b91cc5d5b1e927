"""What reaches a function behind an API."""

from ministack.core.responses import get_region
from ministack.services import lambda_svc


def send_events_of_http_apis_as_aws_does() -> None:
    """AWS leaves `pathParameters` out where a route has none (the emulator sends null), puts a named stage before the path
    (the emulator leaves it out), and names the API's own domain (the emulator its own address)."""
    execute = lambda_svc._execute_function_with_config_scope

    def execute_with_aws_event(function, event):
        if isinstance(event, dict) and event.get("version") == "2.0" and "requestContext" in event:
            event = _with_own_domain(_with_stage_in_path(_without_empty_path_parameters(event)))
        return execute(function, event)

    lambda_svc._execute_function_with_config_scope = execute_with_aws_event


def _without_empty_path_parameters(event):
    return {name: value for name, value in event.items() if name != "pathParameters" or value is not None}


def _with_stage_in_path(event):
    context = event["requestContext"]
    stage = context.get("stage", "$default")
    if stage == "$default":
        return event
    path = f"/{stage}{event['rawPath']}"
    return {**event, "rawPath": path, "requestContext": {**context, "http": {**context["http"], "path": path}}}


def _with_own_domain(event):
    context = event["requestContext"]
    if ".execute-api." not in context.get("domainName", ""):
        return event
    domain = domain_of(context["apiId"])
    context = {**context, "domainName": domain, "domainPrefix": context["apiId"]}
    return {**event, "headers": {**event["headers"], "host": domain}, "requestContext": context}


def domain_of(api_id):
    """As on AWS; `reachableUrl` finds the API behind it. The emulator's own ends in an IP address, which no URL may."""
    return f"{api_id}.execute-api.{get_region()}.amazonaws.com"


def apply() -> None:
    send_events_of_http_apis_as_aws_does()

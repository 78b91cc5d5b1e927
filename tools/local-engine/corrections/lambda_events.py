"""What reaches a function behind an API."""

from ministack.services import lambda_svc


def send_events_of_http_apis_as_aws_does() -> None:
    """AWS leaves `pathParameters` out where a route has none (the emulator sends null), puts a named stage before the path
    (the emulator leaves it out), and says the API's own host (the emulator its own address)."""
    execute = lambda_svc._execute_function_with_config_scope

    def execute_with_aws_event(function, event):
        if isinstance(event, dict) and event.get("version") == "2.0" and "requestContext" in event:
            event = _with_own_host(_with_stage_in_path(_without_empty_path_parameters(event)))
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


def _with_own_host(event):
    return {**event, "headers": {**event["headers"], "host": event["requestContext"]["domainName"]}}


def apply() -> None:
    send_events_of_http_apis_as_aws_does()

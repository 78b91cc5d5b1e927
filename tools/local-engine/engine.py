"""Runs the emulator, with two differences from AWS put right that our functions would otherwise have to know about.

Both were read in ministack 1.5.33; look at them again when requirements.txt changes.
"""

from ministack.app import main
from ministack.services import apigateway, lambda_svc


def leave_out_empty_path_parameters() -> None:
    """AWS leaves `pathParameters` out of an HTTP API's event where a route has none; the emulator sends null."""
    execute = lambda_svc._execute_function_with_config_scope

    def execute_with_aws_event(function, event):
        if isinstance(event, dict) and event.get("version") == "2.0" and event.get("pathParameters", {}) is None:
            event = {name: value for name, value in event.items() if name != "pathParameters"}
        return execute(function, event)

    lambda_svc._execute_function_with_config_scope = execute_with_aws_event


def read_cors_as_cloudformation_writes_it() -> None:
    """CloudFormation says `AllowOrigins` and the emulator looks for `allowOrigins`: every preflight would get a 403."""
    response_headers = apigateway._cors_response_headers
    preflight_response = apigateway._cors_preflight_response

    def lower_camel(settings):
        return {name[:1].lower() + name[1:]: value for name, value in (settings or {}).items()}

    apigateway._cors_response_headers = lambda settings, origin: response_headers(lower_camel(settings), origin)
    apigateway._cors_preflight_response = lambda settings, origin: preflight_response(lower_camel(settings), origin)


if __name__ == "__main__":
    leave_out_empty_path_parameters()
    read_cors_as_cloudformation_writes_it()
    main()

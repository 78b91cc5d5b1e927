"""REST APIs."""

import json

from ministack import app
from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

from .lambda_events import domain_of


def validate_requests_as_cloudformation_says() -> None:
    """A template's request validator is never made, and its methods forget it: every body would be accepted."""
    create = provisioners._apigw_method_create

    def create_validator(logical_id, props, stack_name):
        _, _, body = apigateway_v1._create_request_validator(props["RestApiId"], {
            "name": props.get("Name", logical_id),
            "validateRequestBody": props.get("ValidateRequestBody", False),
            "validateRequestParameters": props.get("ValidateRequestParameters", False),
        })
        validator_id = json.loads(body)["id"]
        return validator_id, {"RequestValidatorId": validator_id}

    def create_with_validator(logical_id, props, stack_name):
        created = create(logical_id, props, stack_name)
        resource = apigateway_v1._resources[props["RestApiId"]][props["ResourceId"]]
        resource["resourceMethods"][props["HttpMethod"]]["requestValidatorId"] = props.get("RequestValidatorId")
        return created

    # Updates call the functions, creations the handlers.
    provisioners._apigw_method_create = create_with_validator
    provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Method"]["create"] = create_with_validator
    provisioners._apigw_request_validator_create = create_validator
    provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RequestValidator"]["create"] = create_validator


def validate_only_content_types_with_a_model() -> None:
    """A body of a content type that no model is for is not validated (Developer Guide, "Request validation for REST APIs in API
    Gateway"); the emulator takes the model of JSON then, and refuses every other body."""
    check = apigateway_v1._check_request_validation

    def check_with_model(method_obj, api_id, request, headers, body, query_params):
        content_type = apigateway_v1._header_ci(headers, "content-type") or "application/json"
        models = method_obj.get("requestModels") or {}
        if content_type.split(";", 1)[0].strip() not in models:
            method_obj = {**method_obj, "requestModels": {"application/json": models.get("$default")}}
        return check(method_obj, api_id, request, headers, body, query_params)

    apigateway_v1._check_request_validation = check_with_model


def leave_paths_encoded() -> None:
    """A REST API sends path and path parameters on as the client wrote them; the emulator decodes both, and takes an encoded
    slash for a separator."""
    handle = app._handle_execute_api_request

    async def handle_as_written(host, path, method, headers, body, query_params, raw_path=None, raw_query_string=None):
        target = app._parse_execute_api_url(host, path)
        if target and raw_path is not None and apigateway_v1.find_api_scope(target[0]) is not None:
            path = raw_path
        return await handle(host, path, method, headers, body, query_params, raw_path=raw_path, raw_query_string=raw_query_string)

    app._handle_execute_api_request = handle_as_written


def send_events_as_aws_does() -> None:
    """Adds domain and API key to the request's context, and leaves out the version, which only HTTP APIs send."""
    build_event = apigateway_v1._build_lambda_event_v1

    def build_aws_event(api_id, stage_name, stage, resource, request_path, method, headers, *args, **kwargs):
        event = build_event(api_id, stage_name, stage, resource, request_path, method, headers, *args, **kwargs)
        del event["version"]
        context = event["requestContext"]
        domain = domain_of(api_id)
        context.update({"domainName": domain, "domainPrefix": api_id})
        event["headers"]["host"] = domain
        event["multiValueHeaders"]["host"] = [domain]
        methods = resource["resourceMethods"]
        key = apigateway_v1._resolve_api_key(apigateway_v1._api_key_from_request(headers))
        if key and (methods.get(method) or methods["ANY"]).get("apiKeyRequired"):
            context["identity"].update({"apiKey": key["value"], "apiKeyId": key["id"]})
        return event

    apigateway_v1._build_lambda_event_v1 = build_aws_event


def apply() -> None:
    validate_requests_as_cloudformation_says()
    validate_only_content_types_with_a_model()
    leave_paths_encoded()
    send_events_as_aws_does()

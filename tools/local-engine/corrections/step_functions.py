"""Step Functions."""

import contextvars
import json

from ministack.app import AUTH
from ministack.core import iam_evaluator, lambda_runtime
from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import lambda_svc, stepfunctions

# Step Functions Developer Guide, "Quotas": input or output of a task, state or execution.
MOST_BYTES = 262_144

_machine_arn = contextvars.ContextVar("machine_arn", default=None)
_error_names = contextvars.ContextVar("error_names", default=None)


def start_the_same_execution_twice() -> None:
    """Whoever starts an execution again that is running, with the same input, is told when it began (API reference of
    StartExecution); the emulator says that it exists."""
    start = stepfunctions._start_execution

    def start_once(data):
        answer = start(data)
        if answer[0] == 400 and b"ExecutionAlreadyExists" in _bytes(answer[2]):
            machine = stepfunctions._resolve_state_machine_arn(data["stateMachineArn"])
            running = stepfunctions._executions.get(f"{machine.replace(':stateMachine:', ':execution:')}:{data['name']}")
            if running and running["status"] == "RUNNING" and running["input"] == data.get("input", "{}"):
                return json_response({"executionArn": running["executionArn"], "startDate": running["startDate"]})
        return answer

    stepfunctions._start_execution = start_once


def tell_errors_by_their_names() -> None:
    """A state machine retries by the name of a function's error, which the emulator calls `Runtime.HandlerError` whatever it is."""
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    for old, new in (('trace: err.stack || ""', 'trace: err.stack || "", type: err.name'), ("trace: e.stack", "trace: e.stack, type: e.name")):
        if old not in script:
            raise RuntimeError(f"the emulator's worker has no {old}")
        script = script.replace(old, new)
    lambda_runtime._NODEJS_WORKER_SCRIPT = script
    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_with_config_scope

    def invoke_and_note(worker, *args, **kwargs):
        result = invoke(worker, *args, **kwargs)
        names = _error_names.get()
        if names is not None and isinstance(result, dict) and result.get("type"):
            names.append(result["type"])
        return result

    def execute_and_name(function, event):
        # The emulator runs what follows in a copy of this context: what is set there is lost, what is added to a list is not.
        names = []
        token = _error_names.set(names)
        result = execute(function, event)
        _error_names.reset(token)
        body = result.get("body") if isinstance(result, dict) and result.get("error") else None
        if names and isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            return {**result, "body": {**body, "errorType": names[-1]}}
        return result

    lambda_runtime.Worker.invoke = invoke_and_note
    lambda_svc._execute_function_with_config_scope = execute_and_name


def limit_what_states_are_given() -> None:
    """What is larger than a state may be given ends the execution; the emulator takes anything."""
    for kind in ("_execute_task", "_execute_map"):
        def execute_within(state, given, execution, ctx, run=getattr(stepfunctions, kind)):
            output, following = run(state, given, execution, ctx)
            if len(json.dumps(output).encode()) > MOST_BYTES:
                raise stepfunctions._ExecutionError(
                    "States.DataLimitExceeded", "The state returned a result with a size exceeding the maximum number of bytes service limit.")
            return output, following

        setattr(stepfunctions, kind, execute_within)


def know_how_often_an_execution_was_redriven() -> None:
    """Never, as nothing can be redriven here; but the context object says so (Developer Guide, "Context object")."""
    resolve = stepfunctions._resolve_ctx_path
    stepfunctions._resolve_ctx_path = lambda path, ctx: 0 if path == "$$.Execution.RedriveCount" else resolve(path, ctx)


def act_in_the_role_of_the_machine() -> None:
    """With IAM enforced, what a state machine does is its role's to do: call functions, and start the executions of a Distributed
    Map. The emulator asks no policy."""
    if not AUTH:
        return
    execute_task, call_lambda, run_map = stepfunctions._execute_task, stepfunctions._call_lambda, stepfunctions._run_distributed_map

    def execute(state, given, execution, ctx):
        _machine_arn.set(execution["stateMachineArn"].split("/")[0])
        return execute_task(state, given, execution, ctx)

    def call(function, event):
        arn = function if function.startswith("arn:") else f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{function}"
        _require(_machine_arn.get(), "lambda:InvokeFunction", arn, "Lambda.AWSLambdaException")
        return call_lambda(function, event)

    def run(state, raw_input, effective, iterator, execution, ctx):
        _require(execution["stateMachineArn"], "states:StartExecution", execution["stateMachineArn"], "States.Runtime")
        return run_map(state, raw_input, effective, iterator, execution, ctx)

    stepfunctions._execute_task = execute
    stepfunctions._call_lambda = call
    stepfunctions._run_distributed_map = run


def _require(machine_arn, action, resource, error):
    role_arn = stepfunctions._state_machines[machine_arn]["roleArn"]
    account = role_arn.split(":")[4]
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn, principal_type="AssumedRole", principal_account=account, action=action, resource_arn=resource, region=get_region())
    policies = iam_evaluator._gather_role_policies(role_arn.split("/")[-1], account)
    if iam_evaluator.evaluate(context, policies).decision != "Allow":
        raise stepfunctions._ExecutionError(error, f"{role_arn} is not authorized to perform: {action} on resource: {resource}")


def _bytes(body):
    return body if isinstance(body, bytes) else str(body).encode()


def apply() -> None:
    start_the_same_execution_twice()
    tell_errors_by_their_names()
    know_how_often_an_execution_was_redriven()
    act_in_the_role_of_the_machine()
    limit_what_states_are_given()

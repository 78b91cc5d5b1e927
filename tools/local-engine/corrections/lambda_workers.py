"""Processes that functions run in."""

from ministack.core import lambda_runtime

# A function writes its logs before it answers, so what it wrote is in the pipe by then; a line that comes later is kept
# with the next invocation's.
LOG_WAIT_SECONDS = 0.003


def answer_at_once_when_nothing_was_logged() -> None:
    """The emulator waits 50 ms for a first line of logs after every invocation: three quarters of the time of a call that
    logs nothing."""
    drain = lambda_runtime.Worker._drain_stderr_bounded

    def drain_soon(worker, first_line_wait=LOG_WAIT_SECONDS, **waits):
        return drain(worker, first_line_wait=first_line_wait, **waits)

    lambda_runtime.Worker._drain_stderr_bounded = drain_soon


def apply() -> None:
    answer_at_once_when_nothing_was_logged()

"""Differences between the emulator and AWS that our functions or tests would otherwise have to know about.

One function each; calling it puts one thing right. All were read in ministack 1.5.33: look at them again when
requirements.txt changes.
"""

from . import http_api, lambda_events, lambda_workers, rest_api, s3, secrets, step_functions


def apply_all() -> None:
    for module in (http_api, lambda_events, lambda_workers, rest_api, s3, secrets, step_functions):
        module.apply()

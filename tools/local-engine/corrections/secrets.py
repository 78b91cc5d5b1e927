"""Secrets Manager."""

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners


def refer_to_secrets_by_arn() -> None:
    """`Ref` of a secret is its ARN; the emulator gives its name, and no policy that CDK writes would match."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def by_arn(created):
        return created[1]["Arn"], created[1]

    def name_of(arn):
        return secretsmanager._resolve(arn)[0]

    handlers["create"] = lambda *args: by_arn(create(*args))
    handlers["update"] = lambda arn, *args, **kwargs: by_arn(update(name_of(arn), *args, **kwargs))
    handlers["delete"] = lambda arn, props: delete(name_of(arn), props)


def apply() -> None:
    refer_to_secrets_by_arn()

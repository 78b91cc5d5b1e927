"""Hashes of passwords: scrypt with parameters that OWASP's Password Storage Cheat Sheet recommends, 32 MiB a hash."""

import hashlib
import hmac
import os

COST, BLOCK_SIZE, PARALLELISM = 2**15, 8, 3

# Of a user that does not exist: no password matches, and finding that out takes as long as for any other user.
NOBODY = "scrypt$" + f"{COST}${BLOCK_SIZE}${PARALLELISM}$" + "00" * 16 + "$" + "00" * 32


def hashed(password):
    """The parameters are kept beside the hash, so that those of new passwords can be raised later."""
    salt = os.urandom(16)
    digest = _scrypt(password, salt, COST, BLOCK_SIZE, PARALLELISM)
    return f"scrypt${COST}${BLOCK_SIZE}${PARALLELISM}${salt.hex()}${digest.hex()}"


def matches(password, stored):
    _, cost, block_size, parallelism, salt, digest = stored.split("$")
    actual = _scrypt(password, bytes.fromhex(salt), int(cost), int(block_size), int(parallelism))
    return hmac.compare_digest(actual, bytes.fromhex(digest))


def _scrypt(password, salt, cost, block_size, parallelism):
    memory = 128 * block_size * (cost + parallelism + 2)
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block_size, p=parallelism, maxmem=2 * memory, dklen=32)

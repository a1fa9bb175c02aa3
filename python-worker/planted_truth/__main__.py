"""`python -m planted_truth`: started only by explicit command, in place of `python -m steering_worker`."""

import argparse
import sys

from planted_truth.handlers.table import HANDLERS
from planted_truth.host import describe_host
from planted_truth.session import Session
from steering_worker.dispatch import Dispatcher
from steering_worker.protocol.common_failure import common_failure
from steering_worker.protocol.credentials import CredentialsError, read_credentials
from steering_worker.protocol.parent import die_with_parent, exit_at_end_of
from steering_worker.serve import serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="planted_truth")
    parser.add_argument("--out-of-memory-at", help="samples whose ids begin so find no memory")
    out_of_memory_at: str | None = parser.parse_args().out_of_memory_at
    die_with_parent()
    try:
        credentials = read_credentials(sys.stdin.buffer)
    except CredentialsError as error:
        print(error, file=sys.stderr)
        return 2
    exit_at_end_of(sys.stdin.buffer)
    return serve(credentials, describe_host(), Session(out_of_memory_at), Dispatcher(HANDLERS, common_failure))


if __name__ == "__main__":
    sys.exit(main())

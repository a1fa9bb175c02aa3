"""`python -m steering_worker`: a worker that the orchestrator starts, with its credentials on stdin."""

import faulthandler
import os
import sys

from steering_worker.environment import prepare_environment
from steering_worker.freed_memory import keep_freed_memory
from steering_worker.worker_log import drop_what_finds_no_room


def main() -> int:
    # If a user's method or a library crashes the interpreter, the log shows the line.
    faulthandler.enable(all_threads=False)
    drop_what_finds_no_room()
    prepare_environment()
    keep_freed_memory()
    from steering_worker.protocol.credentials import CredentialsError, read_credentials
    from steering_worker.protocol.parent import die_with_parent, exit_at_end_of

    die_with_parent()
    try:
        credentials = read_credentials(sys.stdin.buffer)
    except CredentialsError as error:
        print(error, file=sys.stderr)
        return 2
    # From here on, also while torch is imported, the end of stdin ends the process.
    exit_at_end_of(sys.stdin.buffer)
    from steering_worker.dispatch import Dispatcher
    from steering_worker.failures import as_worker_error
    from steering_worker.handlers.table import HANDLERS
    from steering_worker.host import describe_host
    from steering_worker.serve import serve
    from steering_worker.session import Session

    return serve(credentials, describe_host(), Session(), Dispatcher(HANDLERS, as_worker_error))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # An orderly shutdown of the libraries would take too long, and a worker has nothing left to do.
    os._exit(code)

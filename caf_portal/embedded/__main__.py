"""``python -m caf_portal.embedded run --profile test -- COMMAND…`` and ``… env --profile demo``."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from caf_portal.embedded.errors import EmbeddedError
from caf_portal.embedded.places import PROFILES, place_of
from caf_portal.embedded.postgres import answers as postgres_answers
from caf_portal.embedded.servers import running, variables

_STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stopped(BaseException):
    """We were told to stop; not an ``Exception``, so that nobody swallows it on the way."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def main(arguments: Sequence[str]) -> int:
    """The exit code: the command's own, 128 + signal when told to stop, 2 when servers fail."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.action(options)
    except EmbeddedError as error:
        print(f"embedded: {error}", file=sys.stderr)  # noqa: T201 - a command line's output
        return 2
    except _Stopped as stopped:
        return 128 + stopped.signum
    return code


def _run(options: argparse.Namespace) -> int:
    with _stopped_by_signals(), running(options.profile) as (_, addresses):
        environment = {**os.environ, **addresses}
        child = subprocess.Popen(options.command, env=environment)  # noqa: S603 - the caller's own
        try:
            return child.wait()
        except _Stopped as stopped:
            _pass_on(child, stopped.signum)
            raise


def _env(options: argparse.Namespace) -> int:
    place = place_of(options.profile)
    if not postgres_answers(place):
        print(f"The servers of '{options.profile}' do not run.", file=sys.stderr)  # noqa: T201 - as above
        return 1
    for name, value in variables(place).items():
        print(f"export {name}={shlex.quote(value)}")  # noqa: T201 - a command line's output
    return 0


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Signals that stop raise ``_Stopped`` in the block; what answered them before does after."""
    before = {each: signal.signal(each, _raise_stopped) for each in _STOPPING_SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _raise_stopped(signum: int, _frame: FrameType | None) -> None:
    # The second signal would interrupt the clean-up that the first one began.
    for each in _STOPPING_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise _Stopped(signum)


def _pass_on(child: subprocess.Popen[bytes], signum: int) -> None:
    child.send_signal(signum)
    try:
        child.wait(timeout=20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m caf_portal.embedded", description=__doc__)
    actions = parser.add_subparsers(required=True)
    for name, action in (("run", _run), ("env", _env)):
        sub = actions.add_parser(name)
        sub.add_argument("--profile", choices=PROFILES, required=True)
        sub.set_defaults(action=action)
        if name == "run":
            sub.add_argument("command", nargs="+", metavar="COMMAND")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The output of one program as the input of several: an archive is packed once for all nodes that get it."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import IO

from harness.model.errors import TargetError
from harness.targets.kubernetes.programs import brief

WITHIN = 300.0
_CHUNK = 1 << 20
_LINES = 800


def deliver(source: Sequence[str], sinks: Mapping[str, Sequence[str]], within: float = WITHIN) -> None:
    """Runs `source` and hands its output to every sink (name → command). Raises TargetError; nothing runs on then."""
    deadline = time.monotonic() + within
    with ExitStack() as stack:
        errors = {name: stack.enter_context(tempfile.TemporaryFile()) for name in ["", *sinks]}
        giving = _start(source, stack, errors[""], subprocess.DEVNULL, subprocess.PIPE)
        taking = {
            name: _start(argv, stack, errors[name], subprocess.PIPE, errors[name]) for name, argv in sinks.items()
        }
        assert giving.stdout is not None  # noqa: S101  piped
        while chunk := giving.stdout.read(_CHUNK):
            if time.monotonic() > deadline:
                raise TargetError(f"`{brief(source)}` was not delivered within {within:g} s")
            for name, sink in taking.items():
                _write(sink, chunk, name, errors[name])
        for name, sink in taking.items():
            _close(sink, name, errors[name], deadline)
        if giving.wait(max(1.0, deadline - time.monotonic())) != 0:
            raise TargetError(f"`{brief(source)}` failed:\n{_said(errors[''])}")


def _start(
    argv: Sequence[str], stack: ExitStack, errors: IO[bytes], stdin: int, stdout: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    """Killed when the stack unwinds, if it still runs then."""
    process = subprocess.Popen(list(argv), stdin=stdin, stdout=stdout, stderr=errors, start_new_session=True)  # noqa: S603
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue  # the other end is gone already
    process.wait()


def _write(sink: subprocess.Popen[bytes], chunk: bytes, name: str, errors: IO[bytes]) -> None:
    assert sink.stdin is not None  # noqa: S101  piped
    try:
        sink.stdin.write(chunk)
    except OSError as error:
        sink.wait()
        raise _failed(name, errors) from error


def _close(sink: subprocess.Popen[bytes], name: str, errors: IO[bytes], deadline: float) -> None:
    assert sink.stdin is not None  # noqa: S101  piped
    try:
        sink.stdin.close()
        code = sink.wait(max(1.0, deadline - time.monotonic()))
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(name, errors) from error
    if code != 0:
        raise _failed(name, errors)


def _failed(name: str, errors: IO[bytes]) -> TargetError:
    return TargetError(f"images could not be loaded into node {name}:\n{_said(errors)}", advice="is the disk full?")


def _said(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace").strip()[-_LINES:] or "(it said nothing)"

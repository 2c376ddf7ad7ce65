"""One process owns a store at a time: an OS lock that says who holds it, released by the system when that process ends."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import StoreBusy, StoreUnusable


class StoreLock:
    """An exclusive lock on a folder. The lock is on `store.lock`; `store.holder` beside it names the process that has it."""

    def __init__(self, folder: Path, purpose: str) -> None:
        self._lock = FileLock(folder / "store.lock", timeout=0)
        self._holder = folder / "store.holder"
        self._folder = folder
        self._purpose = purpose

    def acquire(self) -> None:
        """Take the lock, or raise StoreBusy that names the process which has it, or StoreUnusable that says why it cannot be taken."""
        try:
            self._lock.acquire()
            self._name_holder()
        except Timeout:
            raise StoreBusy(
                f"The index in {self._folder} is in use by {self._who()}. Ask there, end that process, "
                "or set CLUSTERDESK_HOME to another folder and run: python -m ingest"
            ) from None
        except OSError as error:
            self._lock.release()
            raise StoreUnusable(
                f"The index in {self._folder} cannot be locked ({error.filename or self._folder}: {error.strerror or error}). "
                "Check that this account may write there and that the disk has space, or set CLUSTERDESK_HOME to another folder."
            ) from error

    def release(self) -> None:
        """Give the lock back; harmless if it is not held."""
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> StoreLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _name_holder(self) -> None:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]).strip()
        self._holder.write_text(
            json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "purpose": self._purpose, "command": command})
        )

    def _who(self) -> str:
        try:
            holder = json.loads(self._holder.read_text())
            return f"process {holder['pid']} on {holder['host']} ({holder['purpose']})"
        except (OSError, ValueError, KeyError):
            return "another process"

"""In-memory stand-ins for the ports; tests/contracts holds them to the same promises as the adapters."""

from tests.fakes.clock import FakeClock
from tests.fakes.journal import RecordingJournal
from tests.fakes.queue import MemoryQueue
from tests.fakes.store import MemoryStore
from tests.fakes.tokens import MemoryTokens

__all__ = ["FakeClock", "MemoryQueue", "MemoryStore", "MemoryTokens", "RecordingJournal"]

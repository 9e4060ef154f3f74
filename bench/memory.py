"""The most memory that this process ever had."""

from __future__ import annotations

import re
import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_mib() -> float:
    """MiB of resident memory. On Linux rusage is no help: it still holds the peak of whoever started the process.

    https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (VmHWM)
    """
    if STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
        assert found is not None
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # bytes, elsewhere

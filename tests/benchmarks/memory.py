"""The most memory that this process has held."""

import re
import resource
import sys
from pathlib import Path


def most_memory() -> float:
    """Return the most memory this process has held so far, in MiB."""
    if sys.platform == "linux":
        # On Linux `ru_maxrss` includes the memory of the parent process before exec.
        status = Path("/proc/self/status").read_text("utf-8")
        return int(re.findall(r"VmHWM:\s*([0-9]+) kB", status)[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

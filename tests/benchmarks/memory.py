"""How much memory this process took, whoever started it."""

import re
import resource
import sys
from pathlib import Path


def most_memory() -> float:
    """Return the most memory this process held so far, in MiB."""
    if sys.platform == "linux":
        # `ru_maxrss` starts there with what the process that started this one held.
        status = Path("/proc/self/status").read_text("utf-8")
        return int(re.findall(r"VmHWM:\s*([0-9]+) kB", status)[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

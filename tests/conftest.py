"""What holds for every test: random examples are the same in each run, and none is judged by its speed.

`HYPOTHESIS_PROFILE=explore pytest tests/properties` looks at new ones.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

"""A pytest plugin for runs with a planted fault: hypothesis tries the same examples each time and shrinks nothing."""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None)
settings.load_profile("mutants")

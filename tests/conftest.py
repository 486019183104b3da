"""Settings of all tests: no key and no proxy in the environment, helpers importable, the same examples each time."""

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

for name in [k for k in os.environ if k.endswith("_API_KEY")]:
    del os.environ[name]

# A gate must give the same verdict twice. `HYPOTHESIS_PROFILE=explore` looks for new examples.
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

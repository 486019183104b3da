"""Settings of all tests: no key and no proxy in the environment, helpers importable."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

for name in [k for k in os.environ if k.endswith("_API_KEY")]:
    del os.environ[name]

"""Print the oldest versions that pyproject.toml admits on this Python, as a constraints file for pip.

``make test OLDEST=1`` installs these. The requirements are read with pip's own parser, since nothing else is installed
yet; run it with the Python of the virtual environment.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    from pip._vendor import tomli as tomllib


def main() -> None:
    """Print one ``name==version`` for each requirement of the program and its tests."""
    text = Path(__file__).resolve().parent.parent.joinpath("pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            (bound,) = [s.version for s in requirement.specifier if s.operator in (">=", "==")]
            print(f"{requirement.name}=={bound}")


if __name__ == "__main__":
    main()

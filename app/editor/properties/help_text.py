"""Makes TensorFlow's help, which is wrapped for a terminal, fit a panel of any width (no Qt)."""

from __future__ import annotations

import re

_ENTRY = re.compile(r"(?P<indent>\s*)(?P<name>[`\w][\w`, ]*):\s")
_BY_LINES = re.compile(r"\s*(>>>|\.\.\.|[-*#|] |\d+\.\s|```)")  # code, lists and tables keep their lines


def reflowed(text: str) -> str:
    """Join the lines of each paragraph and entry; code keeps its lines. Backticks around words go away."""
    lines: list[str] = []
    joins = code = False
    for raw in text.strip().splitlines():
        line = raw.rstrip()
        if line.strip().startswith("```"):
            code, joins = not code, False
            continue
        if not line.strip():
            lines.append("")
            joins = False
        elif code or _BY_LINES.match(line):
            lines.append(line)
            joins = False
        elif _ENTRY.match(line):
            lines.append(line.strip())
            joins = True
        elif joins and lines:
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
            joins = not line.strip().endswith(":") and not line.startswith("    ")
    out = "\n".join(lines)
    return re.sub(r"`([^`\n]*)`", r"\1", re.sub(r"\n{3,}", "\n\n", out)).strip()

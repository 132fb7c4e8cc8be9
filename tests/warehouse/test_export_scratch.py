"""What a killed export leaves behind does not stay."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from warehouse import export_scratch


def test_what_a_killed_export_left_goes_with_the_next_one_and_a_running_one_stays(tmp_path: Path) -> None:
    killed = "from warehouse import export_scratch; import os, sys, pathlib;"
    killed += "print(export_scratch.made(pathlib.Path(sys.argv[1])), flush=True); os.kill(os.getpid(), 9)"
    left = subprocess.run([sys.executable, "-c", killed, str(tmp_path)], capture_output=True, text=True)
    assert Path(left.stdout.strip()).is_dir()
    running = Path(export_scratch.made(tmp_path))
    elsewhere = tmp_path / ".xlsx-another-machine~1~abc"
    elsewhere.mkdir()
    assert export_scratch.clear(tmp_path) == 0
    assert set(tmp_path.iterdir()) == {running, elsewhere}
    os.utime(elsewhere, (0, 0))
    assert export_scratch.clear(tmp_path) == 1

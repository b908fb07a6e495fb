"""`make bench`: what grows and what must not. Compare ratios within one run; machines are noisy.

`python -m benchmarks --many 10000` sets the larger number of units.
"""

import argparse

from benchmarks import amend, extend, launch, reading, rehearsal, startup, sweep

NAMES = ("launch", "amend", "extend", "sweep", "rehearsal", "reading", "startup")

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--many", type=int, default=2_000, help="units of the large case")
parser.add_argument("--planned", type=int, default=1_000_000, help="notices waiting in the sweep")
parser.add_argument("names", nargs="*", default=NAMES, choices=NAMES)
asked = parser.parse_args()

if "launch" in asked.names:
    launch.run(asked.many)
if "amend" in asked.names:
    amend.run(asked.many)
if "extend" in asked.names:
    extend.run(asked.many)
if "sweep" in asked.names:
    sweep.run(asked.planned)
if "rehearsal" in asked.names:
    rehearsal.run(asked.many)
if "reading" in asked.names:
    reading.run()
if "startup" in asked.names:
    startup.run()

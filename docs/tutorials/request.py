"""Makes a request of a table's series: `python docs/tutorials/request.py load.csv`."""

from __future__ import annotations

import json
import sys

import pandas as pd

table = pd.read_csv(sys.argv[1], parse_dates=["time"])
history = table.dropna(subset="load")
series = {
    "values": history["load"].tolist(),
    "end": history["time"].iloc[-1].isoformat(),
    "known": {"temperature": table["temperature"].tolist()},
}
print(json.dumps({"model": "load", "levels": [80], "series": [series]}))

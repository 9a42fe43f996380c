"""Train on public series with nothing but defaults, and print the scores beside those of the baselines.

    SEQSERVE_DATA=FOLDER python -m benchmarks.forecast_tables [eight] [singles] [panels] [etth1] [retail]

`SEQSERVE_DATA` holds the data sets as their authors lay them out: forecast/classic, forecast/ett, forecast/m3,
forecast/m4, forecast/tourism. The retail table is made by a seeded generator. Versions are published to a temporary
folder, or to that of `--results`, where what is trained already is not trained again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(os.environ.get("SEQSERVE_DATA", "data")) / "forecast"
MODELS = Path(__file__).parents[1] / "models"
METHODS = ("this model", "seasonal naive", "ridge on lags", "AutoETS", "AutoTheta")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", default=list(TABLES), help=", ".join(TABLES))
    parser.add_argument("--only", default="", metavar="TEXT", help="series or panels whose name has it")
    parser.add_argument("--results", type=Path, metavar="FOLDER", help="keep versions and scores here, and go on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for table in options.tables:
            TABLES[table](options.results or Path(folder), options.only)


def eight(folder: Path, only: str) -> None:
    """Single series: RMSE and MAE on the same windows of the test part."""
    passengers = pd.read_csv(DATA / "classic/airline-passengers.csv")
    monthly = _m3()
    electricity = pd.read_csv(DATA / "ett/ETTh1.csv.gz")
    hourly = _m4("Hourly")
    jobs = {
        "AirPassengers, 1 ahead": (passengers, ["--horizon", "1"]),
        "AirPassengers": (passengers, []),
        "minimum temperatures, 1 ahead": (
            pd.read_csv(DATA / "classic/daily-min-temperatures.csv"),
            ["--horizon", "1"],
        ),
        "M4 H1": (_dated(hourly["H1"], "h"), []),
        "M4 H200": (_dated(hourly["H200"], "h"), []),
        "M3 N1801": (_dated(monthly["N1801"], "MS"), []),
        "M3 N2403": (_dated(monthly["N2403"], "MS"), []),
        "M3 N1402": (_dated(monthly["N1402"], "MS"), []),
        "ETTh1 OT": (electricity[["date", "OT"]], []),
        "ETTh1 load": (electricity[["date", "HUFL"]], []),
    }
    columns = [f"{method} {score}" for method in METHODS for score in ("RMSE", "MAE")]
    _head(["series", "steps", *columns, "MASE", "best MASE of the others", "80% held", "seconds"])
    for name, (frame, flags) in jobs.items():
        if only in name:
            metrics, seconds, _ = _trained(folder, name, frame, flags)
            rows = {"this model": metrics["test"], **metrics["baselines"]}
            cells = [
                f"{rows[method][score]:.4g}" if method in rows else ""
                for method in METHODS
                for score in ("rmse", "mae")
            ]
            others = min(row["mase"] for row in metrics["baselines"].values())
            held = f"{100 * np.mean(metrics['coverage']['80']):.0f}%"
            steps = str(len(metrics["mase_by_step"]))
            _row([name, steps, *cells, f"{rows['this model']['mase']:.3f}", f"{others:.3f}", held, f"{seconds:.0f}"])


def singles(folder: Path, only: str, count: int = 40) -> None:
    """Short monthly series of M3, drawn with seed 1, each trained alone: geometric means of MASE."""
    series = {name: values for name, values in _m3().items() if only in name}
    names = np.random.default_rng(1).permutation(list(series))[:count]
    found: dict[str, list[float]] = {method: [] for method in METHODS}
    for name in names:
        metrics, _, _ = _trained(folder, name, _dated(series[name], "MS"), [])
        rows = {"this model": metrics["test"], **metrics["baselines"]}
        for method in METHODS:
            found[method].append(rows[method]["mase"])
    ahead = np.mean(np.array(found["this model"]) < np.min([found[method] for method in METHODS[1:]], axis=0))
    _head(["M3 monthly, one by one", *METHODS, "ahead of all others"])
    _row(
        [
            str(len(names)),
            *(f"{np.exp(np.mean(np.log(found[method]))):.3f}" for method in METHODS),
            f"{100 * ahead:.0f}%",
        ]
    )


def panels(folder: Path, only: str) -> None:
    """Panels, the last horizon of each series held out: MASE and WQL.

    AutoETS of a day of hours takes a minute a series, so all are compared on 60 series, evenly taken.
    """
    jobs: dict[str, tuple[Callable[[], dict[str, np.ndarray]], str, int]] = {
        "M4 Hourly": (lambda: _m4("Hourly"), "h", 48),
        "M4 Weekly": (lambda: _m4("Weekly"), "W", 13),
        "tourism monthly": (_tourism, "MS", 24),
        "M3 monthly": (_m3, "MS", 18),
    }
    columns = [f"{method} {score}" for method in METHODS for score in ("MASE", "WQL")]
    _head(["panel", "series", *columns, "on all: MASE", "WQL", "80% held", "minutes", "GB"])
    for name, (read, frequency, horizon) in jobs.items():
        if only in name:
            series = read()
            frame = pd.concat([_dated(values, frequency, label) for label, values in series.items()])
            flags = ["--horizon", str(horizon), "--test", str(horizon)]
            flags += ["--time", "ds", "--id", "unique_id", "--target", "y", "--frequency", frequency]
            metrics, seconds, memory = _trained(folder, name, frame, flags)
            rows = {"this model": metrics["test"], **metrics["baselines"]}
            cells = [
                f"{rows[method][score]:.4g}" if method in rows else ""
                for method in METHODS
                for score in ("mase", "wql")
            ]
            whole = [f"{metrics['whole_test'][score]:.4g}" for score in ("mase", "wql")]
            held = f"{100 * np.mean(metrics['coverage']['80']):.0f}%"
            count = f"{metrics['compared']['series']} of {len(series)}"
            _row([name, count, *cells, *whole, held, f"{seconds / 60:.1f}", f"{memory:.1f}"])


def etth1(folder: Path, only: str) -> None:
    """ETTh1 at 96 steps with the published split (12, 4 and 4 months): MSE of values standardised on training."""
    frame = pd.read_csv(DATA / "ett/ETTh1.csv.gz").iloc[: 20 * 30 * 24]
    _head(["column", "MSE at 96 steps", "MASE", "seconds"])
    for column in frame.columns[1:]:
        if only in column:
            flags = ["--horizon", "96", "--test", str(4 * 30 * 24), "--validation", str(4 * 30 * 24)]
            metrics, seconds, _ = _trained(
                folder, f"ETTh1 {column}", frame[["date", column]], [*flags, "--compared", "20"]
            )
            deviation = frame[column].iloc[: 12 * 30 * 24].std(ddof=0)
            error = (metrics["whole_test"]["rmse"] / deviation) ** 2
            _row([column, f"{error:.3f}", f"{metrics['whole_test']['mase']:.3f}", f"{seconds:.0f}"])


def retail(folder: Path, only: str) -> None:
    """Daily sales of shops with promotions that are known ahead, with and without saying so."""
    frame = retail_table()
    base = ["--time", "date", "--id", "shop", "--target", "sales", "--horizon", "14"]
    jobs = {"without": base, "with --known promo,price": [*base, "--known", "promo,price"]}
    _head(["retail", "MASE", "WQL", "RMSE", "seconds"])
    for name, flags in jobs.items():
        columns = ["date", "shop", "sales", *(["promo", "price"] if "--known" in flags else [])]
        metrics, seconds, _ = _trained(folder, f"retail {name}", frame[columns], flags)
        test = metrics["whole_test"]
        _row([name, f"{test['mase']:.3f}", f"{test['wql']:.4f}", f"{test['rmse']:.3f}", f"{seconds:.0f}"])


TABLES = {"eight": eight, "singles": singles, "panels": panels, "etth1": etth1, "retail": retail}


def retail_table(shops: int = 12, days: int = 730, seed: int = 0) -> pd.DataFrame:
    """Sales with a week, a trend, promotions of a few days at irregular times, and prices that go with them."""
    random = np.random.default_rng(seed)
    frames = []
    for shop in range(shops):
        level, lift = random.uniform(50, 400), random.uniform(1.3, 2.0)
        promo = np.zeros(days)
        for start in random.choice(days, days // 25, replace=False):
            promo[start : start + random.integers(2, 7)] = 1
        week = 1 + 0.3 * np.sin(2 * np.pi * (np.arange(days) % 7) / 7 + random.uniform(0, 6))
        drift = np.exp(np.cumsum(random.normal(0, 0.004, days)))
        noise = np.exp(random.normal(0, 0.08, days))
        sales = random.poisson(level * week * drift * noise * np.where(promo > 0, lift, 1.0))
        dates = pd.date_range("2022-01-01", periods=days)
        price = np.where(promo > 0, 7.99, 9.99) + random.normal(0, 0.01, days).round(2)
        columns = {"date": dates, "shop": f"shop-{shop:02}", "sales": sales, "promo": promo.astype(int), "price": price}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _trained(folder: Path, name: str, frame: pd.DataFrame, flags: list[str]) -> tuple[dict, float, float]:
    """Metrics of a version, seconds and gigabytes of its training."""
    slug = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{slug}.json"
    if kept.exists():
        found = json.loads(kept.read_text())
        return found["metrics"], found["seconds"], found["gigabytes"]
    path = folder / f"{slug}.csv"
    frame.to_csv(path, index=False)
    command = [sys.executable, "-m", "training", "forecast", "--csv", str(path), "--name", "table", *flags]
    command += ["--models", str(folder / slug), "--checkpoints", str(folder / f"{slug}-checkpoints")]
    began = time.monotonic()
    shutil.copytree(MODELS / "forecast/universal", folder / slug / "forecast/universal", dirs_exist_ok=True)
    process = subprocess.Popen(command, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{name}: the job failed")
    seconds, memory = time.monotonic() - began, usage.ru_maxrss / 1e6
    version = max((folder / slug / "forecast/table").glob("*/metrics.json"), key=lambda path: int(path.parent.name))
    metrics = json.loads(version.read_text())
    kept.write_text(json.dumps({"metrics": metrics, "seconds": seconds, "gigabytes": memory}))
    return metrics, seconds, memory


def _dated(values: np.ndarray, frequency: str, label: str | None = None) -> pd.DataFrame:
    """A series with dates, and with an id where it has a label."""
    columns = {"unique_id": label} if label is not None else {}
    return pd.DataFrame(
        {**columns, "ds": pd.date_range("1980-01-01", periods=len(values), freq=frequency), "y": values}
    )


def _m4(name: str) -> dict[str, np.ndarray]:
    frame = pd.read_csv(DATA / f"m4/{name}-train.csv.gz")
    rows = {str(row[0]): np.array(row[1:], dtype=float) for row in frame.to_numpy().tolist()}
    return {label: values[~np.isnan(values)] for label, values in rows.items()}


def _m3() -> dict[str, np.ndarray]:
    frame = pd.read_excel(DATA / "m3/M3C.xls", sheet_name="M3Month", engine="calamine")
    rows = frame.iloc[:, 6:].to_numpy(float)
    names, lengths = frame["Series"].str.strip(), frame["N"].astype(int)
    return {name: row[:length] for name, row, length in zip(names, rows, lengths, strict=True)}


def _tourism() -> dict[str, np.ndarray]:
    frame = pd.read_csv(DATA / "tourism/monthly_in.csv")
    columns = {str(name): frame[name].to_numpy(dtype=float) for name in frame.columns}
    return {name: column[3 : 3 + int(column[0])] for name, column in columns.items()}


def _head(cells: list[str]) -> None:
    _row(cells)
    _row(["---", *["---:"] * (len(cells) - 1)])


def _row(cells: list[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()

"""Clients of Nixtla and of the Open Inference Protocol as they are installed, against a running service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

DAYS = pd.bdate_range("2016-01-04", periods=200)


@pytest.fixture
def frame() -> pd.DataFrame:
    steps = np.random.default_rng(0).normal(0, 5, (2, 200))
    walks = (700 + np.cumsum(step) for step in steps)
    parts = [pd.DataFrame({"unique_id": name, "ds": DAYS, "y": walk}) for name, walk in zip("ab", walks, strict=True)]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def nixtla(base: str) -> Any:
    module = pytest.importorskip("nixtla", reason="needs the extra 'clients'")
    return module.NixtlaClient(api_key="any key", base_url=base, max_retries=1, timeout=30)


@pytest.fixture
def triton(base: str) -> Any:
    module = pytest.importorskip("tritonclient.http", reason="needs the extra 'clients'")
    return module.InferenceServerClient(base.removeprefix("http://"))


def own(base: str, frame: pd.DataFrame, horizon: int, levels: Sequence[int] = ()) -> list[dict[str, Any]]:
    series = [{"values": list(map(float, part.y.astype("float32")))} for _, part in frame.groupby("unique_id")]
    body = {"series": series, "horizon": horizon, "levels": list(levels)}
    found: list[dict[str, Any]] = httpx.post(f"{base}/forecast", json=body).json()["forecasts"]
    return found


def tensor(name: str, values: Any, datatype: str, binary: bool = True) -> Any:
    module = pytest.importorskip("tritonclient.http")
    made = module.InferInput(name, list(values.shape), datatype)
    made.set_data_from_numpy(values, binary_data=binary)
    return made


def test_nixtla_forecasts(base: str, nixtla: Any, frame: pd.DataFrame) -> None:
    assert nixtla.validate_api_key()
    found = nixtla.forecast(frame, h=3, freq="B", level=[80, 95])
    wanted = own(base, frame, 3, [80, 95])
    assert list(found["TimeGPT"]) == pytest.approx([x for one in wanted for x in one["mean"]], rel=1e-6)
    lower = [x for one in wanted for x in one["intervals"]["95"]["lower"]]
    assert list(found["TimeGPT-lo-95"]) == pytest.approx(lower, rel=1e-6)
    assert list(found["ds"].dt.date.astype(str))[:3] == ["2016-10-10", "2016-10-11", "2016-10-12"]


def test_nixtla_takes_any_level_and_quantile(nixtla: Any, frame: pd.DataFrame) -> None:
    found = nixtla.forecast(frame, h=2, freq="B", level=[85.5])
    assert (found["TimeGPT-lo-85.5"] < found["TimeGPT"]).all()
    found = nixtla.forecast(frame, h=2, freq="B", quantiles=[0.1, 0.3, 0.5, 0.9])
    assert (found["TimeGPT-q-10"] < found["TimeGPT-q-30"]).all()
    assert (found["TimeGPT-q-50"] == found["TimeGPT"]).all()


def test_nixtla_cross_validates(base: str, nixtla: Any, frame: pd.DataFrame) -> None:
    found = nixtla.cross_validation(frame, h=2, n_windows=3, freq="B", level=[80])
    assert len(found) == 12
    assert (found["ds"] > found["cutoff"]).all()
    first = frame[(frame.unique_id == "a") & (frame.ds <= found["cutoff"][0])]
    assert list(found["TimeGPT"][:2]) == pytest.approx(own(base, first, 2)[0]["mean"], rel=1e-6)


def test_nixtla_finds_anomalies(nixtla: Any, frame: pd.DataFrame) -> None:
    frame.loc[150, "y"] += 100
    found = nixtla.detect_anomalies(frame, freq="B", level=99)
    assert found[(found.unique_id == "a") & (found.ds == DAYS[150])]["anomaly"].all()
    assert len(found) == 2 * (200 - 60)


def test_nixtla_adds_history_and_packs_large_bodies(nixtla: Any, frame: pd.DataFrame) -> None:
    assert len(nixtla.forecast(frame, h=1, freq="B", add_history=True)) > 100
    one = frame[frame.unique_id == "a"]
    many = pd.concat([one.assign(unique_id=f"s{place}") for place in range(700)])
    assert len(nixtla.forecast(many, h=1, freq="B", level=[80])) == 700


def test_nixtla_says_what_is_wrong(nixtla: Any, frame: pd.DataFrame) -> None:
    error = pytest.importorskip("nixtla.nixtla_client").ApiError
    with pytest.raises(error, match="at least 60"):
        nixtla.forecast(frame.groupby("unique_id").head(20), h=2, freq="B")
    with pytest.raises(error, match="exogenous"):
        nixtla.forecast(frame, h=1, freq="B", date_features=["month"])


@pytest.mark.parametrize("binary", [True, False])
def test_triton_forecasts(base: str, triton: Any, binary: bool) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("google", "2")
    values = (700 + np.cumsum(np.ones((2, 60)), 1)).astype(np.float32)
    found = triton.infer("google", [tensor("values", values, "FP32", binary)], request_id="r1")
    body = {"series": [{"values": row.tolist()} for row in values]}
    wanted = httpx.post(f"{base}/forecast", json=body).json()["forecasts"]
    assert found.as_numpy("mean")[:, 0] == pytest.approx([one["mean"][0] for one in wanted])
    assert (found.get_response()["id"], found.get_response()["model_version"]) == ("r1", "2")


def test_triton_takes_texts(triton: Any) -> None:
    texts = np.array([b"I love it.", b"Dull."], dtype=object)
    found = triton.infer("reviews", [tensor("text", texts, "BYTES")])
    assert list(found.as_numpy("label")) == [b"positive", b"negative"]
    texts = np.array([b"I like milk."], dtype=object)
    assert triton.infer("en-fr", [tensor("text", texts, "BYTES")]).as_numpy("text")[0] == b"J'aime le lait."
    assert triton.get_model_metadata("reviews")["inputs"][0]["datatype"] == "BYTES"


def test_triton_says_what_is_wrong(triton: Any) -> None:
    error = pytest.importorskip("tritonclient.utils").InferenceServerException
    with pytest.raises(error, match="nosuch"):
        triton.infer("nosuch", [tensor("text", np.array([b"x"], dtype=object), "BYTES")])
    with pytest.raises(error, match="at least 60"):
        triton.infer("google", [tensor("values", np.ones((1, 5), np.float32), "FP32")])

"""FastAPI before Keras' `model.predict`, a request at a time: in threads they would get in each other's way."""

from __future__ import annotations

import network
from fastapi import FastAPI
from pydantic import BaseModel

served = network.Keras()
app = FastAPI()


class Asked(BaseModel):
    values: list[float]


@app.post("/forecast")
async def forecast(asked: Asked) -> dict[str, float]:
    return {"mean": served([asked.values])[0]}

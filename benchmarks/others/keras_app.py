"""FastAPI with Keras' `model.predict`, one request at a time: threads would compete for the cores."""

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

"""A custom runtime for MLServer; adaptive batching is set in its environment."""

from __future__ import annotations

import network
import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Forecaster(MLModel):
    async def load(self) -> bool:
        self._network = network.Onnx()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        windows = NumpyCodec.decode_input(payload.inputs[0])
        output = NumpyCodec.encode_output("mean", np.array(self._network(windows))[:, np.newaxis])
        return InferenceResponse(model_name=self.name, outputs=[output])

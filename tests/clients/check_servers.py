"""Clients of KServe and codecs of MLServer against a running service.

They need environments of their own. BASE=http://localhost:3000 python tests/clients/check_servers.py tells what works,
of what is installed.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
import urllib.request

import numpy as np

BASE = os.environ.get("BASE", "http://localhost:3000")
WINDOW = [700.0 + step for step in range(60)]


def mlserver() -> None:
    """Requests and answers by MLServer's codecs."""
    from mlserver.codecs import NumpyCodec, StringCodec
    from mlserver.types import InferenceRequest, InferenceResponse

    def infer(model: str, *inputs: object) -> InferenceResponse:
        body = InferenceRequest(inputs=list(inputs)).model_dump_json(exclude_none=True).encode()
        with urllib.request.urlopen(f"{BASE}/v2/models/{model}/infer", body, timeout=30) as answer:
            return InferenceResponse.model_validate_json(answer.read())

    found = infer("reviews", StringCodec.encode_input("text", ["I love it.", "Dull."]))
    assert StringCodec.decode_output(found.outputs[0]) == ["positive", "negative"]
    found = infer("google", NumpyCodec.encode_input("values", np.array([WINDOW, WINDOW])))
    assert NumpyCodec.decode_output(found.outputs[0]).shape == (2, 1)


def kserve() -> None:
    """KServe's client for REST, versions 1 and 2 of the protocol."""
    from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig

    async def ask() -> None:
        second = InferenceRESTClient(RESTConfig(protocol="v2"))
        assert await second.is_server_live(BASE)
        assert await second.is_model_ready(BASE, "google")
        values = InferInput("values", [1, 60], "FP64")
        values.set_data_from_numpy(np.array([WINDOW]), binary_data=False)
        answer = await second.infer(BASE, InferRequest(model_name="google", infer_inputs=[values]), model_name="google")
        assert answer.outputs[0].as_numpy().shape == (1, 1)
        first = InferenceRESTClient(RESTConfig(protocol="v1"))
        predicted = await first.infer(BASE, {"instances": [WINDOW]}, model_name="google")
        assert len(predicted["predictions"][0]) == 1
        assert await first.is_model_ready(BASE, "google")

    asyncio.run(ask())


def main() -> int:
    """Check what is installed; the number of checks that failed."""
    failed = 0
    for check in (mlserver, kserve):
        if importlib.util.find_spec(check.__name__) is None:
            print(f"{check.__name__} is not installed")
            continue
        try:
            check()
            print(f"{check.__name__} works")
        except Exception as error:  # whatever it is, the next is checked
            failed += 1
            print(f"{check.__name__} fails: {error!r}")
    return failed


if __name__ == "__main__":
    sys.exit(main())

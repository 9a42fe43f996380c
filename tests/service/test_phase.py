from __future__ import annotations

from service.phase import Phase


def test_a_worker_takes_predictions_until_it_is_told_otherwise() -> None:
    assert not Phase().draining
    assert Phase(draining=True).draining

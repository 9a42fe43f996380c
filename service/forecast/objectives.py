"""What is promised for forecasts."""

from service.monitoring.objectives import Objectives

OBJECTIVES = Objectives(
    seconds={"forecast": 0.5, "actuals": 1},
    model_age_days=90,
    # The level, less what 200 actual values may miss it by; those are rarely independent.
    interval_hits={50: 0.35, 60: 0.45, 70: 0.55, 80: 0.67, 90: 0.8, 95: 0.87, 99: 0.95},
)

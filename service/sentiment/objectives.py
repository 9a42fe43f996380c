"""What is promised for sentiment."""

from service.monitoring.objectives import Objectives

OBJECTIVES = Objectives(seconds={"sentiment": 1}, model_age_days=365)

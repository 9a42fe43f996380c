"""What is promised for translations."""

from service.monitoring.objectives import Objectives

OBJECTIVES = Objectives(seconds={"translation": 2.5}, model_age_days=365)

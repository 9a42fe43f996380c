"""How good the pretrained forecaster is: held-out windows, baselines, scores, M4's OWA and odd inputs."""

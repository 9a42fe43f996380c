"""Training jobs: from raw data to a released version. Keras 3 on TensorFlow; nothing of it is needed to serve."""

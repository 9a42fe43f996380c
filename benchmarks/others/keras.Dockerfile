# What one would serve the same models from with TensorFlow; `benchmarks.images` measures how large it is.
ARG BASE

FROM ${BASE} AS packages
COPY benchmarks/others/keras.txt /tmp/
RUN python3 -m venv --without-pip /opt/keras \
    && python3 -m pip --python /opt/keras/bin/python install \
        --no-cache-dir --disable-pip-version-check -r /tmp/keras.txt \
    && cd /opt/keras/lib/python3.11/site-packages \
    && find numpy -type d -name tests -prune -exec rm -r {} +

FROM ${BASE}
COPY --from=packages /opt/keras /opt/keras
ENV PATH=/opt/keras/bin:$PATH MODEL=/models/forecast/google/1
WORKDIR /app
COPY benchmarks/others/keras_app.py benchmarks/others/network.py ./
COPY models /models
CMD ["uvicorn", "keras_app:app"]

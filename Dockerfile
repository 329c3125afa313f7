# The service's image. Not built by the project's own checks: they run where there is no container engine.
FROM python:3.13-slim
WORKDIR /app
COPY requirements.lock pyproject.toml ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY src src
COPY policies policies
COPY claims claims
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && useradd --system --home /var/lib/insurance insurance \
    && install -d -o insurance /var/lib/insurance
USER insurance
VOLUME /var/lib/insurance
EXPOSE 8000
CMD ["insurance", "serve"]

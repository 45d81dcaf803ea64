# syntax=docker/dockerfile:1
# One image for web, worker, beat, migrations and the sandbox: only the command differs.

FROM python:3.11-slim-bookworm AS build

WORKDIR /app
COPY requirements/bootstrap.txt requirements/base.txt requirements/
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/bootstrap.txt \
    && /venv/bin/uv pip install --no-cache --python /venv/bin/python --require-hashes --only-binary :all: \
        -r requirements/base.txt \
    && /venv/bin/pip uninstall --yes uv

COPY . .
RUN set -a && . docker/placeholders.env && set +a \
    && /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm

# The image writes nowhere: it runs read-only, as nobody in particular.
RUN useradd --system --uid 10001 --no-create-home caf && mkdir /data && chown caf /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=caf_portal.settings.production
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER caf
EXPOSE 8000
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=4", \
     "--max-requests=5000", "--max-requests-jitter=500", "--worker-tmp-dir=/dev/shm", "--no-control-socket", \
     "caf_portal.wsgi"]

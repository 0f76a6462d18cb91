# One image, three commands: the web server (the default), a worker and beat. README.md, "In production", shows them.

FROM docker.io/library/python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt

FROM docker.io/library/python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=polaris_site.settings \
    VAR_DIR=/srv/var
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin site \
    && install --directory --owner site --group site --mode 750 /srv/var
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/site
COPY . .
USER site
# Static files are part of the image. Collecting them needs the settings, and the settings need secrets: these are used
# for nothing else and stay out of the image.
RUN SECRET_KEY=unused ENCRYPTION_KEYS=unused HASH_KEY=unused python manage.py collectstatic --no-input --verbosity 0
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["gunicorn", "-c", "deploy/gunicorn_conf.py", "--bind", "0.0.0.0:8000"]

"""Writes the files of the README's walk: a real Prometheus that watches a target named as an item of the demo.

Nothing is started here. Ports are this machine's own: 9311 for the target, 9390 for Prometheus.
"""

from pathlib import Path
from urllib.parse import urlsplit

from selaras.interfaces.cli.demo.estate import WALK_TARGET
from selaras.interfaces.cli.home import Trouble

TARGET_PORT, PROMETHEUS_PORT = 9311, 9390

_CONFIG = """\
global:
  scrape_interval: 2s
  scrape_timeout: 1s
  evaluation_interval: 2s
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - scheme: {scheme}
      static_configs:
        - targets: ["{selaras}"]
scrape_configs:
  - job_name: kasir
    metrics_path: /metrics.txt
    static_configs:
      - targets: ["127.0.0.1:{port}"]
        labels: {{instance: "{item}.tirtamaya.example:9100"}}
"""
_RULES = """\
groups:
  - name: walk
    rules:
      - alert: TargetDown
        expr: up == 0
        for: 4s
        labels: {severity: critical}
        annotations:
          summary: "{{ $labels.instance }} tidak merespons"
          description: "Prometheus tidak dapat membaca {{ $labels.instance }} (job {{ $labels.job }})."
"""
_METRICS = """\
# HELP kasir_terbuka Banyaknya kasir yang terbuka.
# TYPE kasir_terbuka gauge
kasir_terbuka 6
"""


def write(folder: Path, url: str) -> list[str]:
    """Write the files for a Selaras at `url`; gives the two commands to run. Raises Trouble."""
    folder, selaras = folder.absolute(), urlsplit(url)
    if selaras.scheme not in ("http", "https") or not selaras.netloc:
        raise Trouble(f"{url} is not the address of a Selaras, such as http://127.0.0.1:8000.")
    config = _CONFIG.format(scheme=selaras.scheme, selaras=selaras.netloc, port=TARGET_PORT, item=WALK_TARGET)
    try:
        (folder / "target").mkdir(parents=True, exist_ok=True)
        (folder / "prometheus.yml").write_text(config)
        (folder / "rules.yml").write_text(_RULES)
        (folder / "target" / "metrics.txt").write_text(_METRICS)
    except OSError as problem:
        raise Trouble(f"Cannot write to {folder} ({problem.strerror}).") from problem
    return [
        f"python3 -m http.server {TARGET_PORT} --bind 127.0.0.1 --directory {folder / 'target'}",
        f"prometheus --config.file={folder / 'prometheus.yml'} --storage.tsdb.path={folder / 'data'} "
        f"--web.listen-address=127.0.0.1:{PROMETHEUS_PORT}",
    ]

"""What Lighthouse says of the site as production serves it: `make lighthouse`. Needs Node from 18.16 on, npm, Chromium.

RUNS (5) says how often each page is measured, PAGES (such as "safety,newsletter") which ones. It prints medians, and
whatever lost points. Exit code 1 where a page is not as good as it has to be. All it writes lies in VAR_DIR.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser.conftest import CHROMIUM
from tests.running import running_site

VERSION = "12.8.2"  # the last that runs on Node 20
FOLDER = Path(os.environ.get("VAR_DIR", "var")).resolve() / "lighthouse"
RUNS = int(os.environ.get("RUNS") or 5)
TRIES = 3  # Chromium now and then loses the beginning of a trace (NO_NAVSTART): no measure, so it is taken again
PAGES = {
    "take-action": "/take-action/", "campaign": "/take-action/enablers-act/", "all": "/take-action/all/",
    "safety": "/safety/", "newsletter": "/newsletter/",
}
DEVICES = {"mobile": [], "desktop": ["--preset=desktop"]}  # mobile: a slow phone on slow 4G, as Lighthouse simulates it
# For accessibility the window is as tall as any page: a button that the sticky bar just lies half over is none that is
# too small to press, but Lighthouse takes it for one.
TALL = {
    "mobile": ["mobile", "width=412", "height=9000", "deviceScaleFactor=1.75"],
    "desktop": ["mobile=false", "width=1350", "height=9000", "deviceScaleFactor=1"],
}
LEAST = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}  # points of 100
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-component-update"
ROW = "{:<12} {:<8} {:>11} {:>13} {:>14} {:>4} {:>7} {:>6} {:>8}"


@dataclass
class Measure:
    """What one page got on one device: medians of every run."""

    points: dict[str, float]
    paint: float  # milliseconds until the largest part is painted
    shift: float  # cumulative layout shift
    bytes: float
    lost: list[str]  # audits that took points in any run

    def is_good(self) -> bool:
        """Tell whether every category has the points it must have."""
        return all(self.points[name] >= least for name, least in LEAST.items())


def environment() -> dict[str, str]:
    """Return an environment in which npm, Node and Chromium write nothing outside the folder."""
    for name in ("home", "tmp"):
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "HOME": str(FOLDER / "home"), "XDG_CONFIG_HOME": str(FOLDER / "home"), "XDG_CACHE_HOME": str(FOLDER / "home"),
        "TMPDIR": str(FOLDER / "tmp"), "npm_config_cache": str(FOLDER / "npm-cache"), "CHROME_PATH": CHROMIUM,
    }


def install() -> Path:
    """Return the program; npm brings it the first time."""
    package = FOLDER / "node_modules" / "lighthouse" / "package.json"
    if not package.exists() or json.loads(package.read_text())["version"] != VERSION:
        print(f"Installing Lighthouse {VERSION} ...", flush=True)  # this program talks to a terminal
        wanted = ["--prefix", str(FOLDER), "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        subprocess.run(["npm", "install", *wanted, f"lighthouse@{VERSION}"], env=environment(), check=True)
    return FOLDER / "node_modules" / ".bin" / "lighthouse"


def run(program: Path, url: str, categories: list[str], options: list[str]) -> dict[str, Any]:
    """Measure a page once; return the whole report."""
    asked = [
        "--quiet", "--output=json", "--no-enable-error-reporting", f"--only-categories={','.join(categories)}",
        f"--chrome-flags={CHROME_FLAGS}", *options,
    ]
    for _ in range(TRIES):
        done = subprocess.run([program, url, *asked], env=environment(), capture_output=True, text=True, check=False)
        if not done.returncode:
            report: dict[str, Any] = json.loads(done.stdout)
            return report
    raise SystemExit(done.stderr)


def lost(report: dict[str, Any]) -> list[str]:
    """Return the audits that count and did not get every point."""
    audits = report["audits"]
    return [
        f"{name}: {audits[part['id']]['title']} ({audits[part['id']].get('displayValue') or part['id']})"
        for name, category in report["categories"].items() for part in category["auditRefs"]
        if part["weight"] and (audits[part["id"]]["score"] or 0) < 1
        and audits[part["id"]]["scoreDisplayMode"] not in ("notApplicable", "informative", "manual")
        and (name != "performance" or category["score"] * 100 < LEAST[name])
    ]


def measure(program: Path, url: str, device: str) -> Measure:
    """Return the medians of several runs; accessibility comes out the same each time and is measured once."""
    timed = [name for name in LEAST if name != "accessibility"]
    reports = [run(program, url, timed, DEVICES[device]) for _ in range(RUNS)]
    tall = [*DEVICES[device], *(f"--screenEmulation.{setting}" for setting in TALL[device])]
    seen = run(program, url, ["accessibility"], tall)

    def value(audit: str) -> float:
        return float(median(report["audits"][audit]["numericValue"] for report in reports))

    return Measure(
        points={name: 100 * median(report["categories"][name]["score"] for report in reports) for name in timed}
        | {"accessibility": 100 * seen["categories"]["accessibility"]["score"]},
        paint=value("largest-contentful-paint"), shift=value("cumulative-layout-shift"),
        bytes=value("total-byte-weight"), lost=sorted({line for report in [*reports, seen] for line in lost(report)}),
    )


def main() -> int:
    """Measure, print a line for each page and device, and say whether all are good."""
    missing = [name for name in ("node", "npm", CHROMIUM) if not shutil.which(name)]
    if missing:
        raise SystemExit(f"Lighthouse needs {', '.join(missing)}.")
    wanted = os.environ.get("PAGES", "").split(",") if os.environ.get("PAGES") else list(PAGES)
    program, all_good = install(), True
    print(ROW.format("page", "device", *LEAST, "LCP ms", "CLS", "bytes"))
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder, running_site(Path(folder)) as site:
        for name in wanted:
            for device in DEVICES:
                found = measure(program, site.url + PAGES[name], device)
                points = [f"{found.points[category]:.0f}" for category in LEAST]
                numbers = [f"{found.paint:.0f}", f"{found.shift:.3f}", f"{found.bytes:.0f}"]
                print(ROW.format(name, device, *points, *numbers), flush=True)
                print(*[f"    {line}\n" for line in found.lost], sep="", end="", flush=True)
                all_good = all_good and found.is_good()
    print("Good." if all_good else f"Not good: each page needs {LEAST}.")
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())

"""A program for the tests: supervises the children its arguments name, as `run_site` does with the site's.

Each argument is the source of one child; the first line may be `# last`, for a child that others need.
"""

import sys

from polaris_site.supervisor import Program, Supervisor


def main() -> int:
    """Run until SIGTERM or until it is hopeless; print what the supervisor says."""
    programs = [
        Program(f"child {number}", [sys.executable, "-c", source], stops_last=source.startswith("# last"))
        for number, source in enumerate(sys.argv[1:], start=1)
    ]
    supervisor = Supervisor(programs, lambda line: print(line, flush=True), stops_within=4.0)  # noqa: T201
    return supervisor.run(when_up=lambda: print("up", flush=True))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())

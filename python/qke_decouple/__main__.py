"""python -m qke_decouple export|plot|plot-scan|scan|collect|report: what one does with runs, from a shell."""
import argparse
import importlib
import pathlib
import sys
import warnings

MODULES = {"export": "export_run", "plot": "plot_run", "plot-scan": "plot_scan", "collect": "collect",
           "scan": None, "report": None}
USAGE = f"""usage: python -m qke_decouple {{{','.join(MODULES)}}} ...

  export CODE RUN.h5        files for CLASS, CAMB, PRIMAT, PRyMordial, PArthENoPE, or CSV
  plot RUN.h5 ...           pictures of one or several runs
  scan BASE.toml TABLE.csv  one run for each row of a table, in the threads of this process
  collect FOLDER            a scan as one table
  plot-scan SCAN.h5 ...     a scan over two keys as a picture
  report RUN.h5             one HTML page of a run

Each has --help."""


def scan_command():
    from . import scan
    parser = argparse.ArgumentParser(description="Solves a configuration once for each row of a table (docs/scans.md).")
    parser.add_argument("base", metavar="BASE.toml")
    parser.add_argument("table", metavar="TABLE.csv")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="default: the table's name without .csv")
    parser.add_argument("--jobs", type=int, metavar="N", help="runs at the same time (default: as many as fill the processors)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of one run (default: 1)")
    arguments = parser.parse_args()
    folder = arguments.output or str(pathlib.Path(arguments.table).with_suffix(""))
    result = scan(arguments.base, arguments.table, folder, arguments.jobs, arguments.threads, sys.stdout.isatty())
    print(f"{len(result) - len(result.errors)} of {len(result)} rows are done: python -m qke_decouple collect {folder} "
          "gathers them")
    return 1 if result.errors else 0


def report_command():
    from . import open
    from .shell import tell
    parser = argparse.ArgumentParser(description="Writes one HTML page of a run: summary, warnings, pictures, configuration.")
    parser.add_argument("run", metavar="RUN.h5")
    parser.add_argument("-o", "--output", metavar="PAGE.html", help="default: the run's name with .html")
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    arguments = parser.parse_args()
    name = arguments.output or str(pathlib.Path(arguments.run).with_suffix(".html"))
    open(arguments.run).report(name, arguments.force)
    tell(name)
    return 0


def run_command(name):
    """Its exit status."""
    from .errors import QkeError
    from .shell import stdout_may_close
    warnings.showwarning = lambda message, *_: print(f"{sys.argv[0]}: warning: {message}", file=sys.stderr)
    try:
        with stdout_may_close():
            if MODULES[name] is None:
                return {"scan": scan_command, "report": report_command}[name]()
            return importlib.import_module(f"qke_decouple.{MODULES[name]}").main()
    except QkeError as error:
        print(f"{sys.argv[0]}: {error}", file=sys.stderr)
        return error.status
    except ImportError as missing:
        print(f"{sys.argv[0]}: {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{sys.argv[0]}: stopped. Start it again to go on", file=sys.stderr)
        return 130


def command():
    """qke-export, qke-plot, ...: the name of the command says which."""
    return run_command(pathlib.Path(sys.argv[0]).name.removeprefix("qke-"))


def main():
    name = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if name not in MODULES:
        print(USAGE, file=sys.stdout if name in ("-h", "--help") else sys.stderr)
        return 0 if name in ("-h", "--help") else 2
    sys.argv = [f"qke_decouple {name}", *sys.argv[2:]]
    return run_command(name)


if __name__ == "__main__":
    sys.exit(main())

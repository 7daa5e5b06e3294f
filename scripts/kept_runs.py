"""Runs of the program without a configuration file, whose numbers are kept by their settings: a script that makes many
goes on where it was stopped."""
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import threading


class KeptRuns:
    """numbers(summary, path of the output file) of each run, in the file `path`. One that fails, or takes longer than the
    limit of processor time, has a "failure" instead; without a limit nothing is run that is not known."""

    def __init__(self, program, path, numbers, processor_time_s):
        self.program, self.path, self.numbers, self.limit = program, pathlib.Path(path), numbers, processor_time_s
        self.known = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.lock = threading.Lock()

    def run(self, settings):
        """settings: texts such as "grid.nodes=40"."""
        key = " ".join(sorted(settings))
        if key not in self.known:
            if self.limit is None:
                return {"failure": "not run"}
            found = self._run(settings)
            with self.lock:
                self.known[key] = found
                part = self.path.with_suffix(".part")
                part.write_text(json.dumps(self.known, indent=0))
                os.replace(part, self.path)
        return self.known[key]

    def call(self, settings, *options, **how):
        command = ["nice", self.program, "/dev/null", "--quiet", "--threads", "1", *options]
        for setting in settings:
            command += ["--set", setting]
        return subprocess.run(command, capture_output=True, text=True, check=False, **how)

    def _run(self, settings):
        def in_time():
            resource.setrlimit(resource.RLIMIT_CPU, (self.limit, self.limit))

        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "run.h5")
            done = self.call(settings, "--json", "-o", path, preexec_fn=in_time)
            if done.returncode != 0:
                return {"failure": done.stderr.strip() or f"no end within {self.limit} s of processor time"}
            return self.numbers(json.loads(done.stdout), path)

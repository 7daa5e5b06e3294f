"""Completion in bash, zsh and fish, driven through a terminal: what a word becomes when TAB is pressed after it."""
import os
import pathlib
import pty
import re
import shutil
import signal
import unittest

from script_test import PROGRAM, SOURCE, ScriptTest

DATA = SOURCE / "data"
READY = "rea" + "dy>"  # the prompt

# Typed after a TAB this prints the words of the line.
SHOW = "\x01printf '<%s>' \x05 'end'\n"

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], f"source '{DATA}/qke-decouple.bash'; PS1='rea''dy>'\n"),
    "zsh": (["zsh", "-f", "-i"],
            f"fpath=('{DATA}' $fpath); autoload -Uz compinit; compinit -u -D; PS1='rea''dy>'; unsetopt zle_bracketed_paste\n"),
    "fish": (["fish", "--no-config", "-i"],
             f"function fish_prompt; echo -n rea'dy>'; end; set -g fish_greeting; source '{DATA}/qke-decouple.fish'\n"),
}


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, shell, folder):
        command, preparation = SHELLS[shell]
        environment = os.environ | {"PATH": f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}", "TERM": "xterm",
                                    "HOME": str(folder), "COLUMNS": "200", "LINES": "50"}
        self.process, self.end = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        self.text = ""
        self.type(preparation)
        self.wait_for(re.escape(READY))

    def type(self, keys):
        os.write(self.end, keys.encode())

    def wait_for(self, pattern):
        """What matches, once it has been printed; the text up to there is forgotten."""
        while not (match := re.search(pattern, self.text)):
            self.text += os.read(self.end, 65536).decode(errors="replace")
        self.text = self.text[match.end():]
        return match

    def completed(self, line):
        """The words of a line after TAB."""
        self.type(line + "\t" + SHOW)
        words = self.wait_for(r"<qke-decouple>((?:<[^<>\r\n]*>)*)<end>")[1]
        self.wait_for(re.escape(READY))
        return re.findall(r"<([^<>]*)>", words)

    def close(self):
        os.close(self.end)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


class Completion(ScriptTest):
    def check(self, shell):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        self.write("run.toml", "")
        self.write("run.h5", "")
        terminal = Terminal(shell, self.folder)
        self.addCleanup(terminal.close)
        for line, words in (
                ("--resu", ["--resume"]),
                ("ru", ["run.toml"]),
                ("run.toml -o ru", ["run.toml", "-o", "run.h5"]),
                ("run.toml --set run.sch", ["run.toml", "--set", "run.scheme="]),
                ("run.toml --set asymmetry.e", ["run.toml", "--set", "asymmetry.eta="]),
                ("run.toml --set run.scheme=bol", ["run.toml", "--set", "run.scheme=boltzmann"]),
                ("run.toml --set plasma.qed=no", ["run.toml", "--set", "plasma.qed=none"]),
                ("run.toml --set plasma.muons=t", ["run.toml", "--set", "plasma.muons=true"]),
                ("--help mixing.del", ["--help", "mixing.delta_cp_rad"]),
                ("--help epo", ["--help", "epoch"])):
            with self.subTest(line=line):
                found = terminal.completed("qke-decouple " + line)
                # "epoch" may go on as "epoch.T_end_MeV": shells stop there, some with a mark.
                self.assertEqual([word.rstrip(".") for word in found], words)

    def test_bash(self):
        self.check("bash")

    def test_zsh(self):
        self.check("zsh")

    def test_fish(self):
        self.check("fish")


if __name__ == "__main__":
    unittest.main()

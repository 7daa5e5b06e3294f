"""A run as one HTML page that needs no other file: Run.report(), python -m qke_decouple report."""
import html
import io
import math

from .errors import InputOutputError, in_python

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
th { font-weight: 600; } td { font-variant-numeric: tabular-nums; }
.number { font-size: 2rem; } .warning { background: #fff3cd; border-left: 4px solid #b58900; padding: .4rem .8rem; }
figure { margin: 1rem 0; overflow-x: auto; } svg { max-width: 100%; height: auto; }
pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; font-size: .85rem; }
"""

MEANING = {
    "N_eff": "effective number of neutrinos today", "N_eff_neutrinos": "the same without dark radiation",
    "N_eff_error": "estimated error of N_eff: numerical, for an isotropic gas", "z": "T_gamma/T_cm today",
    "z_nu": "(rho_nu/rho_0)^(1/4)", "z_nubar": "the same for antineutrinos", "eta": "(n_nu - n_nubar)/T_cm^3",
    "eta_error": "estimated error of each eta",
    "delta_rho": "rho/rho_0 - 1", "n_nu": "(n_nu + n_nubar)/T_cm^3", "states": "what the lists are about",
    "sum_mnu_over_omega_h2_eV": "sum of masses over Omega_nu h^2, in eV",
    "xi_e_effective": "degeneracy parameter of a thermal nu_e with this asymmetry",
    "wall_s": "elapsed time in seconds",
}
ELSEWHERE = {"warnings", "output"}


def shown(value):
    if value is None:
        return "unknown"
    if isinstance(value, float):
        return f"{value:.8g}"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return html.escape(str(value))


def rows(pairs):
    return "\n".join(f"<tr><th>{html.escape(name)}</th><td>{shown(value)}</td><td>{html.escape(MEANING.get(name, ''))}</td></tr>"
                     for name, value in pairs)


def picture(figure):
    """The figure as SVG, without the lines before <svg>."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg"):]


def headline(run):
    if math.isnan(run.N_eff):
        return "unknown (see the warnings)"
    error = "" if math.isnan(run.N_eff_error) else f" ± {run.N_eff_error:.1g}"
    return f"{run.N_eff:.6f}{error}"


def page(run, svg, configuration, origin):
    warnings = "\n".join(f'<p class="warning">{html.escape(text)}</p>' for text in run.warnings) or "<p>None.</p>"
    summary = rows((name, value) for name, value in run.summary.items() if name not in ELSEWHERE)
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>N_eff = {headline(run)}</title><style>{STYLE}</style></head>
<body>
<h1>Neutrino decoupling</h1>
<p class="number">N<sub>eff</sub> = {headline(run)}</p>
<p>{html.escape(origin)}</p>
<h2>Warnings</h2>
{warnings}
<h2>Summary</h2>
<table>
{summary}
</table>
<h2>Pictures</h2>
<figure>{svg}</figure>
<h2>Configuration</h2>
<pre>{html.escape(configuration)}</pre>
</body>
</html>
"""


def write_report(run, path, force):
    from matplotlib import pyplot
    from .run_reader import Refused
    from .shell import write_new
    figure = run.plot(columns=2)
    try:
        svg = picture(figure)
    finally:
        pyplot.close(figure)
    with run._open() as file:
        origin = f"{file.attrs['source']}, commit {file.attrs['git_commit']}, {file.attrs['created_utc']}"
        text = page(run, svg, str(file.attrs["config"]), origin)
    try:
        write_new(path, text, force)
    except Refused as problem:
        raise InputOutputError(in_python(str(problem))) from problem

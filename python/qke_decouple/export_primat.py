"""The export to PRIMAT: tables in the layout of NEVO, settings, and a program."""

from .export_files import (MORE_HISTORY, MORE_SPECTRA, accuracy, is_reheated, origin, particles_of, quoted_path,
                           settings, sterile_comment)
from .run_physics import (ELECTRON_MASS_MEV, RHO_0, Z_INSTANTANEOUS, N_eff, active_energy_densities, capture_errors,
                          degeneracies, electron_occupations, excess_of_degeneracy, fermi_dirac, interpolate,
                          occupation_at, require_settled, resampled, sterile_N_eff, total_energy_density)
from .run_reader import ACTIVE, NotACompleteRun, np, states_of

NEVO_STARTS_MEV = 40.0         # T_cm in the first row of its tables
THERMAL_MOMENTA = 12           # y up to which there are neutrinos worth the name
LEAST_OCCUPATION = 1e-12       # below, occupation numbers are rounding errors


class NevoTable:
    """The run as PRIMAT reads it: 600 rows, uniform in ln x. A reheated universe begins where all of its first ten
    momenta have neutrinos.

    PRIMAT adds the energy of munuOverTnu = xi_e to all flavours and the spectrum of such neutrinos to nu_e: the
    temperatures are those without that energy, the distortion is what is left beside thermal neutrinos. The heating
    is that of all neutrinos, sterile ones included, as the plasma loses it.
    """

    def __init__(self, file):
        history, spectra = file["history"], file["spectra"]
        self.xi = degeneracies(file)[0]
        x = history["x"][:]
        # With sterile neutrinos the first row shows how the production, and the heat of muons, set in.
        first = int(np.searchsorted(x, ELECTRON_MASS_MEV / NEVO_STARTS_MEV * (1 - 1e-9)))
        first = max(first, 2 if states_of(file) > ACTIVE else 0, first_whole_row(file) if is_reheated(file) else 0)
        rows = slice(first, None)
        x = x[rows]
        self.x = np.geomspace(x[0], x[-1], 600)
        T_nu = (active_energy_densities(file)[rows] / (2 * RHO_0 * (1 + excess_of_degeneracy(self.xi)))) ** 0.25
        z_and_T = np.column_stack([history["z"][rows], T_nu])
        columns = resampled(self.x, x, z_and_T, 1e-6, "rows of the history", MORE_HISTORY).T
        # With a particle PRIMAT reads the scale factor, and the heating is not used.
        heating = resampled(self.x, x, history["heating"][rows], np.inf if particles_of(file) else 1e-5, "rows of the history",
                            MORE_HISTORY)
        self.columns = [self.x, *columns, heating]
        y, self.slices = spectra["y"][:], np.flatnonzero(spectra["x"][:] >= x[0] * (1 - 1e-9))
        slices = spectra["x"][:][self.slices]
        self.nodes = y[-1] * (np.arange(1, 81) / 80) ** 2   # dense where most neutrinos are
        self.T_slices = interpolate(np.log(slices), np.log(x), T_nu[:, 0])
        mean = sum(occupation_at(self.nodes, y, electron_occupations(file, name)[self.slices].T).T
                   for name in ("rho", "rhobar")) / 2
        rest = mean / fermi_dirac(self.nodes) - self.thermal(self.T_slices)
        self.rest_of_slices = rest
        self.check_rest(slices, rest)
        rest = interpolate(np.log(self.x), np.log(slices), rest)
        self.delta = rest + fermi_dirac(self.nodes / columns[1][:, None]) / fermi_dirac(self.nodes) - 1

    def thermal(self, T):
        """The mean of neutrinos and antineutrinos with xi, over that at T_cm without."""
        y = self.nodes / T[:, None]
        return (fermi_dirac(y - self.xi) + fermi_dirac(y + self.xi)) / 2 / fermi_dirac(self.nodes)

    def check_rest(self, slices, rest):
        """4e-5 of the occupation numbers are 1e-5 of Y_P. Momenta and times beyond are of no weight in the rates."""
        T_cm = ELECTRON_MASS_MEV / self.x
        relevant = self.x[(T_cm > 0.1) & (T_cm < 3)]
        resampled(relevant, slices, rest[:, self.nodes < 12], 4e-5, "slices of the spectra", MORE_SPECTRA)

    def represented(self, chosen, y):
        chosen -= self.slices[0]
        rest = np.interp(y, self.nodes, self.rest_of_slices[chosen]) * fermi_dirac(y)
        return [fermi_dirac(y / self.T_slices[chosen] - xi) + rest for xi in (self.xi, -self.xi)]


def first_whole_row(file):
    """Of the history, from which on the occupation numbers of a reheated universe are more than rounding errors."""
    x, y = file["spectra/x"][:], file["spectra/y"][:]
    occupations = electron_occupations(file)[:, y <= THERMAL_MOMENTA]
    lost = np.flatnonzero((occupations < LEAST_OCCUPATION).any(axis=1))
    return int(np.searchsorted(file["history/x"][:], x[lost[-1]], side="right")) if len(lost) else 0


def export_primat(file, output, arguments):
    """PRIMAT: the NEVO-style tables of its options nevo_file, nevo_spectral_file and nevo_grid_file.

    Writes NAME_nevo.csv (x, z, T_nue/T_cm, T_numu/T_cm, T_nutau/T_cm, heating, delta f(y_1)),
    NAME_nevo_spectra.csv (the first six and delta f at 80 momenta, f_nue = (1 + delta f)/(e^y + 1)),
    NAME_nevo_grid.csv (these momenta) and NAME_primat.ini with the settings, among them DeltaNeff for dark radiation
    and sterile neutrinos, and NAME_primat.py, a program that runs PRIMAT with them. With a relic, or a particle that
    decays or reheats, there is no .ini, but NAME_nevo_extra.csv (T_gamma and the energy density that PRIMAT does not
    have, in MeV and MeV^4).
    """
    require_settled(file)
    require_cooling(file)
    table = NevoTable(file)
    paths = [(key, quoted_path(output.path(ending))) for key, ending in (
        ("nevo_file", "_nevo.csv"), ("nevo_spectral_file", "_nevo_spectra.csv"), ("nevo_grid_file", "_nevo_grid.csv"))]
    comment = origin(file) + sterile_comment(file, "DeltaNeff")
    if table.xi != 0:
        comment += "\n" + accuracy(capture_errors(file, table.represented), "munuOverTnu is xi of nu_e at the end, for all "
                                   "flavours and times; the energies of the flavours are those of the run.")
    output.table("_nevo.csv", [*table.columns, table.delta[:, 0]], separator=",")
    output.table("_nevo_spectra.csv", [*table.columns, table.delta], separator=",")
    output.table("_nevo_grid.csv", [table.nodes])
    pairs = [("incomplete_decoupling", True), ("spectral_distortions", True), ("munuOverTnu", f"{table.xi:.10g}"),
             ("DeltaNeff", f"{N_eff(file)[2] + sterile_N_eff(file):.10g}"), *paths]
    if not particles_of(file):
        output.write("_primat.ini", settings(pairs, comment))
    write_primat_program(file, output, pairs, comment)


PRIMAT_PROGRAM = """# {comment}
{imports}from primat.backend import run_bbn

{extra}settings = {{
{settings}
}}


def run(**more):
    \"\"\"The results of PRIMAT. thermal_corrections=False saves minutes: it finds them anew, by random numbers.\"\"\"
    return run_bbn({{**settings, **more}}{arguments})


if __name__ == "__main__":
    result = run()
    print(*(f"{{name}} = {{result[name]:.8g}}" for name in ("Neff", "YPBBN", "DoH")), sep="\\n")
"""


def require_cooling(file):
    if (np.diff(file["history/T_gamma"][:]) >= 0).any():
        raise NotACompleteRun("has a plasma that grows hotter for a while (PRIMAT takes T_gamma for a clock). Export it as "
                              "time, for a code that reads tables.")


def write_primat_program(file, output, pairs, comment):
    """With a particle, a(T_gamma) is that of the table, and all energy that PRIMAT's plasma and neutrinos do not have, QED
    corrections included, comes by extra_rho, which PRIMAT takes in Python alone.
    """
    pairs = [(name, repr(value) if name.startswith("nevo") else value) for name, value in pairs]
    imports, extra, arguments = "", "", ""
    if particles_of(file):
        comment += (f"\n{particles_of(file)[0]} is in the scale factor (column x of nevo_file) and in extra_rho, with the "
                    "QED corrections")
        imports, path = "import numpy as np\n", quoted_path(output.path("_nevo_extra.csv"))
        extra = f"T_gamma, rho = np.loadtxt({path!r}, delimiter=',', unpack=True)\n"
        pairs += [("external_scale_factor", True), ("QED_corrections", False)]
        arguments = ", extra_rho=[lambda T: np.interp(T, T_gamma, rho, left=0)], force_backend=\"python\""
        output.table("_nevo_extra.csv", [column[::-1] for column in (file["history/T_gamma"][:], extra_energy_density(file))],
                     separator=",")
    output.write("_primat.py", PRIMAT_PROGRAM.format(
        comment=comment.replace("\n", "\n# "), imports=imports, extra=extra, arguments=arguments,
        settings="\n".join(f'    "{name}": {value},' for name, value in pairs)))


def extra_energy_density(file):
    """[row] in MeV^4 of what PRIMAT lacks: neither photons, e+- nor active neutrinos, and not in DeltaNeff."""
    history = file["history"]
    return total_energy_density(file) - history["rho_gamma"][:] - history["rho_e"][:] - dark_energy_density(file) - (
        active_energy_densities(file).sum(axis=1) * history["T_cm"][:] ** 4)


def dark_energy_density(file):
    """[row] in MeV^4 of what has DeltaNeff of PRIMAT: constant in the expanding volume."""
    delta = N_eff(file)[2] + sterile_N_eff(file)
    return delta * 2 * RHO_0 * (file["summary/z"][()] / Z_INSTANTANEOUS * file["history/T_cm"][:]) ** 4

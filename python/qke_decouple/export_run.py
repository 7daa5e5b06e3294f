"""Exports a run to the codes that use neutrino decoupling: one subcommand for each, see export_run.py CODE --help.

Every subcommand writes files that begin with NAME (default: the run's name) and prints their names. Nothing is
overwritten without --force. What each file holds, and what the receiving code cannot take, is in docs/exports.md.
"""
import argparse
import math
import pathlib
import types

from .export_files import (LEAST_N_EFF, MORE_HISTORY, SETTLED_FROM, Output, accuracy, is_reheated, numbers, origin,
                           parthenope_card, parthenope_numbers, particles_of, quoted_path, settings, sterile_comment)
from .export_primat import export_primat
from .run_physics import (BOLTZMANN_MEV_PER_K, CMB_TEMPERATURE_K, ELECTRON_MASS_MEV, FREEZE_OUT_MEV, RHO_0,
                          Z_INSTANTANEOUS, N_eff, capture_errors, degeneracies, electron_occupations, energy_densities,
                          fermi_dirac, mass_state_moments, masses_eV, occupation_at,
                          omega_h2_of_mass_states, require_settled, resampled, sterile_N_eff, thermal_temperatures,
                          total_energy_density, trapezoid)
from .run_reader import (ACTIVE, NotACompleteRun, Refused, column_endings, configuration_of, fail, flavours_of, np,
                         open_run, printable, require_result, say)
from .shell import tell

PRYMORDIAL_STARTS_MEV = 10.0   # its T_start
PRYMORDIAL_ENDS_MEV = 3e-4     # below its T_end = 1e-3 and beyond its t_end = 1e7 s
LIGHT_NUCLEI_MEV = 0.1         # T_gamma below which they form
LARGEST_REMAINDER = 1e-3       # of all energy, by particles while light nuclei form
WRONG_RATES = 0.03             # by which Y_P is off by more than 1 %
LARGEST_MASS_EV = 100.0        # three such neutrinos would be three times all that there is
MOST_CAMB_STATES = 5           # max_nu of CAMB
CAMB_MASS_EV = 94.064          # its mass per omega h^2 of one species of its meffsterile


# --- one function for each receiving code ---

class MassStates:
    """Spectra [q, state], of nu and nubar together, masses, N_eff and omega h^2 of the mass states of a run.

    A sterile state of which there is next to nothing is left out, and named in a comment: its spectrum is rounding
    errors.
    """

    def __init__(self, file, lightest_mass):
        y, spectra = file["spectra/y"][:], file["spectra"]
        last = [spectra[name][-1] for name in ("rho_mass", "rhobar_mass")]
        energy = sum(trapezoid(y[:, None] ** 3 * f, y, axis=0) for f in last)
        share = N_eff(file)[1] * energy / energy.sum()
        self.kept = np.flatnonzero((share > LEAST_N_EFF) | (np.arange(len(share)) < ACTIVE))
        self.comment = "".join(f"\nnu_{state + 1} is left out: its N_eff is {share[state]:.0e}"
                               for state in range(len(share)) if state not in self.kept)
        self.q = np.linspace(0, max(y[-1], 30.0), 1001)
        self.occupations = sum(occupation_at(self.q, y, f[:, self.kept]) for f in last)
        self.masses = np.array(masses_eV(configuration_of(file), lightest_mass))[self.kept]
        number, energy = mass_state_moments(self.q, self.occupations)
        self.N_eff = N_eff(file)[1] * energy / energy.sum()
        self.omega_h2 = omega_h2_of_mass_states(file, self.masses, number)


def export_class(file, output, arguments):
    """CLASS: phase-space distributions of the mass states, and the lines of its .ini file.

    Writes NAME_nu1.dat, NAME_nu2.dat, NAME_nu3.dat, of sterile neutrinos NAME_nu4.dat and so on, too (q = p/T_ncdm, f0
    of nu and nubar with 1/(2 pi)^3, uniform in q), and NAME_class.ini with the settings of the neutrinos, to be
    completed by those of the cosmology. Dark radiation is N_ur.
    """
    states = MassStates(file, arguments.lightest_mass)
    count = len(states.kept)
    endings = [f"_nu{state + 1}.dat" for state in states.kept]
    names = [quoted_path(output.path(ending)) for ending in endings]
    for ending, occupations in zip(endings, states.occupations.T):
        output.table(ending, [states.q, occupations / (2 * math.pi) ** 3])
    ones = ", ".join(count * ["1"])
    output.write("_class.ini", settings([
        ("N_ur", f"{N_eff(file)[2]:.10g}"),
        ("N_ncdm", count),
        ("use_ncdm_psd_files", ones),
        ("ncdm_psd_filenames", ",".join(names)),  # CLASS takes blanks for parts of the names
        ("m_ncdm", numbers(states.masses)),
        ("T_ncdm", numbers([1 / file["summary/z"][()]] * count)),
        ("deg_ncdm", ones),
        ("tol_ncdm_bg", "1e-7"),  # its default leaves 1e-5 in N_eff
    ], origin(file) + states.comment))


def export_camb(file, output, arguments):
    """CAMB: effective number, masses and density of the neutrinos, as lines of its .ini file.

    Writes NAME_camb.ini. CAMB knows no distorted spectra: every mass state has its own N_eff and omega h^2, by a thermal
    spectrum times a number, with a mass that makes up for the difference. Dark radiation joins the massless ones.
    """
    states = MassStates(file, arguments.lightest_mass)
    total, _, dark = N_eff(file)
    massive = states.masses > 0
    if massive.sum() > MOST_CAMB_STATES:
        raise NotACompleteRun(f"has {massive.sum()} massive states (CAMB takes {MOST_CAMB_STATES}). "
                              "Leave --lightest-mass out, or export it to CLASS.")
    omega, first = states.omega_h2, states.kept < ACTIVE
    sterile = "" if first.all() else f"meffsterile={CAMB_MASS_EV * omega[~first].sum():.10g}, "
    taken = "" if first.all() else ",\nwhich takes nu_1 to nu_3 for those of the standard model, and all else for one sterile state"
    comment = (f"{states.comment}\nLost: spectra. CAMB gives each state a thermal spectrum at T_nu = (4/11)^(1/3) T_gamma times "
               "its degeneracy,\nand finds its mass from omega: the state becomes non-relativistic a little earlier or later.\n"
               f"in Python: set_cosmology(nnu={total:.10g}, mnu={states.masses[first].sum():.10g}, {sterile}...){taken}")
    output.write("_camb.ini", settings([
        ("share_delta_neff", "F"),
        ("massless_neutrinos", f"{states.N_eff[~massive].sum() + dark:.10g}"),
        ("nu_mass_eigenstates", massive.sum()),
        ("massive_neutrinos", " ".join("1" for _ in states.masses[massive])),
        ("nu_mass_degeneracies", " ".join(f"{share:.10g}" for share in states.N_eff[massive])),
        ("nu_mass_fractions", " ".join(f"{part / omega.sum():.10g}" for part in omega[massive])),
        ("omnuh2", f"{omega.sum():.10g}"),
    ], origin(file) + comment))


def require_gone_particles(file):
    """PRyMordial finds a(T) from the plasma's entropy: nothing may heat the plasma while light nuclei form."""
    if not particles_of(file):
        return
    history, dark = file["history"], N_eff(file)[2] * 2 * RHO_0 / Z_INSTANTANEOUS**4 * file["summary/z"][()] ** 4
    known = history["rho_gamma"][:] + history["rho_e"][:] + (energy_densities(file).sum(axis=1) + dark) * history["T_cm"][:] ** 4
    other = abs(total_energy_density(file) / known - 1)[history["T_gamma"][:] < LIGHT_NUCLEI_MEV]
    if other.max() > LARGEST_REMAINDER:
        raise NotACompleteRun(f"has {particles_of(file)[0]} with {100 * other.max():.2g} % of all energy below T_gamma = "
                              f"{LIGHT_NUCLEI_MEV:g} MeV (PRyMordial has none while light nuclei form). Export it as time, for "
                              "a code that reads tables.")


def prymordial_columns(file):
    """t [s], T_gamma and T_nu [MeV] at 3200 temperatures down to the end of PRyMordial's network.

    It interpolates linearly, and its D/H scatters by 1e-3 with the rows of its own tables. Below its last row it
    extrapolates linearly too, and holds the scale factor: a table that ended with the run at 0.014 MeV changed D/H by
    9e-4. Below, there are photons and decoupled radiation alone: T ~ 1/a, H ~ 1/a^2.
    """
    require_settled(file)
    require_gone_particles(file)
    history = file["history"]
    x, T_gamma = history["x"][:], history["T_gamma"][:]
    if T_gamma[0] < PRYMORDIAL_STARTS_MEV and not is_reheated(file):
        raise NotACompleteRun(f"starts at T_gamma = {T_gamma[0]:.3g} MeV (PRyMordial starts at "
                              f"{PRYMORDIAL_STARTS_MEV:g}). Set epoch.T_start_MeV = 20, and run it again.")
    T_nu = (thermal_temperatures(file) ** 4).mean(axis=1) ** 0.25
    # A reheated universe has no neutrinos at first, and its plasma settles.
    there = x > (SETTLED_FROM if is_reheated(file) else 0) * x[0]
    x = x[there]
    rows = np.geomspace(x[0], x[-1], 2200)
    logs = resampled(rows, x, np.log(np.column_stack([history["time_s"][:], history["z"][:], T_nu])[there]), 1e-5,
                     "rows of the history", MORE_HISTORY)
    time, z, T_nu = np.exp(logs).T
    a = np.geomspace(1, T_gamma[-1] / PRYMORDIAL_ENDS_MEV, 1001)[1:]
    T_cm = np.append(ELECTRON_MASS_MEV / rows, ELECTRON_MASS_MEV / rows[-1] / a)
    later = time[-1] + (a**2 - 1) / (2 * history["hubble"][-1])
    kept = np.append(np.arange(2200), np.full(1000, 2199))
    return np.append(time, later), z[kept] * T_cm, T_nu[kept] * T_cm


def export_prymordial(file, output, arguments):
    """PRyMordial: the table that it reads with compute_bckg_flag = False, as PRyMrates/thermo/Tgamma_Tnu.txt.

    Writes NAME_Tgamma_Tnu.txt (t [s], T_gamma [MeV], T_nu [MeV]; one T_nu for all flavours, that of their mean energy
    less that of the asymmetry) and NAME_prymordial.py with the settings: xi of the electron neutrinos, and DeltaNeff
    for what else there is besides neutrinos of T_nu, sterile ones among it. t(T_gamma) contains all energy; DeltaNeff
    does not change it.
    """
    time, T_gamma, T_nu = prymordial_columns(file)
    xi = degeneracies(file)[0]
    of_T_nu = 3 * (T_nu[-1] / T_gamma[-1] * Z_INSTANTANEOUS) ** 4
    T_over_T_cm = (thermal_temperatures(file) ** 4).mean(axis=1) ** 0.25
    slices = np.interp(np.log(file["spectra/x"][:]), np.log(file["history/x"][:]), T_over_T_cm)
    errors = capture_errors(file, lambda chosen, y: [fermi_dirac(y / slices[chosen] - sign * xi) for sign in (1, -1)])
    comment = accuracy(errors, "PRyMordial has one T_nu, thermal spectra and one xi for all times, and finds the heating "
                       "from T_nu by rates of its own.")
    if max(np.abs(errors)) > WRONG_RATES:
        say(f"warning: with thermal neutrinos of one temperature the rates of nu_e n and nubar_e p are off by {errors[0]:+.0%} "
            f"and {errors[1]:+.0%} at T_gamma = {FREEZE_OUT_MEV:g} MeV: take the export time, and the spectra of the run")
    # A universe that was never as hot: its table would be extrapolated.
    start = f"PRyMini.T_start = {T_gamma[0]:.10g} * PRyMini.MeV_to_Kelvin\n" if T_gamma[0] < PRYMORDIAL_STARTS_MEV else ""
    output.table("_Tgamma_Tnu.txt", [time, T_gamma, T_nu])
    output.write("_prymordial.py", "".join(f"# {line}\n" for line in [*(origin(file) + sterile_comment(file, "DeltaNeff")).splitlines(),
                                                                   *comment.splitlines()]) +
                 "import PRyM.PRyM_init as PRyMini\n\nPRyMini.compute_bckg_flag = False\n" + start +
                 f"PRyMini.munuOverTnu = {xi:.10g}\nPRyMini.DeltaNeff = {round(3 * (N_eff(file)[0] / of_T_nu - 1), 10) + 0.0:.10g}\n")


def export_parthenope(file, output, arguments):
    """PArthENoPE: the lines DNNU, XIE and XIX of its input card, and tables in the layout that FortEPiaNO gives it.

    Writes NAME_parthenope.card, NAME_parthenope.dat (x z w rhobarnu drhobarnu_dx rho_rad rho_tot, densities over
    T_cm^4), NAME_parthenope_yi.dat (momenta) and NAME_parthenope_rhoee.dat (occupation of nu_e, a line per row).
    """
    xi = degeneracies(file)
    xi_e, xi_x, extra = parthenope_numbers(N_eff(file)[0], xi)
    require_settled(file)
    if abs(xi_e) > 1 or abs(xi_x) > 1 or abs(extra) > 3:
        say(f"warning: XIE, XIX, DNNU are {xi_e:.3g}, {xi_x:.3g}, {extra:.3g}, and PArthENoPE takes up to 1, 1 and 3: "
            "the card is for another code")
    if sterile_N_eff(file) > LEAST_N_EFF:
        rho = energy_densities(file)[-1]
        say(f"warning: {sterile_N_eff(file):.6g} of DNNU are sterile neutrinos, and the card cannot say that nu_e has the N_eff "
            f"{N_eff(file)[1] * rho[0] / rho.sum():.6g}")
    history, x = file["history"], file["spectra/x"][:]
    rho_nu = energy_densities(file).sum(axis=1)
    T_cm = history["T_cm"][:]
    rho_total = total_energy_density(file) / T_cm**4
    columns = [history["z"][:], (rho_nu / (6 * RHO_0)) ** 0.25, rho_nu,
               history["heating"][:] * history["z"][:] ** 4 / history["x"][:], rho_total, rho_total]
    at_slices = resampled(x, history["x"][:], np.column_stack(columns), 1e-4, "rows of the history", MORE_HISTORY).T
    output.write("_parthenope.card", parthenope_card(N_eff(file)[0], xi))
    output.table("_parthenope.dat", [x, *at_slices], "# x z w rhobarnu drhobarnu_dx rho_rad rho_tot".split(" ", 1))
    output.table("_parthenope_yi.dat", [file["spectra/y"][:]])
    output.table("_parthenope_rhoee.dat", [electron_occupations(file)])


def export_time(file, output, arguments):
    """Any code of nucleosynthesis: time, scale factor, Hubble rate, temperatures and energy densities, row by row.

    Writes NAME_time.csv: t_s, a (1 today), hubble_per_s, T_gamma_MeV, T_nu_e_MeV, T_nu_mu_MeV, T_nu_tau_MeV (of thermal
    neutrinos with the energy and the asymmetry of each flavour) and, in MeV^4, rho_gamma, rho_e, rho_nu (all neutrinos)
    and rho_other: muons, QED, relics, dark radiation, and particles that decay. Their sum is 3 H^2 m_Pl^2/8 pi.
    """
    require_settled(file)
    history = file["history"]
    T_cm, T_gamma = history["T_cm"][:], history["T_gamma"][:]
    a = CMB_TEMPERATURE_K * BOLTZMANN_MEV_PER_K / file["summary/z"][()] / T_cm
    rho_nu = energy_densities(file).sum(axis=1) * T_cm**4
    known = [history["rho_gamma"][:], history["rho_e"][:], rho_nu]
    columns = [history["time_s"][:], a, history["hubble"][:], T_gamma, *(thermal_temperatures(file) * T_cm[:, None]).T,
               *known, total_energy_density(file) - sum(known)]
    names = ["t_s", "a", "hubble_per_s", "T_gamma_MeV", *(f"T_nu_{flavour}_MeV" for flavour in ("e", "mu", "tau")),
             *(f"rho_{part}_MeV4" for part in ("gamma", "e", "nu", "other"))]
    output.table("_time.csv", columns, names, ",")


def export_csv(file, output, arguments):
    """CSV: the history, the final spectra and the summary, with a first line of names.

    Writes NAME_history.csv, NAME_spectra.csv (y and the occupation numbers of all flavours) and NAME_summary.csv.
    """
    def flattened(group, plain):
        """Of the columns of a plain shape, and of those that have one for each name along their last dimension."""
        for name, dataset in group.items():
            if dataset.dtype.kind not in "fi":
                continue  # the coordinates that are labels
            if dataset.shape == plain:
                yield name, dataset[()]
            for index, ending in enumerate(column_endings(group.name[1:], name, dataset.shape[-1] if dataset.shape else 0)):
                yield f"{name}_{ending}", dataset[..., index]

    rows = file["history/x"].shape
    names, columns = zip(*sorted(flattened(file["history"], rows), key=lambda item: (item[0] not in ("x", "T_cm"), )))
    output.table("_history.csv", columns, names, ",")
    spectra = [("y", file["spectra/y"][:])]
    for name, prefix in (("rho", "f_nu_"), ("rhobar", "f_nubar_")):
        spectra += [(prefix + flavour, file["spectra"][name][-1, :, a, a, 0]) for a, flavour in enumerate(flavours_of(file))]
    names, columns = zip(*spectra)
    output.table("_spectra.csv", columns, names, ",")
    names, columns = zip(*flattened(file["summary"], ()))
    output.table("_summary.csv", columns, names, ",")


EXPORTS = {"class": export_class, "camb": export_camb, "primat": export_primat, "prymordial": export_prymordial,
           "parthenope": export_parthenope, "time": export_time, "csv": export_csv}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: scripts/export_run.py class standard.h5 -o standard")
    codes = parser.add_subparsers(dest="code", metavar="CODE", required=True)
    for code, export in EXPORTS.items():
        one = codes.add_parser(code, help=export.__doc__.splitlines()[0], description=export.__doc__,
                               formatter_class=argparse.RawDescriptionHelpFormatter,
                               epilog=f"example: scripts/export_run.py {code} standard.h5 -o standard")
        one.add_argument("run", metavar="RUN.h5")
        one.add_argument("-o", "--output", metavar="NAME", help="what the files' names begin with (default: the run's)")
        one.add_argument("--force", action="store_true", help="replace existing files")
        if code in ("class", "camb"):
            one.add_argument("--lightest-mass", type=float, default=0.0, metavar="EV",
                             help="mass of the lightest state in eV (default: 0); the others follow from [mixing]")
    return parser.parse_args()


def refuse_particles(file, code):
    if code == "parthenope" and particles_of(file):
        raise NotACompleteRun(f"has {particles_of(file)[0]} ({code} has no such particle in its expansion). Export it to "
                              "primat or prymordial, or as time for a code that reads tables.")


def export(code, run, name, force=False, lightest_mass=0.0, report=tell):
    """Writes the files NAME... for a code, and calls report(file) for each; raises NotACompleteRun and Refused."""
    with open_run(run) as file:
        require_result(file)
        refuse_particles(file, code)
        EXPORTS[code](file, Output(name, force, report), types.SimpleNamespace(lightest_mass=lightest_mass))


def main():
    arguments = parse_arguments()
    lightest_mass = getattr(arguments, "lightest_mass", 0.0)
    if not 0 <= lightest_mass <= LARGEST_MASS_EV:
        fail(f"--lightest-mass {lightest_mass} is out of range (0 to {LARGEST_MASS_EV:g} eV). Leave it out for 0.")
    name = arguments.output or str(pathlib.Path(arguments.run).with_suffix(""))
    try:
        export(arguments.code, arguments.run, name, arguments.force, lightest_mass)
    except NotACompleteRun as problem:
        fail(f"{printable(arguments.run)}: {problem}")
    except Refused as problem:
        fail(problem)
    except MemoryError:
        fail(f"{printable(arguments.run)} cannot be exported (not enough memory). Close other programs.")

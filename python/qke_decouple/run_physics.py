"""What the exports derive from a run: effective numbers, temperatures, degeneracies, and values between its rows."""
import math

from .run_reader import ACTIVE, NotACompleteRun, np

ELECTRON_MASS_MEV = 0.51099895   # those of src/model/constants.hpp
PLANCK_MASS_MEV = 1.220890e22
HBAR_MEV_S = 6.582119569e-22
BOLTZMANN_MEV_PER_K = 8.617333262e-11
CMB_TEMPERATURE_K = 2.7255
RHO_0 = 7 * math.pi**2 / 240     # one massless flavour of one helicity, over T_cm^4
Z_INSTANTANEOUS = (11 / 4) ** (1 / 3)
STANDARD_N_EFF = 3.044           # what receiving codes mean by no additional neutrinos
NUCLEON_MASS_DIFFERENCE_MEV = 1.29333
FREEZE_OUT_MEV = 0.8             # T_gamma at which neutrons freeze out

trapezoid = getattr(np, "trapezoid", None) or np.trapz  # NumPy 2 has renamed it


def fermi_dirac(y):
    return 1 / (np.exp(y) + 1)


# --- interpolation ---

def interpolate(x_new, x, values):
    """Polynomials of degree 5 through the nearest nodes of `x`, along the first axis of `values`; extrapolates."""
    first = np.clip(np.searchsorted(x, x_new) - 3, 0, len(x) - 6)
    nodes = first[:, None] + np.arange(6)
    result = np.zeros((len(x_new),) + values.shape[1:])
    for j in range(6):
        weight = np.ones(len(x_new))
        for k in range(6):
            if k != j:
                weight *= (x_new - x[nodes[:, k]]) / (x[nodes[:, j]] - x[nodes[:, k]])
        result += weight.reshape((-1,) + (1,) * (values.ndim - 1)) * values[nodes[:, j]]
    return result


def resampled(x_new, x, values, tolerance, what, remedy):
    """interpolate() in ln x, if its error is below the tolerance.

    The error is estimated from half the rows: of a smooth function these give one 2^6 times as large. A quarter of
    that factor is left as margin.
    """
    logs, new = np.log(x), np.log(x_new)
    half = np.unique(np.append(np.arange(0, len(x), 2), len(x) - 1))
    if len(half) < 6:
        raise NotACompleteRun(f"has too few {what} ({len(x)}, and 11 are the least to interpolate). {remedy}")
    result = interpolate(new, logs, values)
    error = np.max(abs(result - interpolate(new, logs[half], values[half]))) / 16
    if not error <= tolerance:
        raise NotACompleteRun(f"has too few {what} ({len(x)}: between them the interpolation errs by {error:.1e}, "
                              f"and {tolerance:.0e} is allowed). {remedy}")
    return result


def occupation_at(y_new, y, occupation):
    """Occupation numbers between and beyond the nodes, along the first axis.

    ln(1/f - 1) - y is smooth and nearly constant, which f is not. Beyond the last node it stays what it is there; the
    tail where f is lost in rounding is left out.
    """
    inside = ((occupation > 0) & (occupation < 1)).reshape(len(y), -1).all(axis=1)
    count = len(y) if inside.all() else int(np.argmin(inside))
    if count < 6 or y[count - 1] < 10:
        raise NotACompleteRun("has occupation numbers outside 0 to 1 (the momentum grid is too coarse). "
                              "Run it again with more grid.nodes.")
    y, occupation = y[:count], occupation[:count]
    smooth = np.log(1 / occupation - 1) - y.reshape((-1,) + (1,) * (occupation.ndim - 1))
    values = interpolate(np.minimum(y_new, y[-1]), y, smooth)
    return fermi_dirac(values + y_new.reshape((-1,) + (1,) * (occupation.ndim - 1)))


# --- numbers of the run ---

def N_eff(file):
    """(total, neutrinos, dark radiation)."""
    total = float(file["summary/N_eff"][()])
    neutrinos = float(file["summary/N_eff_neutrinos"][()])
    return total, neutrinos, total - neutrinos


def energy_densities(file):
    """[row, flavour], sterile ones included, neutrinos and antineutrinos, over T_cm^4."""
    history = file["history"]
    return RHO_0 * (history["z_nu"][:] ** 4 + history["z_nubar"][:] ** 4)


def active_energy_densities(file):
    return energy_densities(file)[:, :ACTIVE]


def sterile_N_eff(file):
    """What sterile flavours have of N_eff."""
    rho = energy_densities(file)[-1]
    return N_eff(file)[1] * float(rho[ACTIVE:].sum() / rho.sum())


def total_energy_density(file):
    """[row] in MeV^4, from the Hubble rate."""
    return 3 / (8 * math.pi) * (file["history/hubble"][:] * HBAR_MEV_S * PLANCK_MASS_MEV) ** 2


def excess_of_degeneracy(xi):
    """N_eff of one flavour with the degeneracy parameter xi, less that with xi = 0."""
    return 30 / 7 * (xi / math.pi) ** 2 + 15 / 7 * (xi / math.pi) ** 4


def asymmetry(xi):
    """6 eta/z^3 in equilibrium."""
    return xi + xi**3 / math.pi**2


def degeneracy(L):
    """xi with xi + xi^3/pi^2 = L."""
    unit = math.pi / math.sqrt(3)
    return 2 * unit * math.sinh(math.asinh(1.5 * L / unit) / 3)


def effective_degeneracy(eta, rho):
    """xi of the thermal neutrinos with asymmetry eta and energy rho (nu + nubar), over T_cm^3 and T_cm^4."""
    def eta_over_rho(xi):
        return asymmetry(xi) / 6 / (2 * RHO_0 * (1 + excess_of_degeneracy(xi))) ** 0.75

    wanted = np.divide(np.abs(eta), rho**0.75, out=np.zeros_like(rho), where=rho > 0)
    low, high = np.zeros_like(wanted), np.full_like(wanted, 100.0)
    for _ in range(60):
        middle = (low + high) / 2
        too_low = eta_over_rho(middle) < wanted
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return np.copysign(np.where(wanted > 0, (low + high) / 2, 0.0), eta)


def degeneracies(file):
    """xi of the active flavours at the end."""
    return [float(xi) for xi in effective_degeneracy(file["summary/eta"][:ACTIVE], active_energy_densities(file)[-1])]


def thermal_temperatures(file):
    """[row, active flavour] T_nu/T_cm of thermal neutrinos with the energy and the asymmetry of each row."""
    rho = active_energy_densities(file)
    xi = effective_degeneracy(file["history/eta"][:, :ACTIVE], rho)
    return (rho / (2 * RHO_0 * (1 + excess_of_degeneracy(xi)))) ** 0.25


def squared_mass_differences(configuration):
    """m_i^2 - m_1^2 of all mass states, in eV^2."""
    differences = [0.0, configuration["mixing.dm2_21_eV2"], configuration["mixing.dm2_31_eV2"]]
    return differences + [configuration[f"sterile.dm2_{i}1_eV2"]
                          for i in range(4, 4 + configuration.get("sterile.number", 0))]


def masses_eV(configuration, lightest):
    """m_1, m_2, ... of all mass states; `lightest` is the smallest of them."""
    differences = squared_mass_differences(configuration)
    least = min(differences)
    return [math.sqrt(lightest**2 + (difference - least)) if difference > least else lightest for difference in differences]


def mass_state_moments(q, occupations):
    """[mass state] number density over T_cm^3 and energy density over T_cm^4 of occupation numbers [q, mass state].

    q is uniform from 0 on: the trapezoidal rule errs by the fourth power of its step.
    """
    return [trapezoid(q[:, None] ** power * occupations, q, axis=0) / (2 * math.pi**2) for power in (2, 3)]


def omega_h2_of_mass_states(file, masses, numbers):
    """[mass state] m_i n_i over the critical density over h^2; `numbers` as from mass_state_moments().

    The run's sum_mnu_over_omega_h2_eV is the mass per omega_nu h^2 of the mean active flavour.
    """
    mean_active = file["summary/n_nu"][:ACTIVE].mean()
    return np.array(masses) * numbers / mean_active / file["summary/sum_mnu_over_omega_h2_eV"][()]


def electron_occupations(file, name="rho"):
    """[slice, y] of the electron flavour."""
    return file["spectra"][name][:, :, 0, 0, 0]


def require_settled(file):
    """Tables of the history go on for others as if nothing happened after their last row."""
    last, today = file["history/z"][-1], file["summary/z"][()]
    if abs(last / today - 1) > 1e-5:
        raise NotACompleteRun(f"ends too early for tables (z is {last:.6f} there and {today:.6f} today). "
                              "Set epoch.T_end_MeV = 0.01, and run it again.")


# --- how well others' thermal neutrinos stand for those of the run ---

def capture_rate(y, f, T_cm, threshold):
    """Of neutrinos on nucleons without blocking, in arbitrary units; `threshold` is Q or -Q in MeV."""
    energy = y * T_cm + threshold
    electron = np.sqrt(np.maximum(energy**2 - ELECTRON_MASS_MEV**2, 0)) * energy * (energy > ELECTRON_MASS_MEV)
    return trapezoid(y**2 * f * electron, y)


def capture_errors(file, represented):
    """Relative errors of the rates of nu_e n and of nubar_e p at freeze-out.

    represented(slice, y) gives the occupation numbers (f_nu, f_nubar) that the receiving code uses there.
    """
    spectra, history = file["spectra"], file["history"]
    T_gamma = np.interp(np.log(spectra["x"][:]), np.log(history["x"][:]), history["T_gamma"][:])
    chosen = int(np.argmin(abs(np.log(T_gamma / FREEZE_OUT_MEV))))
    T_cm = ELECTRON_MASS_MEV / spectra["x"][chosen]
    y = np.linspace(0, min(spectra["y"][-1], 30.0), 3001)
    errors = []
    for name, f, Q in zip(("rho", "rhobar"), represented(chosen, y),
                          (NUCLEON_MASS_DIFFERENCE_MEV, -NUCLEON_MASS_DIFFERENCE_MEV)):
        true = occupation_at(y, spectra["y"][:], electron_occupations(file, name)[chosen])
        errors.append(capture_rate(y, f, T_cm, Q) / capture_rate(y, true, T_cm, Q) - 1)
    return errors

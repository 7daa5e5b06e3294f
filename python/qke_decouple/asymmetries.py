"""Final asymmetries, N_eff and spectra of nu_e over planes of initial degeneracy parameters, from a table, among the
electrons of nature.

>>> table = qke_decouple.AsymmetryTable()
>>> point = table.at(xi_e=0.4, xi_mu=-0.2)
>>> point.N_eff, point.N_eff_error, point.xi, point.xi_error
>>> point.export("parthenope", "for-parthenope")

docs/asymmetry-table.md says how it was made, where it has no values, and how well it interpolates.
"""
import dataclasses
import os
import pathlib

from .errors import ConfigurationError, InputOutputError, in_python
from .export_files import Output, accuracy, parthenope_card, receiver_excess, settings
from .run_physics import (FREEZE_OUT_MEV, NUCLEON_MASS_DIFFERENCE_MEV, STANDARD_N_EFF, Z_INSTANTANEOUS, asymmetry,
                          capture_rate, degeneracy, fermi_dirac, occupation_at)
from .run_reader import Refused, h5py, np

NAME = "asymmetries.h5"
EDGE = 1.0    # largest |xi_e| and |xi_mu|
STRIP = 0.1   # half the width of the strips without values
# Where one of these flavours has xi + xi^3/pi^2 = total, the other two are opposite, and their precession changes its
# sense: final asymmetries change over 0.01 there.
SEPARATING = {"normal": (0, 1), "inverted": (0, 2)}
FLAVOURS = ("e", "mu", "tau")
NEIGHBOURS = 8  # points of the table whose errors make the error between them
SAFETY = 5      # times these errors; in the corners beside the strips runs differ by four times


def initial_xi(xi_e, xi_mu, total):
    """xi of e, mu and tau whose xi + xi^3/pi^2 add up to the total."""
    return xi_e, xi_mu, degeneracy(total - asymmetry(xi_e) - asymmetry(xi_mu))


def distances(xi, total, ordering):
    """(flavour, distance) to the middles of the strips."""
    return [(flavour, xi[flavour] - degeneracy(total)) for flavour in SEPARATING[ordering]]


def region(xi, total, ordering):
    """A number that says on which sides of the strips this is; None in a strip."""
    sides = [distance for _, distance in distances(xi, total, ordering)]
    if min(map(abs, sides)) < STRIP * (1 - 1e-3):
        return None
    return sum(2**bit for bit, side in enumerate(sides) if side > 0)


def path_of_table():
    """Beside this file where the package is installed, in data/ of the source tree."""
    here = pathlib.Path(__file__).resolve().parent
    for path in (here / NAME, here.parents[1] / "data" / NAME):
        if path.is_file():
            return path
    raise InputOutputError(f"{NAME} is missing (it is neither beside the package nor in data/). Give its name: "
                           "AsymmetryTable(path).")


@dataclasses.dataclass(frozen=True)
class AsymmetryPoint:
    """What initial asymmetries end as; flavours are e, mu, tau. The errors are those of interpolation and of the runs."""

    xi_initial: tuple[float, float, float]  # at 20 MeV
    N_eff: float
    N_eff_error: float
    eta: np.ndarray        # [flavour] (n_nu - n_nubar)/T_cm^3
    eta_error: np.ndarray
    xi: np.ndarray         # [flavour] degeneracy parameters of thermal neutrinos with this eta and the run's energy
    xi_error: np.ndarray
    z: float               # T_gamma/T_cm
    y: np.ndarray          # momenta over T_cm
    f_nu_e: np.ndarray     # [y] occupation numbers
    f_nubar_e: np.ndarray

    def export(self, code: str, name: str | os.PathLike[str], force: bool = False) -> pathlib.Path:
        """Writes the settings that give PRIMAT ("primat"), PRyMordial ("prymordial") or PArthENoPE ("parthenope") this
        universe, into NAME_primat.ini, NAME_prymordial.py or NAME_parthenope.card; the name of the file.
        """
        if not isinstance(code, str) or code not in EXPORTS:
            raise ConfigurationError(f"{code!r} has no export from the table ({', '.join(EXPORTS)} have). Run these "
                                     "asymmetries, and export the run.")
        ending, text = EXPORTS[code](self)
        try:
            Output(os.fspath(name), force, lambda file: None).write(ending, text)
        except Refused as problem:
            raise InputOutputError(in_python(str(problem))) from problem
        return pathlib.Path(os.fspath(name) + ending)

    def comment(self):
        xi = ", ".join(f"{value:.6g}" for value in self.xi_initial)
        return (f"N_eff = {self.N_eff:.6g} +- {self.N_eff_error:.1g}, xi_e = {self.xi[0]:.5g} +- {self.xi_error[0]:.1g}; "
                f"from the table of asymmetries of qke-decouple, initial xi {xi}\n" +
                accuracy(capture_errors(self), "Neutrinos decouple as without asymmetry; xi is that at the end, for all times."))


def capture_errors(point):
    """Of the rates of nu_e n and nubar_e p with thermal neutrinos, as receivers have them, against final spectra."""
    y = np.linspace(0, point.y[-1], 3001)
    T_nu = (STANDARD_N_EFF / 3) ** 0.25 * point.z / Z_INSTANTANEOUS  # over T_cm
    errors = []
    for f, sign in ((point.f_nu_e, 1), (point.f_nubar_e, -1)):
        rates = [capture_rate(y, occupations, FREEZE_OUT_MEV, sign * NUCLEON_MASS_DIFFERENCE_MEV)
                 for occupations in (fermi_dirac(y / T_nu - sign * point.xi[0]), occupation_at(y, point.y, f))]
        errors.append(rates[0] / rates[1] - 1)
    return errors


def shared_settings(point):
    """Of PRIMAT and PRyMordial, which give all flavours xi of nu_e."""
    xi_e = float(point.xi[0])
    return [("munuOverTnu", f"{xi_e:.7f}"), ("DeltaNeff", f"{receiver_excess(point.N_eff, 3 * [xi_e]):.7f}")]


def primat_settings(point):
    return "_primat.ini", settings(shared_settings(point), point.comment())


def prymordial_settings(point):
    comment = "".join(f"# {line}\n" for line in point.comment().splitlines())
    return "_prymordial.py", (comment + "import PRyM.PRyM_init as PRyMini\n\n" +
                              "".join(f"PRyMini.{name} = {value}\n" for name, value in shared_settings(point)))


def parthenope_settings(point):
    return "_parthenope.card", parthenope_card(point.N_eff, point.xi)


EXPORTS = {"primat": primat_settings, "prymordial": prymordial_settings, "parthenope": parthenope_settings}


class Interpolation:
    """Between scattered points of one region: cubes of distances and a polynomial of the second degree, which meet all
    points. An interpolated value is a sum of the points' values with weights.
    """

    def __init__(self, places):
        self.places = places
        count = len(places)
        matrix = np.zeros((count + 6, count + 6))
        matrix[:count, :count] = self.distances(places) ** 3
        matrix[:count, count:] = self.polynomial(places)
        matrix[count:, :count] = matrix[:count, count:].T
        self.inverse = np.linalg.inv(matrix)[:, :count]

    def distances(self, places):
        return np.linalg.norm(places[:, None] - self.places, axis=-1)

    @staticmethod
    def polynomial(places):
        x, y = places.T
        return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])

    def weights(self, place):
        place = np.array([place])
        return np.concatenate([self.distances(place) ** 3, self.polynomial(place)], axis=1)[0] @ self.inverse

    def left_out(self, values):
        """By how much each point's value differs from the interpolation between the others."""
        square = self.inverse[:len(self.places)]
        return np.einsum("ik,k...->i...", square, values) / np.diag(square).reshape((-1,) + (1,) * (values.ndim - 1))


# What is interpolated: occupation numbers as ln(1/f - 1), which is y - xi of thermal ones.
QUANTITIES = ("N_eff", "z", "eta", "xi_final", "f_nu_e", "f_nubar_e")
OF_OCCUPATIONS = ("f_nu_e", "f_nubar_e")
WITH_ERRORS = ("N_eff", "eta", "xi_final")


class Region:
    """The points of one plane between its strips."""

    def __init__(self, places, values):
        self.interpolation = Interpolation(places)
        self.values = values
        self.errors = {name: abs(self.interpolation.left_out(values[name])) for name in WITH_ERRORS}

    def at(self, place):
        weights = self.interpolation.weights(place)
        return {name: np.tensordot(weights, values, 1) for name, values in self.values.items()}

    def errors_at(self, place):
        """A multiple of the largest of the nearest points, if each were left out."""
        nearest = np.argsort(self.interpolation.distances(np.array([place]))[0])[:NEIGHBOURS]
        return {name: SAFETY * errors[nearest].max(axis=0) for name, errors in self.errors.items()}


def read_table(path):
    """Its columns, the momenta, and the errors of the runs."""
    try:
        with h5py.File(path) as file:
            rows = {name: file[name][:] for name in ("xi", "total", "held_out", *QUANTITIES)}
            rows["ordering"] = file["ordering"].asstr()[:]
            return rows, file["y"][:], {name: file[name].attrs["error_of_runs"] for name in WITH_ERRORS}
    except (OSError, KeyError) as error:
        raise InputOutputError(f"{path} is no table of asymmetries ({error}). Leave the path out for that of the "
                               "package.") from error


class AsymmetryTable:
    """The table of a file, data/asymmetries.h5 by default."""

    def __init__(self, path: str | os.PathLike[str] | None = None):
        rows, self._y, self._run_errors = read_table(path or path_of_table())
        for name in OF_OCCUPATIONS:
            rows[name] = np.log(1 / rows[name].astype(float) - 1)
        self._regions = {}
        for plane in sorted(set(zip(rows["ordering"], map(float, rows["total"])))):
            chosen = (rows["ordering"] == plane[0]) & (rows["total"] == plane[1]) & (rows["held_out"] == 0)
            self._regions[plane] = regions_of({name: values[chosen] for name, values in rows.items()}, *plane)

    @property
    def planes(self) -> list[tuple[str, float]]:
        """(ordering, total) of its planes."""
        return list(self._regions)

    def at(self, xi_e: float, xi_mu: float, total: float = 0.0, ordering: str = "normal") -> AsymmetryPoint:
        """The AsymmetryPoint of initial xi_e and xi_mu, and xi_tau such that the sum of xi + xi^3/pi^2 is the total; raises
        ConfigurationError where the table has none.
        """
        try:
            xi_e, xi_mu, total = float(xi_e), float(xi_mu), float(total)
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"xi_e, xi_mu or total is no number ({error}). Give numbers.") from None
        if not isinstance(ordering, str):
            raise ConfigurationError(f"the ordering {ordering!r} is no text (\"normal\" or \"inverted\" are). Give one.")
        total = next((of_plane for _, of_plane in self._regions if abs(of_plane - total) < 1e-9), total)  # 0.1 + 0.2 is 0.3
        xi = initial_xi(xi_e, xi_mu, total)
        number = self._region_of(xi, total, ordering)
        found = self._regions[ordering, total][number]
        values, errors = found.at(xi[:2]), found.errors_at(xi[:2])
        errors = {name: np.hypot(error, self._run_errors[name]) for name, error in errors.items()}
        return AsymmetryPoint(
            xi_initial=xi, N_eff=float(values["N_eff"]), N_eff_error=float(errors["N_eff"]), eta=values["eta"],
            eta_error=errors["eta"], xi=values["xi_final"], xi_error=errors["xi_final"], z=float(values["z"]), y=self._y.copy(),
            f_nu_e=fermi_dirac(values["f_nu_e"]), f_nubar_e=fermi_dirac(values["f_nubar_e"]))

    def _region_of(self, xi, total, ordering):
        if (ordering, total) not in self._regions:
            planes = ", ".join(f"{name} {number:g}" for name, number in self._regions)
            raise ConfigurationError(f"the ordering {ordering!r} with the total {total} is not in the table (it has {planes}). "
                                     f"{RUN_IT}")
        for flavour, value in zip(FLAVOURS, xi[:2]):
            if not abs(value) <= EDGE:
                raise ConfigurationError(f"xi_{flavour} = {value} is outside of the table ({-EDGE:g} to {EDGE:g}). {RUN_IT}")
        number = region(xi, total, ordering)
        if number is None:
            flavour, distance = min(distances(xi, total, ordering), key=lambda item: abs(item[1]))
            raise ConfigurationError(f"xi_{FLAVOURS[flavour]} = {xi[flavour]:.4g} is in a strip without values (within {STRIP} "
                                     f"of {xi[flavour] - distance:.4g} the other two are almost opposite, and final "
                                     f"asymmetries change over 0.01 of it). {RUN_IT}")
        return number


RUN_IT = ("Run it: qke_decouple.run(\"configs/asymmetry-small.toml\", {\"asymmetry.xi\": [...], \"mean_field.eta_b\": 6.1e-10}), "
          "in inverted ordering with \"mixing.dm2_31_eV2\": -2.46e-3, too.")


def regions_of(rows, ordering, total):
    numbers = np.array([region(xi, total, ordering) for xi in rows["xi"]])
    return {number: Region(rows["xi"][numbers == number][:, :2], {name: rows[name][numbers == number] for name in QUANTITIES})
            for number in sorted(set(numbers))}

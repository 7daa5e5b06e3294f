#!/usr/bin/env python3
"""Momentum-averaged kinetic equations of neutrinos with lepton asymmetries, and what resolving V alone changes. Writes
the tables of docs/asymmetries.md, "Against momentum-averaged runs", with --table; else prints one run.

The equations are those of docs/physics.md, "Kinetic equations", with the ansatz of COFLASY-M [DEFS25]:
    rho = r f(y), rhobar = rbar f(y), f = 1/(e^y + 1), T_gamma = T_cm = T.
Integrated with the weight y^2 they are
    dr/dt = -i[<V> + J, r] + C,  drbar/dt = -i[-<V> + J, rbar] + Cbar,  J = sqrt2 G_F n_0 (r - rbar),
    <V> = <1/y> U M^2 U^+/(2 T) - 2 sqrt2 G_F/m_W^2 <y> T (E + P)_lep,  n_0 = 3 zeta(3) T^3/(4 pi^2),
with --eta-b the excess of electrons, sqrt2 G_F n_e diag(1, 0, 0), beside J, n_e = 7/8 eta_b n_gamma (11/4 as at last),
and C, from scattering off electrons and positrons, annihilation into them and from flavour to flavour, has numbers as
coefficients (rate_factors.py). H counts energies like numbers. A run begins at 20 MeV with as many pairs as
annihilation holds in balance and ends at 1.5 MeV, where oscillations are averaged in the basis of mass states.

With --momenta N every r_i has a V(y_i) of its own. Collisions keep their mean rates: they move the mean r as above, and
the r_i towards the mean (--spectra scaled), or towards a Fermi-Dirac spectrum (--spectra fermi-dirac) of one
temperature and of a matrix of degeneracy parameters that gives the mean: r_i = f(y_i - Xi)/f(y_i).
"""
import argparse

import numpy as np
from scipy.integrate import BDF
from scipy.optimize import brentq
from scipy.special import kn, roots_genlaguerre, zeta

from hermitian import BASIS, components, matrix, precession, trace
from rate_factors import NUMBER, fermi_dirac_factors
from run_physics import degeneracy
from tables import replace_table

MEAN_INVERSE, MEAN = np.pi**2 / (18 * zeta(3)), 7 * np.pi**4 / (180 * zeta(3))  # of y
T_START, T_END = 20.0, 1.5  # MeV
TOLERANCE = 5e-6  # of the largest asymmetry

# In MeV; angles by the squares of their sines.
CONSTANTS = {
    "coflasy": {"G_F": 1.166e-11, "m_W": 80377.0, "s2_W": 0.223, "m_Planck": 2.435e21 * np.sqrt(8 * np.pi),
                "m_e": 0.511, "m_mu": 105.7, "dm2_21": 7.53e-17, "dm2_31": 2.534e-15, "s2_12": np.sin(0.587)**2,
                "s2_13": np.sin(0.148)**2, "s2_23": np.sin(0.831)**2},
    "qke": {"G_F": 1.1663787e-11, "m_W": 80379.0, "s2_W": 0.23122, "m_Planck": 1.220890e22, "m_e": 0.51099895,
            "m_mu": 105.6583755, "dm2_21": 7.53e-17, "dm2_31": 2.53e-15, "s2_12": 0.307, "s2_13": 0.0218,
            "s2_23": 0.545}}

# initial xi, and xi_e of COFLASY-M [DEFS25]
PUBLISHED = [((0, 0.920877, -0.920877), -0.0251), ((0.410664, 0.690140, -1.030310), 0.2333),
             ((-1.024834, 0.718368, 0.372718), 0.0053)]


def rotation(a, b, s2):
    turn = np.eye(3)
    turn[a, a] = turn[b, b] = np.sqrt(1 - s2)
    turn[a, b], turn[b, a] = np.sqrt(s2), -np.sqrt(s2)
    return turn


def enthalpy(mass, T):
    """(E + P)/T^4 of a charged lepton, both charges."""
    n = np.arange(1, 25)
    return 2 / np.pi**2 * (mass / T)**3 * np.sum((-1.0)**(n + 1) * kn(3, n * mass / T) / n)


class Gas:
    """The equations. Its state is [neutrinos or antineutrinos, momentum, component], its clock s = -ln T."""

    def __init__(self, constants=CONSTANTS["coflasy"], momenta=1, spectra="scaled", eta_b=0.0):
        self.constants, self.factors = constants, fermi_dirac_factors()
        n_e = 0.875 * eta_b * 2 * zeta(3) / np.pi**2 * 11 / 4  # over T^3
        self.electrons = np.sqrt(2) * constants["G_F"] * components(np.diag([n_e, 0, 0]))
        self.y, weights = roots_genlaguerre(momenta, 2)
        weights = weights / (1 + np.exp(-self.y))
        self.weights, self.spectra = weights / weights.sum(), spectra
        self.inverse, self.linear = np.array([[MEAN_INVERSE], [MEAN]]) if momenta == 1 else (1 / self.y, self.y)
        self.shape = (2, momenta, 9)
        c = constants
        self.U = rotation(1, 2, c["s2_23"]) @ rotation(0, 2, c["s2_13"]) @ rotation(0, 1, c["s2_12"])
        self.M2 = components(self.U @ np.diag([0, c["dm2_21"], c["dm2_31"]]) @ self.U.T)
        self.couplings = (np.diag([0.5, -0.5, -0.5]) + c["s2_W"] * np.eye(3), c["s2_W"] * np.eye(3))

    def hubble(self, T, state):
        numbers = trace(matrix(self.weights @ state))[:, 0, 0].real.sum()
        return np.sqrt(8 * np.pi**3 / 90 * (5.5 + 0.875 * numbers)) * T**2 / self.constants["m_Planck"]

    def potential(self, T):
        c = self.constants
        leptons = components(np.diag([enthalpy(c["m_e"], T), enthalpy(c["m_mu"], T), 0]))
        matter = -2 * np.sqrt(2) * c["G_F"] / c["m_W"]**2 * T**5 * leptons
        return np.outer(self.inverse / (2 * T), self.M2) + np.outer(self.linear, matter)

    def self_coupling(self, T):
        return np.sqrt(2) * self.constants["G_F"] * T**3 * NUMBER / (2 * np.pi**2)

    def asymmetry(self, state):
        return self.weights @ (state[0] - state[1])

    def turning(self, T, state):
        V, J = self.potential(T), self.self_coupling(T) * self.asymmetry(state) + self.electrons * T**3
        return precession(J + np.array([V, -V]))

    def relaxed(self, mean):
        """The r_i to which collisions drive all momenta, given their means [sign, 1]."""
        if self.spectra == "scaled":
            return mean
        values, vectors = np.linalg.eigh(mean)
        occupations = fermi_dirac(np.maximum(values, 1e-9), self.y, self.weights)
        return np.einsum("...oak,...okm,...obk->...mab", vectors, occupations, vectors.conj())

    def collisions(self, r, own, other):
        """C of the r in units of collision_scale; `own` and `other` are the means of its and of the other sign."""
        return self.averaged_collisions(r - self.relaxed(own) + own, own, other)

    def averaged_collisions(self, r, own, other):
        """The same where collisions drive every r_i to the mean."""
        k, pair, both = self.factors, own @ other, own + other
        scattered = k.total * (own + trace(own)) + k.loss * (other + trace(other))
        made = (pair + trace(pair)) @ (k.pairs * np.eye(3) - k.one_more * (other + r))
        destroyed = (4 * k.pairs * np.eye(3) - k.one_more * (both + trace(both))) @ other @ r
        rate = (scattered @ (own - r) + made - destroyed) / 4
        for G in self.couplings:
            bar = G @ other @ G
            rate = rate + k.electrons * (G @ own @ G - G @ G @ r)
            rate = rate + k.pairs * G @ G - k.one_more * (bar + G @ G @ r) + (k.two_more - k.loss) * bar @ r
        return rate + rate.conj().swapaxes(-1, -2)

    def collision_scale(self, T):
        return 8 / np.pi**3 * self.constants["G_F"]**2 * T**5

    def means(self, state):
        """Of r and rbar, in the order of neutrinos and of antineutrinos: what collisions see."""
        mean = matrix(self.weights @ state)[:, None]
        return mean, mean[::-1]

    def slope(self, s, flat):
        T, state = np.exp(-s), flat.reshape(self.shape)
        rates = components(self.collisions(matrix(state), *self.means(state)))
        slope = np.einsum("smij,smj->smi", self.turning(T, state), state) + self.collision_scale(T) * rates
        return slope.ravel() / self.hubble(T, state)

    def jacobian(self, s, flat):
        """Without the change of H, which is slow."""
        T, state = np.exp(-s), flat.reshape(self.shape)
        scale = self.collision_scale(T)
        field = np.einsum("smij,t->smitj", self.self_coupling(T) * precession(state), [-1, 1])
        jacobian = np.einsum("smitj,n->smitnj", field + scale * self.mean_response(state), self.weights)
        local = self.turning(T, state) + scale * self.local_response(state)
        for sign, momentum in np.ndindex(*self.shape[:2]):
            jacobian[sign, momentum, :, sign, momentum] += local[sign, momentum]
        return jacobian.reshape(flat.size, flat.size) / self.hubble(T, state)

    def local_response(self, state):
        """dC/dr where the means are fixed: C is linear in r, and the same for all momenta."""
        means, units = self.means(state), BASIS[:, None, None]
        change = self.averaged_collisions(units, *means) - self.averaged_collisions(0 * units, *means)
        return components(change).transpose(1, 2, 3, 0)

    def mean_response(self, state, step=1e-4):
        """dC/d(means) where r is fixed, by central differences."""
        r, (own, other) = matrix(state), self.means(state)
        shift = step * BASIS[:, None, None]
        of_own = self.collisions(r, own + shift, other) - self.collisions(r, own - shift, other)
        of_other = self.collisions(r, own, other + shift) - self.collisions(r, own, other - shift)
        same, opposite = (components(change) / (2 * step) for change in (of_own, of_other))
        return np.array([[same[:, 0], opposite[:, 0]], [opposite[:, 1], same[:, 1]]]).transpose(0, 3, 4, 1, 2)


def fermi_dirac(mean, y, weights):
    """r_i = f(y_i - xi)/f(y_i) with that mean, found by Newton's method; momenta are the last dimension."""
    xi = np.log(mean)[..., None]
    for _ in range(50):
        f = 1 / (np.exp(y - xi) + 1)
        r = f * (np.exp(y) + 1)
        step = ((r @ weights - mean) / ((r * (1 - f)) @ weights))[..., None]
        xi = xi - np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-7:  # the next is its square
            break
    return (np.exp(y) + 1) / (np.exp(y - xi) + 1)


def number(xi):
    """n(xi)/n(0) of a Fermi-Dirac distribution."""
    y, weights = roots_genlaguerre(80, 2)
    return weights @ (1 / (np.exp(-y) + np.exp(-xi))) / NUMBER


def balanced(xi, k):
    """r and rbar of a flavour with n(xi) - n(-xi) and as many pairs as annihilation holds in balance."""
    r, rbar = number(xi), number(-xi)

    def created(more):
        return k.pairs - k.one_more * (r + rbar + 2 * more) - (k.loss - k.two_more) * (r + more) * (rbar + more)

    more = brentq(created, -min(r, rbar), 1)
    return r + more, rbar + more


def start(gas, xi):
    """Flavours at T_START with the small coherences that V causes: without them the r turn around J at once."""
    V, kappa = matrix(gas.potential(T_START)), gas.self_coupling(T_START)
    means = np.array([np.diag(r) for r in np.array([balanced(value, gas.factors) for value in xi]).T])
    state = gas.relaxed(means[:, None]) * np.ones((1, len(V), 1, 1), complex)
    for a, b in ((0, 1), (0, 2), (1, 2)):
        v, j = (V[:, a, a] - V[:, b, b]).real, kappa * np.subtract(*(means[:, a, a] - means[:, b, b]))
        g, gbar = (state[:, :, a, a] - state[:, :, b, b]).real / (j + np.array([v, -v]))
        J = kappa * gas.weights @ (V[:, a, b] * (g + gbar)) / (1 - kappa * gas.weights @ (g - gbar))
        state[:, :, a, b] = (J + V[:, a, b]) * g, (J - V[:, a, b]) * gbar
        state[:, :, b, a] = state[:, :, a, b].conj()
    return components(state)


def evolve(gas, xi, tolerance=TOLERANCE, T_end=T_END):
    """The state at T_end."""
    first = start(gas, xi)
    tolerance = tolerance * np.abs(gas.asymmetry(first)).max()
    solver = BDF(gas.slope, -np.log(T_START), first.ravel(), -np.log(T_end), rtol=tolerance, atol=tolerance,
                 jac=gas.jacobian)
    while solver.status == "running":
        solver.step()
    if solver.status == "failed":
        raise SystemExit(f"momentum_averaged.py: the run stopped at {np.exp(-solver.t):.3f} MeV (its steps became too "
                         "small). Use another --tolerance.")
    return solver.y.reshape(gas.shape)


def averaged_eta(gas, state):
    """(n - nbar)/T^3 of the flavours, with averaged oscillations."""
    masses = np.diag(gas.U.T @ matrix(gas.asymmetry(state)) @ gas.U).real
    return NUMBER / (2 * np.pi**2) * gas.U**2 @ masses


def final_xi(xi, tolerance=TOLERANCE, **settings):
    gas = Gas(**settings)
    return np.array([degeneracy(6 * eta) for eta in averaged_eta(gas, evolve(gas, xi, tolerance))])


def averaged_rows(momenta, tolerance):
    for xi, published in PUBLISHED:
        found = [final_xi(xi, tolerance)[0], final_xi(xi, tolerance, momenta=momenta, spectra="fermi-dirac")[0]]
        yield [", ".join(map(str, xi)), *(f"{value:.4f}" for value in (published, *found))]


def cause_rows(momenta, tolerance):
    """The row of PUBLISHED whose sign depends on the averages, with one thing changed at a time."""
    cases = [("scaled", 1, "coflasy"), ("scaled", 1, "qke"), ("scaled", momenta, "coflasy"),
             ("fermi-dirac", momenta // 2, "coflasy"), ("fermi-dirac", momenta, "coflasy"),
             ("fermi-dirac", momenta, "qke")]
    for spectra, count, constants in cases:
        xi = final_xi(PUBLISHED[2][0], tolerance, momenta=count, spectra=spectra, constants=CONSTANTS[constants])
        yield [spectra, str(count), constants, f"{xi[0]:.4f}"]


def write_tables(momenta, tolerance):
    for marker, rows in (("averages", cause_rows), ("averaged equations", averaged_rows)):
        finished = []
        for row in rows(momenta, tolerance):
            finished.append(row)
            print(" | ".join(row), flush=True)
        replace_table("asymmetries.md", marker, finished)


def numbers(text):
    return [float(word) for word in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xi", type=numbers, metavar="XI_E,XI_MU,XI_TAU", help="initial degeneracy parameters")
    parser.add_argument("--momenta", type=int, help="1, the default: averaged; with --table 6")
    parser.add_argument("--spectra", choices=["scaled", "fermi-dirac"], default="scaled")
    parser.add_argument("--constants", choices=CONSTANTS, default="coflasy")
    parser.add_argument("--eta-b", type=float, default=0.0, help="baryons per photon, for the excess of electrons (%(default)s)")
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, help="of the largest asymmetry (%(default)s)")
    parser.add_argument("--table", action="store_true", help="write the tables (eight minutes of one core)")
    arguments = parser.parse_args()
    if not 0 < arguments.tolerance < 1:
        parser.error(f"--tolerance {arguments.tolerance:g} is no tolerance (it is a part of the asymmetry). Give one between 0 and 1.")
    if arguments.table:
        return write_tables(arguments.momenta or 6, arguments.tolerance)
    if not arguments.xi or len(arguments.xi) != 3 or not np.isfinite(arguments.xi).all() or not any(arguments.xi):
        parser.error("no initial asymmetry (--xi takes three numbers, not all zero). Example: --xi=-1.024834,0.718368,0.372718.")
    xi = final_xi(arguments.xi, arguments.tolerance, constants=CONSTANTS[arguments.constants],
                  momenta=arguments.momenta or 1, spectra=arguments.spectra, eta_b=arguments.eta_b)
    print(f"xi at {T_END} MeV:", *(f"{value:.5f}" for value in xi))


if __name__ == "__main__":
    main()

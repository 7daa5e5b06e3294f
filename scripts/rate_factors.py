"""Collision rates of neutrinos with spectra r/(e^y + 1), as numbers: integrals over phase space of products of
occupations, without electron mass. docs/physics.md, "Collisions", has the processes."""
import functools
from typing import NamedTuple

import numpy as np
from scipy.special import zeta

NUMBER = 1.5 * zeta(3)  # integral of y^2/(e^y + 1)

LAGUERRE, LAGUERRE_WEIGHTS = np.polynomial.laguerre.laggauss(40)
LAGUERRE_WEIGHTS = LAGUERRE_WEIGHTS * np.exp(LAGUERRE)
LEGENDRE, LEGENDRE_WEIGHTS = np.polynomial.legendre.leggauss(24)


def any_energy(energy):
    return np.ones_like(energy)


def fermi(energy):
    return 1 / (np.exp(energy) + 1)


def hole(energy):
    return 1 - fermi(energy)


def boltzmann(energy):
    return np.exp(-energy)


def transfer_integral(f1, f2, f3, f4):
    """Integral of 4 (p1.p4)(p2.p3) f1 f2 f3 f4 over k = |p1 - p4|, w = E1 - E4 and one energy on either side."""
    k, w, energy = LAGUERRE[:, None, None], LAGUERRE[:, None, None] * LEGENDRE[None, :, None], LAGUERRE
    left = (f1((k + w) / 2 + energy) * f4((k - w) / 2 + energy)) @ LAGUERRE_WEIGHTS
    right = (f2((k - w) / 2 + energy) * f3((k + w) / 2 + energy)) @ LAGUERRE_WEIGHTS
    k, w = k[..., 0], w[..., 0]
    return LAGUERRE_WEIGHTS @ ((k**2 - w**2)**2 * left * right * k) @ LEGENDRE_WEIGHTS


def total_integral(f1, f2, f3, f4):
    """Integral of 4 (p1.p2)(p3.p4) f1 f2 f3 f4 over k = |p1 + p2|, E = E1 + E2 and one energy on either side."""
    k, E = LAGUERRE[:, None, None], LAGUERRE[:, None, None] + 2 * LAGUERRE[None, :, None]
    energy = (E - k) / 2 + k * (LEGENDRE + 1) / 2
    left, right = ((fa(energy) * fb(E - energy)) @ LEGENDRE_WEIGHTS / 2 for fa, fb in ((f1, f2), (f3, f4)))
    k, E = k[..., 0], E[..., 0]
    return 2 * LAGUERRE_WEIGHTS @ (k**2 * (E**2 - k**2)**2 * left * right) @ LAGUERRE_WEIGHTS


class RateFactors(NamedTuple):
    """In units of the first one with Maxwell-Boltzmann statistics. f are the occupations for r = 1."""
    pairs: float      # f3 f4, of a process that transfers p1 - p4
    one_more: float   # f1 f3 f4
    two_more: float   # f1 f2 f3 f4
    loss: float       # f1 f2 (1 - f3)(1 - f4)
    total: float      # the same for a process with the total momentum p1 + p2
    electrons: float  # f1 f2 (1 - f4), both processes: the neutrino 3 is not held back (it cancels)


@functools.cache
def fermi_dirac_factors():
    unit = transfer_integral(any_energy, any_energy, boltzmann, boltzmann) * NUMBER / 2  # r counts f, not e^-y
    one_more, electron = (fermi, any_energy, fermi, fermi), (fermi, fermi, any_energy, hole)
    return RateFactors(*(value / unit for value in (
        transfer_integral(any_energy, any_energy, fermi, fermi), transfer_integral(*one_more),
        transfer_integral(fermi, fermi, fermi, fermi), transfer_integral(fermi, fermi, hole, hole),
        total_integral(fermi, fermi, hole, hole), transfer_integral(*electron) + total_integral(*electron))))

"""Hermitian 3x3 matrices as nine real components."""
import numpy as np


def hermitian_basis():
    """Nine matrices B_i with Tr(B_i B_j) = delta_ij."""
    unit = np.eye(9).reshape(3, 3, 3, 3)
    pairs = [(a, b) for a in range(3) for b in range(a)]
    return np.array([unit[a, a] for a in range(3)] + [(unit[a, b] + unit[b, a]) / np.sqrt(2) for a, b in pairs]
                    + [1j * (unit[a, b] - unit[b, a]) / np.sqrt(2) for a, b in pairs])


BASIS = hermitian_basis()
PRODUCTS = np.einsum("iab,jbc,kca->ijk", BASIS, BASIS, BASIS)
STRUCTURE = (-1j * (PRODUCTS - PRODUCTS.transpose(0, 2, 1))).real  # -i[B_j, B_k] = sum_i STRUCTURE_ijk B_i


def components(matrix):
    return np.einsum("iab,...ba->...i", BASIS, matrix).real


def matrix(components):
    return np.einsum("...i,iab->...ab", components, BASIS)


def precession(h):
    """The matrix of r -> -i[h, r]."""
    return np.einsum("ijk,...j->...ik", STRUCTURE, h)


def trace(a):
    return np.trace(a, axis1=-2, axis2=-1)[..., None, None] * np.eye(3)

// The collision integral of docs/physics.md ("Collisions"), written out term by term, for
// the tests: no detailed balance, no factorisation, plain matrix products, kernels by
// direct integration over the phase space.
#pragma once

#include <array>
#include <cmath>

#include "support/phase_space.hpp"
#include "support/states.hpp"

namespace qke::independent {

// The couplings G of N states at a vertex with two neutrinos: nu_e, nu_mu and nu_tau alike, sterile states
// not at all. Every matrix below is N x N, and G stands wherever such a vertex does.
template <int N>
FlavourMatrix<N> neutrino_couplings() {
  FlavourMatrix<N> G = FlavourMatrix<N>::Zero();
  G(0, 0) = G(1, 1) = G(2, 2) = 1.0;
  return G;
}

template <int N>
FlavourMatrix<N> blocked(const FlavourMatrix<N>& rho) {
  return FlavourMatrix<N>::Identity() - rho;
}
template <int N>
FlavourMatrix<N> plus_adjoint(const FlavourMatrix<N>& X) {
  return X + X.adjoint();
}
// Two particles on one line of flavour, G X G with the others, or on a line of their own, Tr(X) G G.
template <int N>
FlavourMatrix<N> plus_trace(const FlavourMatrix<N>& X) {
  const FlavourMatrix<N> G = neutrino_couplings<N>();
  return X * G + X.trace() * G;
}

// F_sc(nu1, nu2, nu3, nu4).
template <int N>
FlavourMatrix<N> scattering_same(const FlavourMatrix<N>& r1, const FlavourMatrix<N>& r2,
                                 const FlavourMatrix<N>& r3, const FlavourMatrix<N>& r4) {
  const FlavourMatrix<N> G = neutrino_couplings<N>();
  return plus_adjoint<N>(plus_trace<N>(G * r4 * G * blocked<N>(r2)) * r3 * G * blocked<N>(r1) -
                         plus_trace<N>(G * blocked<N>(r4) * G * r2) * blocked<N>(r3) * G * r1);
}

// F_sc(nu1, nubar2, nu3, nubar4).
template <int N>
FlavourMatrix<N> scattering_opposite(const FlavourMatrix<N>& r1, const FlavourMatrix<N>& r2,
                                     const FlavourMatrix<N>& r3, const FlavourMatrix<N>& r4) {
  const FlavourMatrix<N> G = neutrino_couplings<N>();
  return plus_adjoint<N>(plus_trace<N>(G * blocked<N>(r2) * G * r4) * r3 * G * blocked<N>(r1) -
                         plus_trace<N>(G * r2 * G * blocked<N>(r4)) * blocked<N>(r3) * G * r1);
}

// F_ann(nu1, nubar2, nu3, nubar4).
template <int N>
FlavourMatrix<N> annihilation_to_neutrinos(const FlavourMatrix<N>& r1, const FlavourMatrix<N>& r2,
                                           const FlavourMatrix<N>& r3, const FlavourMatrix<N>& r4) {
  const FlavourMatrix<N> G = neutrino_couplings<N>();
  return plus_adjoint<N>(plus_trace<N>(G * r3 * G * r4) * blocked<N>(r2) * G * blocked<N>(r1) -
                         plus_trace<N>(G * blocked<N>(r3) * G * blocked<N>(r4)) * r2 * G * r1);
}

// The jump of a kernel's slope along y3 at fixed y1, y2 where y3 is at a kink: its second differences over
// the step, extrapolated to no step. On either side kernels are polynomials of degree five, for which five
// steps are exact.
template <class Kernel>
double slope_jump(Kernel&& kernel, double y3, double longest_step) {
  constexpr int count = 5;
  std::array<double, count> step{}, value{};
  for (int n = 0; n < count; ++n) {
    step[n] = longest_step * (n + 1) / count;
    value[n] = (kernel(y3 + step[n]) - 2.0 * kernel(y3) + kernel(y3 - step[n])) / step[n];
  }
  for (int order = 1; order < count; ++order) {
    for (int n = count - 1; n >= order; --n) {
      value[n] += (value[n] - value[n - 1]) * step[n] / (step[n - order] - step[n]);
    }
  }
  return value[count - 1];
}

// C of nu (the same with nu and nubar exchanged gives that of nubar) in units of G_F^2 T_cm^5.
template <int N>
MatrixField<N> neutrino_neutrino_terms(const MomentumGrid& grid, const MatrixField<N>& nu,
                                       const MatrixField<N>& bar) {
  const int nodes = grid.size();
  const double h = grid.step();
  MatrixField<N> C(static_cast<std::size_t>(nodes), FlavourMatrix<N>::Zero());
  for (int i = 0; i < nodes; ++i) {
    const double prefactor = h * h / (8.0 * std::pow(std::numbers::pi, 3) * grid.y(i) * grid.y(i));
    for (int j = 0; j < nodes; ++j) {
      for (int k = 0; k < nodes; ++k) {
        const int l = i + j - k;  // y4 = y1 + y2 - y3
        if (l < 0 || l >= nodes) continue;
        const Kinematics kinematics{{0, 0, 0, 0}, {grid.y(i), grid.y(j), grid.y(k), grid.y(l)}};
        const auto s_kernel = [](const Products& v) { return v.p12 * v.p34; };
        const auto u_kernel = [](const Products& v) { return v.p14 * v.p23; };
        double K_s = direct_kernel(kinematics, s_kernel);
        double K_u = direct_kernel(kinematics, u_kernel);
        // Euler and Maclaurin: a sum over a kink misses h^2/12 times the jump of the slope. At k = i
        // scattering changes nothing among the active flavours; it damps their coherence with sterile states.
        const auto jump = [&](const auto& product) {
          const auto kernel = [&](double y3) {
            return direct_kernel({{0, 0, 0, 0}, {grid.y(i), grid.y(j), y3, grid.y(i) + grid.y(j) - y3}},
                                 product);
          };
          return slope_jump(kernel, grid.y(k), 0.5 * h);
        };
        if (k == j || k == i) K_s += h / 12.0 * jump(s_kernel);
        if (k == i) K_u += h / 12.0 * jump(u_kernel);
        C[i] += prefactor * (K_s * scattering_same<N>(nu[i], nu[j], nu[k], nu[l]) +
                             K_u * scattering_opposite<N>(nu[i], bar[j], nu[k], bar[l]) +
                             K_u * annihilation_to_neutrinos<N>(nu[i], bar[j], nu[k], bar[l]));
      }
    }
  }
  return C;
}

template <int N>
struct Couplings {
  FlavourMatrix<N> L, R;
};

// G^L and G^R of docs/physics.md, "Neutrinos and electrons"; 0 for sterile states.
template <int N>
Couplings<N> weak_couplings(double sin2_theta_W) {
  Couplings<N> G{FlavourMatrix<N>::Zero(), FlavourMatrix<N>::Zero()};
  G.L(0, 0) = 0.5 + sin2_theta_W;
  G.L(1, 1) = G.L(2, 2) = -0.5 + sin2_theta_W;
  for (int a = 0; a < 3; ++a) G.R(a, a) = sin2_theta_W;
  return G;
}

inline double fermi(double E, double z) { return 1.0 / (std::exp(E / z) + 1.0); }

// int dE over the electrons of one pair of neutrino momenta: gain and loss weights of the squared and of the
// mass terms, that is of {W_LL f4 (1-f2), W_mass f4 (1-f2), W_LL f2 (1-f4), W_mass f2 (1-f4), W_RR gain, W_RR
// loss}.
using ElectronIntegrals = Eigen::Array<double, 6, 1>;

// Scattering nu1(y1) e2 -> nu3(y3) e4; W_LL = W_RR = 4[(p1.p2)(p3.p4) + (p1.p4)(p2.p3)], W_mass = -4 x^2
// (p1.p3).
inline ElectronIntegrals scattering_integrals(double y1, double y3, double x, double z) {
  // The electron of lower energy is the variable of integration: E = sqrt(p^2 + x^2), dE = p dp/E.
  const double transfer = y1 - y3;
  const auto integrand = [&](double p) -> ElectronIntegrals {
    const double lower = std::sqrt(p * p + x * x);
    const double E2 = transfer >= 0.0 ? lower : lower - transfer, E4 = E2 + transfer;
    const Kinematics kinematics{{0, x, 0, x}, {y1, E2, y3, E4}};
    const double squared =
        direct_kernel(kinematics, [](const Products& v) { return 4.0 * (v.p12 * v.p34 + v.p14 * v.p23); });
    const double mass = direct_kernel(kinematics, [&](const Products& v) { return -4.0 * x * x * v.p13; });
    const double gain = fermi(E4, z) * (1.0 - fermi(E2, z)), loss = fermi(E2, z) * (1.0 - fermi(E4, z));
    ElectronIntegrals value;
    value << squared * gain, mass * gain, squared * loss, mass * loss, squared * gain, squared * loss;
    return p / lower * value;
  };
  const double p_end = y1 + y3 + x + 40.0 * z;
  const double size = magnitude(adaptive(integrand, 0.0, p_end, 1e300));
  return adaptive(integrand, 0.0, p_end, 1e-10 * size);
}

// Annihilation nu1(y1) nubar2(y2) -> e3 e4; W_LL = 4 (p1.p4)(p2.p3), W_RR = 4 (p1.p3)(p2.p4),
// W_mass = 2 x^2 (p1.p2).
inline ElectronIntegrals annihilation_integrals(double y1, double y2, double x, double z) {
  const double total = y1 + y2;
  if (total <= 2.0 * x) return ElectronIntegrals::Zero();
  // E3 = x + (E_max - x)(1 - cos a)/2: smooth where either electron is at rest.
  const double E_max = total - x;
  const auto integrand = [&](double a) -> ElectronIntegrals {
    const double E3 = x + 0.5 * (E_max - x) * (1.0 - std::cos(a)), E4 = total - E3;
    const Kinematics kinematics{{0, 0, x, x}, {y1, y2, E3, E4}};
    const double left = direct_kernel(kinematics, [](const Products& v) { return 4.0 * v.p14 * v.p23; });
    const double right = direct_kernel(kinematics, [](const Products& v) { return 4.0 * v.p13 * v.p24; });
    const double mass = direct_kernel(kinematics, [&](const Products& v) { return 2.0 * x * x * v.p12; });
    const double gain = fermi(E3, z) * fermi(E4, z), loss = (1.0 - fermi(E3, z)) * (1.0 - fermi(E4, z));
    ElectronIntegrals value;
    value << left * gain, mass * gain, left * loss, mass * loss, right * gain, right * loss;
    return 0.5 * (E_max - x) * std::sin(a) * value;
  };
  const double size = magnitude(adaptive(integrand, 0.0, std::numbers::pi, 1e300));
  return adaptive(integrand, 0.0, std::numbers::pi, 1e-10 * size);
}

// C of nu from electrons and positrons at temperature z, mass x.
template <int N>
MatrixField<N> neutrino_electron_terms(const MomentumGrid& grid, const MatrixField<N>& nu,
                                       const MatrixField<N>& bar, double x, double z, const Couplings<N>& G) {
  using Matrix = FlavourMatrix<N>;
  MatrixField<N> C(static_cast<std::size_t>(grid.size()), Matrix::Zero());
  for (int i = 0; i < grid.size(); ++i) {
    const double prefactor = grid.step() / (8.0 * std::pow(std::numbers::pi, 3) * grid.y(i) * grid.y(i));
    for (int k = 0; k < grid.size(); ++k) {
      const ElectronIntegrals R = scattering_integrals(grid.y(i), grid.y(k), x, z);
      const ElectronIntegrals A = annihilation_integrals(grid.y(i), grid.y(k), x, z);
      // F^AB of scattering into node i from node k, and of pair creation with an antineutrino at node k.
      const auto scatter = [&](const Matrix& GA, const Matrix& GB, double gain, double loss) -> Matrix {
        return gain * (GA * nu[k] * GB * blocked<N>(nu[i]) + blocked<N>(nu[i]) * GB * nu[k] * GA) -
               loss * (nu[i] * GB * blocked<N>(nu[k]) * GA + GA * blocked<N>(nu[k]) * GB * nu[i]);
      };
      const auto annihilate = [&](const Matrix& GA, const Matrix& GB, double gain, double loss) -> Matrix {
        return gain * (GA * blocked<N>(bar[k]) * GB * blocked<N>(nu[i]) +
                       blocked<N>(nu[i]) * GB * blocked<N>(bar[k]) * GA) -
               loss * (nu[i] * GB * bar[k] * GA + GA * bar[k] * GB * nu[i]);
      };
      C[i] += prefactor * (scatter(G.L, G.L, R(0), R(2)) + scatter(G.R, G.R, R(4), R(5)) +
                           scatter(G.L, G.R, R(1), R(3)) + scatter(G.R, G.L, R(1), R(3)) +
                           annihilate(G.L, G.L, A(0), A(2)) + annihilate(G.R, G.R, A(4), A(5)) +
                           annihilate(G.L, G.R, A(1), A(3)) + annihilate(G.R, G.L, A(1), A(3)));
    }
  }
  return C;
}

template <int N>
MatrixField<N> neutrino_electron_terms(const MomentumGrid& grid, const MatrixField<N>& nu,
                                       const MatrixField<N>& bar, double x, double z, double sin2_theta_W) {
  return neutrino_electron_terms<N>(grid, nu, bar, x, z, weak_couplings<N>(sin2_theta_W));
}

}  // namespace qke::independent

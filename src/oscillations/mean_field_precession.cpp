#include "oscillations/mean_field_precession.hpp"

#include <algorithm>
#include <vector>

#include "flavour/hermitian.hpp"
#include "oscillations/precession_kernel.hpp"

namespace qke {

PrecessionPass precession_pass(InstructionSet set) { return QKE_KERNEL_FOR(set, precession_pass()); }

namespace {

constexpr int components = hermitian_components<3>;
using Components = HermitianVector<3>;

// The modes of all nodes, neutrinos before antineutrinos, in the kernel's layout.
class PackedModes {
 public:
  PackedModes(const MeanFieldPrecession<3>& p, const MeanFieldPrecession<3>::Pair& known)
      : nodes_(p.nodes()),
        stride_((2 * nodes_ + PrecessionModes::padding - 1) / PrecessionModes::padding *
                PrecessionModes::padding),
        memory_(static_cast<std::size_t>((3 * components + 2) * stride_), 0.0) {
    for (int i = 0; i < nodes_; ++i) {
      const int bar = nodes_ + i;
      const Components V = to_components<3>(p.V[i]);
      pack(V, 0, i);
      pack(-V, 0, bar);
      pack(to_components<3>(known.nu[i]), components, i);
      pack(to_components<3>(known.bar[i]), components, bar);
      *place(weight, i) = p.weight(i);
      *place(weight, bar) = -p.weight(i);
      *place(damping, i) = p.damping(i);
      *place(damping, bar) = p.damping_bar(i);
    }
  }

  PrecessionModes modes() {
    return {2 * nodes_,
            stride_,
            place(0, 0),
            place(weight, 0),
            place(damping, 0),
            place(components, 0),
            place(2 * components, 0)};
  }
  void unpack_change(MeanFieldPrecession<3>::Pair& change) const {
    for (int i = 0; i < nodes_; ++i) {
      change.nu[i] = change_of(i);
      change.bar[i] = change_of(nodes_ + i);
    }
  }

 private:
  // Rows: V, known, change, weight, damping.
  static constexpr int weight = 3 * components, damping = weight + 1;

  double* place(int row, int mode) { return memory_.data() + row * stride_ + mode; }
  void pack(const Components& c, int first_row, int mode) {
    for (int n = 0; n < components; ++n) *place(first_row + n, mode) = c(n);
  }
  Matrix3 change_of(int mode) const {
    Components c;
    for (int n = 0; n < components; ++n) c(n) = memory_[(2 * components + n) * stride_ + mode];
    return to_matrix<3>(c);
  }

  int nodes_;
  std::ptrdiff_t stride_;
  std::vector<double> memory_;
};

Components as_components(const double* c) { return Eigen::Map<const Components>(c); }

// The change of sums.collective for a change dJ of J.
Matrix3 response(const PrecessionSums& sums, const Matrix3& dJ) {
  Matrix3 half = Matrix3::Zero();
  for (int n = 0; n < 81; ++n) {
    const int pq = n / 9, rs = n % 9;
    half(pq / 3, pq % 3) +=
        std::complex<double>(sums.response_re[n], sums.response_im[n]) * dJ(rs / 3, rs % 3);
  }
  return half + half.adjoint();
}

// dF of MeanFieldSearch.
HermitianMap<3> derivative(double gamma, const PrecessionSums& sums) {
  return linear_map<3>([&](const Matrix3& dJ) -> Matrix3 { return dJ + gamma * response(sums, dJ); });
}

}  // namespace

template <int N>
FlavourMatrix<N> MeanFieldPrecession<N>::self_hamiltonian(const Pair& X) const {
  Matrix J = Matrix::Zero();
  for (int i = 0; i < nodes(); ++i) J += weight(i) * (X.nu[i] - X.bar[i]);
  return J;
}

template <int N>
typename MeanFieldPrecession<N>::Pair MeanFieldPrecession<N>::slope(const Pair& X) const {
  const Matrix J = self_hamiltonian(X) + external;
  Pair result;
  for (int i = 0; i < nodes(); ++i) {
    result.nu.push_back(precession<N>(V[i] + J, X.nu[i]) - damping(i) * X.nu[i]);
    result.bar.push_back(precession<N>(J - V[i], X.bar[i]) - damping_bar(i) * X.bar[i]);
  }
  return result;
}

namespace {

// J is the weighted sum of the solutions X_i(J), Xbar_i(J) of the single momenta: N^2
// equations for its N^2 components. Summed over the momenta the commutator with J itself
// drops out, as J commutes with J, and the rest,
//   F(J) = J - J(known) + gamma sum_i w_i {
//       d_i X_i - dbar_i Xbar_i + i [V_i, X_i + Xbar_i] + i [E, X_i - Xbar_i] } = 0,
// is well conditioned however large J is. dF is the derivative of F by J.
class MeanFieldSearch {
 public:
  MeanFieldSearch(const PrecessionModes& modes, const Matrix3& J_known, const Matrix3& external)
      : modes_(modes), J_known_(to_components<3>(J_known)), E_(to_components<3>(external)) {}

  // Newton's method from J, which becomes the solution. Its matrix is kept where J hardly
  // changes any more, as long as each iteration gains two digits.
  bool find(double gamma, int most_iterations, Components& J) const {
    static const PrecessionPass pass = precession_pass(chosen_instruction_set());
    constexpr double tolerance = 1e-12, small_change = 1e-4, least_gain = 1e-2;
    PrecessionSums sums;
    Eigen::PartialPivLU<HermitianMap<3>> dF;
    bool renew = true;
    double last_change = 0.0;
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      const Components mean_field = J + E_;
      pass(modes_, gamma, mean_field.data(), E_.data(), renew, sums);
      const Components F = J - J_known_ + gamma * as_components(sums.collective);
      if (renew) dF.compute(derivative(gamma, sums));
      const Components dJ = dF.solve(F);
      if (!dJ.allFinite()) return false;
      J -= dJ;
      const double change = dJ.norm(), size = J.norm();
      // Rounding is reached where Newton's method no longer gains.
      const bool at_rounding = iteration > 3 && change <= 1e-8 * size && change >= 0.5 * last_change;
      if (change <= tolerance * size || at_rounding) return true;
      renew = change > small_change * size || (iteration > 0 && change > least_gain * last_change);
      last_change = change;
    }
    return false;
  }

  // From the known state, which solves the equation for gamma = 0, in parts of gamma: where
  // J turns far in a stage Newton's method finds no way at once.
  bool follow(double gamma, Components& J) const {
    constexpr double shortest = 1.0 / 64.0;
    constexpr int most_iterations = 8;
    J = J_known_;
    double reached = 0.0, part = 0.25;
    while (reached < 1.0) {
      Components next = J;
      const double to = std::min(1.0, reached + part);
      if (find(to * gamma, most_iterations, next)) {
        J = next;
        reached = to;
        part *= 2.0;
      } else {
        part *= 0.5;
        if (part < shortest) return false;
      }
    }
    return true;
  }

 private:
  PrecessionModes modes_;
  Components J_known_, E_;
};

}  // namespace

template <int N>
bool MeanFieldPrecession<N>::solve(double gamma, const Pair& known, Pair& change) const {
  static_assert(N == 3);
  PackedModes packed(*this, known);
  const Matrix J_known = self_hamiltonian(known);
  const MeanFieldSearch search(packed.modes(), J_known, external);
  Components J = to_components<3>(J_known + self_hamiltonian(change));
  constexpr int most_iterations = 12;
  const bool found = search.find(gamma, most_iterations, J) || search.follow(gamma, J);
  if (found) packed.unpack_change(change);
  return found;
}

template struct MeanFieldPrecession<3>;

}  // namespace qke

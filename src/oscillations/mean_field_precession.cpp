#include "oscillations/mean_field_precession.hpp"

#include <vector>

#include "flavour/hermitian.hpp"
#include "oscillations/precession_kernel.hpp"

namespace qke {

PrecessionPass precession_pass(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx512) return avx512::precession_pass();
  if (set == InstructionSet::avx2) return avx2::precession_pass();
#endif
  static_cast<void>(set);
  return baseline::precession_pass();
}

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
  void unpack_solution(MeanFieldPrecession<3>::Pair& X) const {
    for (int i = 0; i < nodes_; ++i) {
      X.nu[i] = solution(i);
      X.bar[i] = solution(nodes_ + i);
    }
  }

 private:
  // Rows: V, known, solution, weight, damping.
  static constexpr int weight = 3 * components, damping = weight + 1;

  double* place(int row, int mode) { return memory_.data() + row * stride_ + mode; }
  void pack(const Components& c, int first_row, int mode) {
    for (int n = 0; n < components; ++n) *place(first_row + n, mode) = c(n);
  }
  Matrix3 solution(int mode) const {
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

// J is the weighted sum of the solutions X_i(J), Xbar_i(J) of the single momenta: N^2
// equations for its N^2 components. Summed over the momenta the commutator with J itself
// drops out, as J commutes with J, and the rest,
//   F(J) = J - J(known) + gamma sum_i w_i {
//       d_i X_i - dbar_i Xbar_i + i [V_i, X_i + Xbar_i] + i [E, X_i - Xbar_i] } = 0,
// is well conditioned however large J is. dF is the derivative of F by J.
template <int N>
bool MeanFieldPrecession<N>::solve(double gamma, const Pair& known, Pair& X) const {
  static_assert(N == 3);
  static const PrecessionPass pass = precession_pass(chosen_instruction_set());
  PackedModes packed(*this, known);
  const PrecessionModes modes = packed.modes();
  const Matrix J_known = self_hamiltonian(known);
  const Components E = to_components<N>(external);
  Matrix J = self_hamiltonian(X);
  constexpr int most_iterations = 30;
  constexpr double tolerance = 1e-12;
  double last_change = 0.0;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const Components mean_field = to_components<N>(J) + E;
    PrecessionSums sums;
    pass(modes, gamma, mean_field.data(), E.data(), sums);
    const Components F = to_components<N>(J - J_known) + gamma * as_components(sums.collective);
    const HermitianMap<N> dF =
        linear_map<N>([&](const Matrix& dJ) -> Matrix { return dJ + gamma * response(sums, dJ); });
    const HermitianVector<N> dJ = dF.partialPivLu().solve(F);
    if (!dJ.allFinite()) return false;
    J -= to_matrix<N>(dJ);
    const double change = dJ.norm();
    // Rounding is reached where Newton's method no longer gains.
    const bool at_rounding = iteration > 3 && change <= 1e-8 * J.norm() && change >= 0.5 * last_change;
    if (change <= tolerance * J.norm() || at_rounding) {
      packed.unpack_solution(X);
      return true;
    }
    last_change = change;
  }
  return false;
}

template struct MeanFieldPrecession<3>;

}  // namespace qke

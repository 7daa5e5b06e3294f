#include "diagnostics/linear_response.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "flavour/hermitian.hpp"

namespace qke {
namespace {

using Matrix8 = LinearResponse::Matrix;

// Traceless Hermitian matrices, Tr G_m G_n = delta_mn.
std::array<Matrix3, LinearResponse::size> basis() {
  std::array<Matrix3, LinearResponse::size> G;
  G.fill(Matrix3::Zero());
  const double half = std::sqrt(0.5);
  int n = 0;
  for (const auto& [a, b] : state_pairs<3>()) {
    G[n](a, b) = G[n](b, a) = half;
    G[n + 1](a, b) = {0.0, -half};
    G[n + 1](b, a) = {0.0, half};
    n += 2;
  }
  G[n].diagonal() << half, -half, 0.0;
  G[n + 1].diagonal() << 1.0, 1.0, -2.0;
  G[n + 1] /= std::sqrt(6.0);
  return G;
}

// One term of M.
struct Term {
  Complex pole;
  Eigen::Matrix<Complex, LinearResponse::size, 1> left, right;

  double size() const { return left.norm() * right.norm(); }
};

// With B = T diag(b) T^-1 and S = T s T^dagger, B S - S B^dagger = T s' T^dagger where
// s'_jk = (b_j - b_k*) s_jk: the nine elements of s oscillate each by itself, driven by
// those of T^-1 [A, rho] T^-dagger.
void add_terms(double coupling, const Matrix3& rho, const Matrix3& H, const Matrix3& loss,
               std::vector<Term>& terms) {
  static const auto G = basis();
  const Matrix3 B = H - Complex(0.0, 1.0) * loss;
  const Eigen::ComplexEigenSolver<Matrix3> solver(B);
  const Matrix3 &T = solver.eigenvectors(), inverse = T.inverse();
  std::array<Term, 9> of_elements;
  for (int n = 0; n < LinearResponse::size; ++n) {
    const Matrix3 read = T.adjoint() * G[n] * T;
    const Matrix3 driven = inverse * (G[n] * rho - rho * G[n]) * inverse.adjoint();
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) {
        of_elements[3 * j + k].left(n) = coupling * read(k, j);
        of_elements[3 * j + k].right(n) = driven(j, k);
      }
    }
  }
  for (int j = 0; j < 3; ++j) {
    for (int k = 0; k < 3; ++k) {
      of_elements[3 * j + k].pole = solver.eigenvalues()(j) - std::conj(solver.eigenvalues()(k));
    }
  }
  terms.insert(terms.end(), of_elements.begin(), of_elements.end());
}

// Terms that are nothing but rounding, such as those of occupations where rho is diagonal.
void prune(std::vector<Term>& terms) {
  constexpr double rounding = 1e-13;
  double largest = 0.0;
  for (const Term& term : terms) largest = std::max(largest, term.size());
  std::erase_if(terms, [&](const Term& term) { return !(term.size() > rounding * largest); });
}

std::vector<double> frequencies_of(const std::vector<Term>& terms) {
  constexpr double visible = 1e-6;
  double largest = 0.0;
  for (const Term& term : terms) largest = std::max(largest, term.size());
  std::vector<double> frequencies;
  for (const Term& term : terms) {
    if (term.size() > visible * largest) frequencies.push_back(std::abs(term.pole.real()));
  }
  std::sort(frequencies.begin(), frequencies.end());
  return frequencies;
}

double coupling_of_multipole(int l) { return l == 0 ? 1.0 : -1.0 / 3.0; }

}  // namespace

LinearResponse::LinearResponse(const IsotropicGas& gas) {
  std::vector<Term> terms;
  for (Eigen::Index i = 0; i < gas.coupling.size(); ++i) {
    const auto node = static_cast<std::size_t>(i);
    add_terms(gas.coupling(i), gas.nu.rho[node], gas.nu.H[node], gas.nu.loss[node], terms);
    add_terms(-gas.coupling(i), gas.bar.rho[node], gas.bar.H[node], gas.bar.loss[node], terms);
  }
  prune(terms);
  frequencies_ = frequencies_of(terms);
  const auto count = static_cast<Eigen::Index>(terms.size());
  poles_.resize(count), left_.resize(size, count), right_.resize(count, size);
  for (Eigen::Index p = 0; p < count; ++p) {
    const Term& term = terms[static_cast<std::size_t>(p)];
    poles_(p) = term.pole;
    left_.col(p) = term.left;
    right_.row(p) = term.right.transpose();
  }
}

Matrix8 LinearResponse::sum(const Eigen::ArrayXcd& factors) const {
  return (left_ * factors.matrix().asDiagonal()).eval() * right_;
}

LinearResponse::Value LinearResponse::at(Complex Omega) const {
  const Eigen::ArrayXcd distance = (Omega - poles_).inverse();
  return {sum(distance), sum(-distance.square())};
}

DispersionRelation::DispersionRelation(std::shared_ptr<const LinearResponse> response, int multipole)
    : response_(std::move(response)), c_(coupling_of_multipole(multipole)) {}

// d ln det X = Tr X^-1 dX.
DispersionRelation::Value DispersionRelation::at(Complex Omega) const {
  const auto [M, slope] = response_->at(Omega);
  const auto factors = Matrix8(Matrix8::Identity() - c_ * M).partialPivLu();
  return {factors.determinant(), -c_ * factors.solve(slope).trace()};
}

}  // namespace qke

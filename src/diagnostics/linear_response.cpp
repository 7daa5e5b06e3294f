#include "diagnostics/linear_response.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "flavour/hermitian.hpp"

namespace qke {

// What one element of S at one momentum and in one direction adds to M.
struct ResponseTerm {
  Complex pole;
  double mu = 0.0;
  Eigen::Matrix<Complex, LinearResponse::size, 1> left, right;

  double size() const { return left.norm() * right.norm(); }
};

namespace {

using Matrix8 = LinearResponse::Matrix;
using Terms = std::vector<ResponseTerm>;

// Traceless real matrices, Tr G_m^T G_n = delta_mn. The response on them is real, but for
// its factors of Omega, where V, J and the losses are.
std::array<Matrix3, LinearResponse::size> basis() {
  std::array<Matrix3, LinearResponse::size> G;
  G.fill(Matrix3::Zero());
  const double half = std::sqrt(0.5);
  int n = 0;
  for (const auto& [a, b] : state_pairs<3>()) {
    G[n](a, b) = G[n](b, a) = half;
    G[n + 1](a, b) = half;
    G[n + 1](b, a) = -half;
    n += 2;
  }
  G[n].diagonal() << half, -half, 0.0;
  G[n + 1].diagonal() << 1.0, 1.0, -2.0;
  G[n + 1] /= std::sqrt(6.0);
  return G;
}

// With B = T diag(b) T^-1 and S = T s T^dagger, B S - S B^dagger = T s' T^dagger where
// s'_jk = (b_j - b_k*) s_jk: the nine elements of s oscillate each by itself, driven by
// those of T^-1 [A, rho] T^-dagger.
void add_terms(double coupling, const Matrix3& rho, const Matrix3& H, const Matrix3& loss, double mu,
               Terms& terms) {
  static const auto G = basis();
  const Matrix3 B = H - Complex(0.0, 1.0) * loss;
  const Eigen::ComplexEigenSolver<Matrix3> solver(B);
  const Matrix3 &T = solver.eigenvectors(), inverse = T.inverse();
  std::array<ResponseTerm, 9> of_elements;
  for (int n = 0; n < LinearResponse::size; ++n) {
    const Matrix3 read = T.adjoint() * G[n].adjoint() * T;
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
      of_elements[3 * j + k].mu = mu;
    }
  }
  terms.insert(terms.end(), of_elements.begin(), of_elements.end());
}

template <class Gas>
void add_terms_of(const Gas& gas, double mu, Terms& terms) {
  for (Eigen::Index i = 0; i < gas.coupling.size(); ++i) {
    const auto node = static_cast<std::size_t>(i);
    add_terms(gas.coupling(i), gas.nu.rho[node], gas.nu.H[node], gas.nu.loss[node], mu, terms);
    add_terms(-gas.coupling(i), gas.bar.rho[node], gas.bar.H[node], gas.bar.loss[node], mu, terms);
  }
}

double largest_of(const Terms& terms) {
  double largest = 0.0;
  for (const ResponseTerm& term : terms) largest = std::max(largest, term.size());
  return largest;
}

// Terms that are nothing but rounding, such as those of occupations where rho is diagonal.
void prune(Terms& terms) {
  constexpr double rounding = 1e-13;
  const double largest = largest_of(terms);
  std::erase_if(terms, [&](const ResponseTerm& term) { return !(term.size() > rounding * largest); });
}

std::vector<double> frequencies_of(const Terms& terms) {
  constexpr double visible = 1e-6;
  const double largest = largest_of(terms);
  std::vector<double> frequencies;
  for (const ResponseTerm& term : terms) {
    if (term.size() > visible * largest) frequencies.push_back(std::abs(term.pole.real()));
  }
  std::sort(frequencies.begin(), frequencies.end());
  return frequencies;
}

// For |k| << |u|, where the logarithm loses digits: 1/(u - k mu) = sum (k mu)^m/u^(m+1).
AngularMean series(Complex u, double k) {
  constexpr int terms = 14;  // |k/u| < 0.25: 0.25^28 is below rounding
  const Complex q = k / u, square = q * q;
  AngularMean mean{};
  Complex power = 1.0;
  for (int m = 0; m < terms; ++m, power *= square) {
    const double even = 2.0 * m + 1.0, odd = 2.0 * m + 3.0;
    mean.value[0] += power / even;
    mean.value[1] += power * q / odd;
    mean.value[2] += power / odd;
    mean.slope[0] -= power;
    mean.slope[1] -= power * q * (2.0 * m + 2.0) / odd;  // I_1 ~ q^(2m+1)/u
    mean.slope[2] -= power * even / odd;
  }
  for (Complex& value : mean.value) value /= u;
  for (Complex& slope : mean.slope) slope /= u * u;
  return mean;
}

// With I_0 = ln[(u + k)/(u - k)]/2k, I_1 = (u I_0 - 1)/k and I_2 = u I_1/k.
AngularMean by_logarithms(Complex u, double k) {
  AngularMean mean;
  auto& [I_0, I_1, I_2] = mean.value;
  I_0 = std::log((u + k) / (u - k)) / (2.0 * k);
  I_1 = (u * I_0 - 1.0) / k;
  I_2 = u * I_1 / k;
  mean.slope[0] = -1.0 / ((u + k) * (u - k));
  mean.slope[1] = (I_0 + u * mean.slope[0]) / k;
  mean.slope[2] = (I_1 + u * mean.slope[1]) / k;
  return mean;
}

// Of one direction.
AngularMean along(double mu, Complex u, double k) {
  const Complex distance = 1.0 / (u - k * mu), slope = -distance * distance;
  return {{distance, mu * distance, mu * mu * distance}, {slope, mu * slope, mu * mu * slope}};
}

}  // namespace

AngularMean angular_mean(Complex u, double k) {
  constexpr double small = 0.25;
  return std::abs(k) < small * std::abs(u) ? series(u, k) : by_logarithms(u, k);
}

LinearResponse::LinearResponse(const IsotropicGas& gas) : isotropic_(true) {
  Terms terms;
  add_terms_of(gas, 0.0, terms);
  set(std::move(terms));
}

LinearResponse::LinearResponse(const std::vector<Beam>& beams) : isotropic_(false) {
  Terms terms;
  for (const Beam& beam : beams) add_terms_of(beam, beam.mu, terms);
  set(std::move(terms));
}

// Terms of neutrinos and of antineutrinos often have the same pole.
void LinearResponse::set(Terms terms) {
  constexpr double rounding = 1e-13;
  prune(terms);
  frequencies_ = frequencies_of(terms);
  std::sort(terms.begin(), terms.end(), [](const ResponseTerm& a, const ResponseTerm& b) {
    return std::pair(a.mu, a.pole.real()) < std::pair(b.mu, b.pole.real());
  });
  Eigen::MatrixXcd products(size * size, terms.size());
  poles_.resize(products.cols()), mu_.resize(products.cols());
  Eigen::Index count = 0;
  for (const ResponseTerm& term : terms) {
    const Matrix product = term.left * term.right.transpose();
    const bool is_new = count == 0 || term.mu != mu_(count - 1) ||
                        !(std::abs(term.pole - poles_(count - 1)) < rounding * std::abs(term.pole));
    if (is_new) poles_(count) = term.pole, mu_(count) = term.mu, products.col(count++).setZero();
    products.col(count - 1) += product.reshaped();
  }
  poles_.conservativeResize(count), mu_.conservativeResize(count);
  real_ = products.leftCols(count).real();
  const Eigen::MatrixXd imaginary = products.leftCols(count).imag();
  if (imaginary.norm() > rounding * real_.norm()) imaginary_ = imaginary;
}

template <int count>
std::array<Matrix8, count> LinearResponse::sums(
    const Eigen::Array<Complex, Eigen::Dynamic, count>& factors) const {
  using Parts = Eigen::Matrix<double, size * size, 2 * count>;
  Eigen::Matrix<double, Eigen::Dynamic, 2 * count> f(factors.rows(), 2 * count);
  f << factors.real().matrix(), factors.imag().matrix();
  // Column by column, as Eigen's product of matrices would copy the left one each time.
  const auto product = [&](const Eigen::MatrixXd& left) {
    Parts parts = Parts::Zero();
    if (left.size() == 0) return parts;
    for (int n = 0; n < 2 * count; ++n) parts.col(n).noalias() = left * f.col(n);
    return parts;
  };
  const Parts by_real = product(real_), by_imaginary = product(imaginary_);
  std::array<Matrix8, count> sums;
  for (int n = 0; n < count; ++n) {
    sums[n].reshaped().real() = by_real.col(n) - by_imaginary.col(count + n);
    sums[n].reshaped().imag() = by_real.col(count + n) + by_imaginary.col(n);
  }
  return sums;
}

LinearResponse::Value LinearResponse::at(Complex Omega) const {
  Eigen::Array<Complex, Eigen::Dynamic, 2> f(poles_.size(), 2);
  f.col(0) = (Omega - poles_).inverse();
  f.col(1) = -f.col(0).square();
  const auto [M, slope] = sums<2>(f);
  return {M, slope};
}

LinearResponse::Moments LinearResponse::at(Complex Omega, double k) const {
  Eigen::Array<Complex, Eigen::Dynamic, 6> f(poles_.size(), 6);
  for (Eigen::Index p = 0; p < poles_.size(); ++p) {
    const Complex u = Omega - poles_(p);
    const AngularMean mean = isotropic_ ? angular_mean(u, k) : along(mu_(p), u, k);
    for (int n = 0; n < 3; ++n) f(p, n) = mean.value[n], f(p, 3 + n) = mean.slope[n];
  }
  const auto M = sums<6>(f);
  return {{{M[0], M[3]}, {M[1], M[4]}, {M[2], M[5]}}};
}

}  // namespace qke

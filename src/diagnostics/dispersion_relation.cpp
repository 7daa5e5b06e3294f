#include "diagnostics/dispersion_relation.hpp"

#include <algorithm>
#include <cmath>

namespace qke {
namespace {

constexpr int size = LinearResponse::size;

// Of det X and its logarithmic derivative, Tr X^-1 dX.
template <class Matrix>
DispersionRelation::Value determinant(const Matrix& X, const Matrix& slope) {
  const auto factors = X.partialPivLu();
  return {factors.determinant(), factors.solve(slope).trace()};
}

using Coupled = Eigen::Matrix<Complex, 2 * size, 2 * size>;

// [[M_0, -M_1], [M_1, -M_2]] on (A_0, A_1).
Coupled longitudinal(const LinearResponse::Matrix& M_0, const LinearResponse::Matrix& M_1,
                     const LinearResponse::Matrix& M_2) {
  Coupled X;
  X << M_0, -M_1, M_1, -M_2;
  return X;
}

DispersionRelation::Value longitudinal_at(const LinearResponse::Moments& m) {
  const Coupled X = Coupled::Identity() - longitudinal(m[0].M, m[1].M, m[2].M);
  return determinant<Coupled>(X, -longitudinal(m[0].slope, m[1].slope, m[2].slope));
}

DispersionRelation::Value transverse_at(const LinearResponse::Moments& m) {
  using Matrix = LinearResponse::Matrix;
  const Matrix X = Matrix::Identity() + 0.5 * (m[0].M - m[2].M);
  return determinant<Matrix>(X, 0.5 * (m[0].slope - m[2].slope));
}

// Momenta oscillate with frequencies from w - |k| to w + |k|, depending on their direction.
std::vector<double> shifted(const std::vector<double>& frequencies, double k) {
  std::vector<double> shifted;
  for (const double w : frequencies) {
    for (const double edge : {std::abs(w - k), w, w + std::abs(k)}) shifted.push_back(edge);
  }
  std::sort(shifted.begin(), shifted.end());
  return shifted;
}

}  // namespace

DispersionRelation::DispersionRelation(Response response, int multipole)
    : at_([response, c = multipole == 0 ? 1.0 : -1.0 / 3.0](Complex Omega) {
        using Matrix = LinearResponse::Matrix;
        const auto [M, slope] = response->at(Omega);
        return determinant<Matrix>(Matrix::Identity() - c * M, -c * slope);
      }),
      frequencies_(response->frequencies()) {}

DispersionRelation::DispersionRelation(Response response, Wave wave, double k)
    : at_([response, wave, k](Complex Omega) {
        const LinearResponse::Moments moments = response->at(Omega, k);
        return wave == Wave::longitudinal ? longitudinal_at(moments) : transverse_at(moments);
      }),
      frequencies_(shifted(response->frequencies(), std::abs(k))) {}

}  // namespace qke

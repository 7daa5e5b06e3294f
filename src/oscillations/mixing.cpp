#include "oscillations/mixing.hpp"

#include <cmath>

#include "model/constants.hpp"

namespace qke {
namespace {

// Rotation by theta in the plane of axes a < b.
Matrix3 rotation(int a, int b, double sin2_theta) {
  const double s = std::sqrt(sin2_theta), c = std::sqrt(1.0 - sin2_theta);
  Matrix3 R = Matrix3::Identity();
  R(a, a) = R(b, b) = c;
  R(a, b) = s;
  R(b, a) = -s;
  return R;
}

Matrix3 phase(const MixingParameters& mixing) {
  Matrix3 S = Matrix3::Identity();
  S(2, 2) = std::polar(1.0, mixing.delta_cp_rad);
  return S;
}

}  // namespace

Matrix3 pmns_matrix(const MixingParameters& mixing) {
  const Matrix3 S = phase(mixing);
  return rotation(1, 2, mixing.sin2_theta23) * S * rotation(0, 2, mixing.sin2_theta13) * S.adjoint() *
         rotation(0, 1, mixing.sin2_theta12);
}

// A common mass is left out: a multiple of the identity does not turn flavours.
Vector3 masses_squared(const MixingParameters& mixing) {
  constexpr double eV2 = constants::eV * constants::eV;
  return {0.0, mixing.dm2_21_eV2 * eV2, mixing.dm2_31_eV2 * eV2};
}

Matrix3 mass_squared_matrix(const MixingParameters& mixing) {
  const Matrix3 U = pmns_matrix(mixing);
  return U * masses_squared(mixing).cast<std::complex<double>>().asDiagonal() * U.adjoint();
}

bool flavours_are_mixed(const MixingParameters& mixing) {
  const Matrix3 M2 = mass_squared_matrix(mixing);
  return M2 != Matrix3(M2.diagonal().asDiagonal());
}

Matrix3 cp_rotation(const MixingParameters& mixing) {
  const Matrix3 R23 = rotation(1, 2, mixing.sin2_theta23);
  return R23 * phase(mixing) * R23.transpose();
}

}  // namespace qke

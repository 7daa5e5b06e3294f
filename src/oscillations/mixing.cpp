#include "oscillations/mixing.hpp"

#include <cmath>

#include "model/constants.hpp"
#include "model/sterile.hpp"

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

StateMatrix mixing_matrix(const MixingParameters& mixing, const SterileParameters& sterile) {
  const int states = active_flavours + sterile.number;
  StateMatrix U = StateMatrix::Identity(states, states);
  U.topLeftCorner<3, 3>() = pmns_matrix(mixing);
  for (int i = 4; i <= states; ++i) {
    for (int j = 1; j < i; ++j) {
      const double sin2 = sterile_sin2_theta(sterile, j, i), s = std::sqrt(sin2), c = std::sqrt(1.0 - sin2);
      // R_ji U: rows j and i turn.
      const auto row_j = U.row(j - 1).eval(), row_i = U.row(i - 1).eval();
      U.row(j - 1) = c * row_j + s * row_i;
      U.row(i - 1) = c * row_i - s * row_j;
    }
  }
  return U;
}

// A common mass is left out: a multiple of the identity does not turn flavours.
template <int N>
FlavourVector<N> masses_squared(const MixingParameters& mixing, const SterileParameters& sterile) {
  constexpr double eV2 = constants::eV * constants::eV;
  FlavourVector<N> M2;
  M2.template head<3>() << 0.0, mixing.dm2_21_eV2 * eV2, mixing.dm2_31_eV2 * eV2;
  for (int i = 4; i <= N; ++i) M2(i - 1) = sterile_dm2_eV2(sterile, i) * eV2;
  return M2;
}

template Vector3 masses_squared<3>(const MixingParameters&, const SterileParameters&);
template FlavourVector<4> masses_squared<4>(const MixingParameters&, const SterileParameters&);
template FlavourVector<5> masses_squared<5>(const MixingParameters&, const SterileParameters&);
template FlavourVector<6> masses_squared<6>(const MixingParameters&, const SterileParameters&);

Matrix3 cp_rotation(const MixingParameters& mixing) {
  const Matrix3 R23 = rotation(1, 2, mixing.sin2_theta23);
  return R23 * phase(mixing) * R23.transpose();
}

}  // namespace qke

// The currency of the collision integrals: density matrices of the active flavours go in,
// gain and loss matrices come out,
//   C_i = gain_i (1 - rho_i) - loss_i rho_i + h.c.
// at every node i. Sterile states have no gain and no loss; they take part through rho_i
// alone.
#pragma once

#include <type_traits>
#include <vector>

#include "flavour/hermitian_field.hpp"
#include "model/asymmetry.hpp"

namespace qke {

// bar is used only where antineutrinos are independent. Beside sterile states gain and loss
// count each by themselves: C_as = -[(gain + loss) rho]_as of active a and sterile s.
struct ActiveDensities {
  AntineutrinoRelation relation = AntineutrinoRelation::equal;
  HermitianField nu, bar;
  bool beside_sterile = false;

  bool independent() const { return relation == AntineutrinoRelation::independent; }
};

template <int N, class Scalar>
ActiveDensities active_densities(const DensityMatrices<N, Scalar>& rho, AntineutrinoRelation relation) {
  ActiveDensities active{relation, packed<N>(rho.nu), {}, N > active_flavours};
  if (active.independent()) active.bar = packed<N>(rho.bar);
  return active;
}

// 3x3 matrices of all nodes by element: one row of nodes for every real part, row by row
// of the matrix, and, unless all are real, for every imaginary part.
class ElementRows {
 public:
  ElementRows() = default;
  ElementRows(int nodes, bool is_real)
      : is_real_(is_real), values_(Eigen::MatrixXd::Zero(nodes, is_real ? 9 : 18)) {}

  bool is_real() const { return is_real_; }
  // Nodes x elements.
  Eigen::MatrixXd& by_node() { return values_; }
  const Eigen::MatrixXd& by_node() const { return values_; }

  Vector3 diagonal(int node) const { return {values_(node, 0), values_(node, 4), values_(node, 8)}; }
  template <class Scalar>
  FlavourMatrix<3, Scalar> at(int node) const {
    FlavourMatrix<3, Scalar> X;
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        if constexpr (std::is_same_v<Scalar, double>) {
          X(a, b) = values_(node, 3 * a + b);
        } else {
          X(a, b) = {values_(node, 3 * a + b), is_real_ ? 0.0 : values_(node, 9 + 3 * a + b)};
        }
      }
    }
    return X;
  }
  // Of a real X alone where all are real.
  void add(int node, const Matrix3& X) {
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        values_(node, 3 * a + b) += X(a, b).real();
        if (!is_real_) values_(node, 9 + 3 * a + b) += X(a, b).imag();
      }
    }
  }

 private:
  bool is_real_ = true;
  Eigen::MatrixXd values_;
};

// In units of G_F^2 T_cm^5.
struct GainAndLoss {
  ElementRows gain, loss;
};

struct CollisionRates {
  explicit CollisionRates(const ActiveDensities& rho) : nu(zero(rho.nu)) {
    if (rho.independent()) bar = zero(rho.bar);
  }

  GainAndLoss nu, bar;

 private:
  static GainAndLoss zero(const HermitianField& rho) {
    const ElementRows rows(rho.nodes(), rho.is_real());
    return {rows, rows};
  }
};

// C at one node, in units of G_F^2 T_cm^5.
template <int N, class Scalar>
FlavourMatrix<N, Scalar> collision_term(const GainAndLoss& rates, int node,
                                        const FlavourMatrix<N, Scalar>& rho) {
  const FlavourMatrix<N, Scalar> gain = from_active_block<N, Scalar>(rates.gain.template at<Scalar>(node));
  const FlavourMatrix<N, Scalar> loss = from_active_block<N, Scalar>(rates.loss.template at<Scalar>(node));
  const FlavourMatrix<N, Scalar> half = gain - (gain + loss) * rho;
  return half + half.adjoint();
}

}  // namespace qke

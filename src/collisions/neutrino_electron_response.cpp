// nu-e collisions linearised around the diagonal of rho: for the Jacobians of Newton
// iterations.
//
// With C = gain (1 - rho) - loss rho + h.c., f_i the diagonal of rho_i and
// b_i = e^{y_i/2z}, a change of rho_k (scattering, table R) or of rhobar_k (annihilation,
// table A) gives, flavour by flavour,
//   dC_i = 2 weight_i R_ik [(1 - f_i) b_k/b_i + f_i b_i/b_k] drho_k,
//   dC_i = -2 weight_i A_ik [(1 - f_i)/(b_i b_k) + f_i b_i b_k] drhobar_k,
// and the change of rho_i itself damps: dC_i = -2 (gain + loss) drho_i. Off the diagonal
// the factor 2 f becomes the sum over the two flavours. Of non-standard interactions, which
// carry a change from every element to every other, the response has what goes from the
// diagonal to the diagonal, and from an off-diagonal element to itself.
#include <cmath>

#include "collisions/neutrino_electron.hpp"

namespace qke {

void NeutrinoElectron::add_response(const Background& b, const ActiveDensities& rho,
                                    CollisionResponse& sum) const {
  const ElectronRates rates = rates_at(b);
  CollisionRates own(rho);
  add(rates, b.z, rho, own);
  add_response_of_kind(rates, b.z, rho.nu, own.nu, sum.nu);
  if (rho.independent()) add_response_of_kind(rates, b.z, rho.bar, own.bar, sum.bar);
}

void NeutrinoElectron::add_response_of_kind(const ElectronRates& rates, double z, const HermitianField& own,
                                            const GainAndLoss& own_rates, KindResponse& to) const {
  const Eigen::ArrayXd up = (0.5 * grid_.y() / z).exp();
  const auto& S = couplings_.squared;
  const auto& M = couplings_.mixed;
  const Eigen::Matrix3d squared = S.topLeftCorner<3, 3>(), mixed = M.topLeftCorner<3, 3>();
  const Eigen::Array3d squared_pairs = S.diagonal().segment<3>(3), mixed_pairs = M.diagonal().segment<3>(3);
  const Spectra f = diagonals(own);
  for (int i = 0; i < grid_.size(); ++i) {
    const Eigen::Array3d occupied = weight_(i) * f.col(i), empty = weight_(i) - occupied;
    for (int k = 0; k < grid_.size(); ++k) {
      const auto add = [&](NodeResponse& node, double R_squared, double R_mixed,
                           const Eigen::Array3d& blocking) {
        if (couplings_.are_diagonal) {
          node.diagonal.diagonal().array() +=
              2.0 * blocking * (R_squared * squared.diagonal() + R_mixed * mixed.diagonal()).array();
        } else {
          node.diagonal += (2.0 * blocking).matrix().asDiagonal() * (R_squared * squared + R_mixed * mixed);
        }
        node.off_diagonal += (R_squared * squared_pairs + R_mixed * mixed_pairs) *
                             (first_of_pairs(blocking) + second_of_pairs(blocking));
      };
      const double ratio = up(k) / up(i), product = up(i) * up(k);
      add(to.same_at(i, k), rates.R1(i, k), -rates.R2(i, k), empty * ratio + occupied / ratio);
      add(to.opposite_at(i, k), -rates.A1(i, k), -rates.A2(i, k), empty / product + occupied * product);
    }
    const Eigen::Array3d damping = own_rates.gain.diagonal(i) + own_rates.loss.diagonal(i);
    NodeResponse& here = to.same_at(i, i);
    here.diagonal.diagonal().array() -= 2.0 * damping;
    here.off_diagonal -= first_of_pairs(damping) + second_of_pairs(damping);
  }
}

}  // namespace qke

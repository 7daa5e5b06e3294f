#include "collisions/process.hpp"

#include "qke/error.hpp"

namespace qke {
namespace {

HermitianField diagonal(const StateRows& f) {
  HermitianField field(static_cast<int>(f.rows()), true);
  for (int a = 0; a < 3; ++a) Eigen::Map<Eigen::ArrayXd>(field.row(a), f.rows()) = f.col(a);
  return field;
}

void add_diagonals(const GainAndLoss& rates, SharedBasisSums& sum) {
  for (int a = 0; a < 3; ++a) {
    sum.gain.col(a) += rates.gain.by_node().col(4 * a).array();
    sum.loss.col(a) += rates.loss.by_node().col(4 * a).array();
  }
}

}  // namespace

// Where flavours are alike any basis will do: the basis itself is taken for the flavours.
void CollisionProcess::add_in_shared_basis(const Background& background, const SharedBasisDensities& f,
                                           SharedBasisRates& sum) const {
  if (!is_flavour_blind()) {
    throw ConfigurationError(
        "a collision process is not available in scheme \"atao-jv\" (it treats flavours differently, and "
        "does not say what it does in a basis that all momenta share). Use scheme \"qke\".");
  }
  const ActiveDensities rho{AntineutrinoRelation::independent, diagonal(f.nu), diagonal(f.bar)};
  CollisionRates rates(rho);
  add(background, rho, rates);
  add_diagonals(rates.nu, sum.nu.blind);
  add_diagonals(rates.bar, sum.bar.blind);
}

}  // namespace qke

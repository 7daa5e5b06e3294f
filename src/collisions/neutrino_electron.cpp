#include "collisions/neutrino_electron.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "base/instruction_set.hpp"
#include "model/constants.hpp"

namespace qke {
namespace {

ElectronSums electron_sums(InstructionSet set) { return QKE_KERNEL_FOR(set, electron_sums()); }

// Without asymmetry z/z_reference stays between 0.9985 and 1: the tables are centred
// between, so that the expansion in ln z needs one cell (docs/physics.md, "Neutrinos and
// electrons").
constexpr double z_centre_over_reference = 0.9993;

// (row, column) of the components of a HermitianField.
constexpr std::array<std::pair<int, int>, 6> places{{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};

constexpr int place_of(int component) { return component < 6 ? component : component - 3; }

// 1 - rho by components: rho_aa -> 1 - rho_aa, rho_ab -> -rho_ab.
Eigen::MatrixXd holes(const Eigen::MatrixXd& rho) {
  Eigen::MatrixXd result = -rho;
  result.leftCols<3>().array() += 1.0;
  return result;
}

// Adds a Hermitian matrix per node, given by components.
void add_hermitian(const Eigen::MatrixXd& components, ElementRows& to) {
  for (Eigen::Index c = 0; c < components.cols(); ++c) {
    const auto& [a, b] = places[place_of(static_cast<int>(c))];
    const int first = c < 6 ? 0 : 9;
    to.by_node().col(first + 3 * a + b) += components.col(c);
    if (a == b) continue;
    if (c < 6) {
      to.by_node().col(3 * b + a) += components.col(c);
    } else {
      to.by_node().col(9 + 3 * b + a) -= components.col(c);
    }
  }
}

}  // namespace

NeutrinoElectron::NeutrinoElectron(const MomentumGrid& grid, const CouplingMaps& couplings,
                                   ElectronRateFactors factors, double x_first, double x_last,
                                   const std::function<double(double)>& z_reference, const Threads& threads,
                                   OwnMomentum own, TemperatureRange range)
    : grid_(grid),
      factors_(std::move(factors)),
      table_(
          grid, x_first, x_last, [z_reference](double x) { return z_centre_over_reference * z_reference(x); },
          threads, own, range),
      couplings_(couplings),
      electron_sums_(electron_sums(chosen_instruction_set())),
      weight_(grid.step() / (8.0 * std::pow(constants::pi, 3)) / grid.y().square()) {}

ElectronRates NeutrinoElectron::rates_at(const Background& b) const {
  ElectronRates rates = table_.at(b.x, b.z);
  const auto [annihilation, scattering] = factors_.at(b.T_gamma);
  if (scattering != 1.0) rates.R1 *= scattering, rates.R2 *= scattering;
  if (annihilation != 1.0) rates.A1 *= annihilation, rates.A2 *= annihilation;
  return rates;
}

void NeutrinoElectron::add(const Background& b, const ActiveDensities& rho, CollisionRates& sum) const {
  add(rates_at(b), b.z, rho, sum);
}

void NeutrinoElectron::add(const ElectronRates& rates, double z, const ActiveDensities& rho,
                           CollisionRates& sum) const {
  if (rho.independent()) {
    add_kind(rates, z, rho.nu, rho.bar, false, sum.nu);
    add_kind(rates, z, rho.bar, rho.nu, false, sum.bar);
  } else {
    add_kind(rates, z, rho.nu, rho.nu, rho.relation == AntineutrinoRelation::conjugate, sum.nu);
  }
}

// `own` takes part in scattering, `partner` (the antiparticle) in annihilation. Detailed
// balance: every electron factor is w times e^{+-y/2z}; the tables have w, the densities
// get the rest. With b_i = e^{y_i/2z}, S and M the weights squared_ and mixed_, o the
// elementwise product and the tables taken at (i, k),
//   gain_i = weight_i/b_i sum_k [S o (R1 b_k rho_k + A1 (1 - rhobar_k)/b_k)
//                                + M o (A2 (1 - rhobar_k)/b_k - R2 b_k rho_k)],
//   loss_i = weight_i b_i sum_k [S o (R1 (1 - rho_k)/b_k + A1 b_k rhobar_k)
//                                + M o (A2 b_k rhobar_k - R2 (1 - rho_k)/b_k)].
// The packed components are 6 or 9. With non-standard interactions S o and M o are
// couplings_ (S and M are its diagonals without them).
void NeutrinoElectron::add_kind(const ElectronRates& rates, double z, const HermitianField& own,
                                const HermitianField& partner, bool partner_is_conjugate,
                                GainAndLoss& to) const {
  const int n = grid_.size(), components = own.components();
  const Eigen::ArrayXd up = (0.5 * grid_.y() / z).exp();
  const Eigen::MatrixXd rho = own.by_node();
  Eigen::MatrixXd antirho = partner.by_node();
  if (partner_is_conjugate && !own.is_real()) antirho.rightCols<3>() *= -1.0;

  // Left half: for the gain; right half: for the loss.
  Eigen::MatrixXd scattered(n, 2 * components), annihilated(n, 2 * components);
  scattered << up.matrix().asDiagonal() * rho, up.inverse().matrix().asDiagonal() * holes(rho);
  annihilated << up.inverse().matrix().asDiagonal() * holes(antirho), up.matrix().asDiagonal() * antirho;

  auto [squared, mixed] = sums(rates, scattered, annihilated);
  apply_couplings(components, squared, mixed);
  add_hermitian((weight_ / up).matrix().asDiagonal() * squared.leftCols(components), to.gain);
  add_hermitian((weight_ * up).matrix().asDiagonal() * squared.rightCols(components), to.loss);
}

void NeutrinoElectron::add_in_shared_basis(const Background& b, const SharedBasisDensities& f,
                                           SharedBasisRates& sum) const {
  const ElectronRates rates = rates_at(b);
  add_kind_in_shared_basis(rates, b.z, f.nu, f.bar, sum.nu);
  add_kind_in_shared_basis(rates, b.z, f.bar, f.nu, sum.bar);
}

// The sums of add_kind(), which know nothing of the basis, without the couplings.
void NeutrinoElectron::add_kind_in_shared_basis(const ElectronRates& rates, double z, const StateRows& own,
                                                const StateRows& partner, SharedBasisRates::Kind& to) const {
  const int n = grid_.size();
  const Eigen::ArrayXd up = (0.5 * grid_.y() / z).exp();
  Eigen::MatrixXd scattered(n, 6), annihilated(n, 6);
  scattered << own.colwise() * up, (1.0 - own).colwise() / up;
  annihilated << (1.0 - partner).colwise() / up, partner.colwise() * up;
  const auto [squared, mixed] = sums(rates, scattered, annihilated);
  const auto add = [&](const Eigen::MatrixXd& of_tables, SharedBasisSums& sum) {
    sum.gain += of_tables.leftCols<3>().array().colwise() * (weight_ / up);
    sum.loss += of_tables.rightCols<3>().array().colwise() * (weight_ * up);
  };
  add(squared, to.squared);
  add(mixed, to.mixed);
}

NeutrinoElectron::Sums NeutrinoElectron::sums(const ElectronRates& rates, const Eigen::MatrixXd& scattered,
                                              const Eigen::MatrixXd& annihilated) const {
  Sums result{Eigen::MatrixXd(scattered.rows(), scattered.cols()),
              Eigen::MatrixXd(scattered.rows(), scattered.cols())};
  electron_sums_({static_cast<int>(scattered.rows()), static_cast<int>(scattered.cols()), rates.R1.data(),
                  rates.R2.data(), rates.A1.data(), rates.A2.data(), scattered.data(), annihilated.data()},
                 result.squared.data(), result.mixed.data());
  return result;
}

// squared becomes S o squared + M o mixed. Real density matrices have real gain and loss:
// where couplings are not real, imaginary parts are left out. Schemes with real rho need C
// in the basis in which rho is diagonal, and there on the diagonal alone, where the
// commutator of rho with such an antisymmetric part has nothing.
void NeutrinoElectron::apply_couplings(int components, Eigen::MatrixXd& squared,
                                       const Eigen::MatrixXd& mixed) const {
  const auto S = couplings_.squared.topLeftCorner(components, components);
  const auto M = couplings_.mixed.topLeftCorner(components, components);
  for (const int first : {0, components}) {
    auto X = squared.middleCols(first, components);
    const auto Y = mixed.middleCols(first, components);
    if (couplings_.are_diagonal) {
      for (int c = 0; c < components; ++c) X.col(c) = S(c, c) * X.col(c) + M(c, c) * Y.col(c);
    } else {
      X = (X * S.transpose() + Y * M.transpose()).eval();
    }
  }
}

}  // namespace qke

// Scheme `qke` with lepton asymmetries: neutrinos and antineutrinos evolved on their own, with the
// self-interaction mean field (docs/physics.md; Froustey & Pitrou, JCAP 03 (2022) 065 [arXiv:2110.11889],
// eqs. (2.1)-(2.6)):
//   drho/ds    = -(i/H)[ V + J, rho]    + C/H,
//   drhobar/ds = -(i/H)[-V + J, rhobar] + Cbar/H,
//   J = sqrt(2) G_F T_cm^3/(2 pi^2) int dy y^2 (rho - rhobar).
// The components are those of rho/scale - 1 and rhobar/scale - 1 in the flavour basis.
#include <array>
#include <cmath>

#include "qke/constants.hpp"
#include "qke/evolution/kinetic_system.hpp"
#include "qke/evolution/schemes.hpp"
#include "qke/numerics/hermitian.hpp"
#include "qke/oscillations/hamiltonian.hpp"
#include "qke/oscillations/mixing.hpp"

namespace qke {
namespace {

constexpr int nine = hermitian_components;
using Field = MatrixField<std::complex<double>>;

class AsymmetricQkeSystem : public KineticSystem {
 public:
  AsymmetricQkeSystem(const Parameters& parameters, const Threads& threads)
      : KineticSystem(parameters, 2 * nine, threads), mass_squared_(mass_squared_matrix(parameters.mixing)) {}

  void jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  Field rho(double, ConstVector u) const override { return field(u, 0); }
  Field rhobar(double, ConstVector u) const override { return field(u, nine); }

 protected:
  using Density = DensityMatrices<std::complex<double>>;

  Eigen::VectorXd initial_state_vector() const override;
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const Density& rho, Vector u) const override;
  Eigen::VectorXd trace_weights() const override;
  std::string node_component_name(int component) const override;

 private:
  Matrix3 distortion(ConstVector u, int node, int first) const {
    return to_matrix(u.segment<nine>(layout_.index(node, first)));
  }
  Field field(ConstVector u, int first) const;
  Field hamiltonian(const Background& background, const Density& rho) const;
  // On the slow manifold: rho commutes with V + J to first order in their off-diagonal elements, so that no
  // fast precession is excited (docs/physics.md).
  void settle(const Background& background, Density& rho) const;
  void add_responses(const Background& background, const Density& rho, Matrix J) const;
  void add_precession(const Background& background, const Density& rho, ConstVector u, Matrix J) const;

  Matrix3 mass_squared_;
};

Field AsymmetricQkeSystem::field(ConstVector u, int first) const {
  Field result;
  result.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    result.push_back(scale_(i) * (Matrix3::Identity() + distortion(u, i, first)));
  }
  return result;
}

void AsymmetricQkeSystem::set_neutrinos(const Background&, const Density& rho, Vector u) const {
  for (int i = 0; i < grid_.size(); ++i) {
    u.segment<nine>(layout_.index(i, 0)) = to_components(rho.nu[i] / scale_(i) - Matrix3::Identity());
    u.segment<nine>(layout_.index(i, nine)) = to_components(rho.bar[i] / scale_(i) - Matrix3::Identity());
  }
}

Eigen::VectorXd AsymmetricQkeSystem::trace_weights() const {
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(2 * nine);
  weights.segment<3>(0).setOnes();
  weights.segment<3>(nine).setOnes();
  return weights;
}

std::string AsymmetricQkeSystem::node_component_name(int component) const {
  static constexpr std::array names{"_ee",          "_mumu",         "_tautau",
                                    "_emu (real)",  "_etau (real)",  "_mutau (real)",
                                    "_emu (imag.)", "_etau (imag.)", "_mutau (imag.)"};
  return (component < nine ? "rho" : "rhobar") + std::string(names[component % nine]);
}

Field AsymmetricQkeSystem::hamiltonian(const Background& b, const Density& rho) const {
  const Matrix3 source = matter_source_of(b, rho.nu, rho.bar);
  Field V;
  V.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    V.push_back(vacuum_hamiltonian<std::complex<double>>(mass_squared_, y, b.T_cm) +
                matter_hamiltonian(parameters_.weak, source, y, b.T_cm));
  }
  return V;
}

Eigen::VectorXd AsymmetricQkeSystem::initial_state_vector() const {
  Density rho = initial_density_matrices();
  const Eigen::VectorXd u = state_vector(s_start(), initial_.z, rho);
  if (self_interaction_is_on()) settle(background(s_start(), u), rho);
  return state_vector(s_start(), initial_.z, rho);
}

void AsymmetricQkeSystem::settle(const Background& b, Density& rho) const {
  const Field V = hamiltonian(b, rho);
  const Matrix3 J = self_hamiltonian(b, rho.nu, rho.bar);
  const double kappa = self_coupling(parameters_.weak, b.T_cm) * grid_.step();
  for (const auto& [a, c] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
    // g = (rho_aa - rho_cc)/(v + j), zero where the two flavours are alike.
    const double j = (J(a, a) - J(c, c)).real();
    const auto ratio = [&, a = a, c = c](const Matrix3& X, double splitting) {
      const double difference = (X(a, a) - X(c, c)).real();
      return difference == 0.0 ? 0.0 : difference / splitting;
    };
    std::vector<std::pair<double, double>> g;
    std::complex<double> driven = 0.0;
    double back_reaction = 0.0;
    for (int i = 0; i < grid_.size(); ++i) {
      const double v = (V[i](a, a) - V[i](c, c)).real(), y2 = grid_.y(i) * grid_.y(i);
      g.emplace_back(ratio(rho.nu[i], v + j), ratio(rho.bar[i], -v + j));
      driven += kappa * y2 * V[i](a, c) * (g.back().first + g.back().second);
      back_reaction += kappa * y2 * (g.back().first - g.back().second);
    }
    // With alike flavours there is nothing to settle.
    const std::complex<double> J_ac = driven == 0.0 ? 0.0 : driven / (1.0 - back_reaction);
    for (int i = 0; i < grid_.size(); ++i) {
      rho.nu[i](a, c) = (V[i](a, c) + J_ac) * g[i].first;
      rho.bar[i](a, c) = (-V[i](a, c) + J_ac) * g[i].second;
      rho.nu[i](c, a) = std::conj(rho.nu[i](a, c));
      rho.bar[i](c, a) = std::conj(rho.bar[i](a, c));
    }
  }
}

void AsymmetricQkeSystem::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Density rho{field(u, 0), field(u, nine)};
  CollisionRates<std::complex<double>> rates;
  collisions_.evaluate(b.x, b.z, rho, Antineutrinos::independent, rates);
  const Field V = hamiltonian(b, rho);
  const Matrix3 J = self_hamiltonian(b, rho.nu, rho.bar);
  const double unit = collisions_.unit(b.T_cm);
  const auto fill = [&](double sign, int first, const Field& density,
                        const GainAndLoss<std::complex<double>>& own) {
    for (int i = 0; i < grid_.size(); ++i) {
      const Matrix3 C = collision_term<std::complex<double>>(own.gain[i], own.loss[i], density[i]);
      const Matrix3 slope = precession(sign * V[i] + J, distortion(u, i, first)) + unit / scale_(i) * C;
      du.segment<nine>(layout_.index(i, first)) = to_components(slope) / b.hubble;
    }
  };
  fill(1.0, 0, rho.nu, rates.nu);
  fill(-1.0, nine, rho.bar, rates.bar);
}

// The precession, the response of the mean field included, is exact; collisions are linearised around the
// diagonals.
void AsymmetricQkeSystem::jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Background b = background(s, u);
  const Density rho{field(u, 0), field(u, nine)};
  add_responses(b, rho, J);
  add_precession(b, rho, u, J);
  fill_temperature_row(b, J);
  fill_temperature_column(s, u, du, J);
}

void AsymmetricQkeSystem::add_responses(const Background& b, const Density& rho, Matrix J) const {
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const CollisionIntegral::Responses responses = collisions_.flavour_response(b.x, b.z, rho);
  const auto add = [&](const NodeResponse& response, double factor, int row, int column) {
    J.block<3, 3>(row, column) += factor * response.diagonal;
    J.block<3, 3>(row + 3, column + 3).diagonal() += factor * response.off_diagonal.matrix();
    J.block<3, 3>(row + 6, column + 6).diagonal() += factor * response.off_diagonal.matrix();
  };
  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      const double factor = unit * scale_(k) / scale_(i);
      const int nu = layout_.index(i, 0), bar = layout_.index(i, nine);
      const int nu_k = layout_.index(k, 0), bar_k = layout_.index(k, nine);
      add(responses.nu.same_at(i, k), factor, nu, nu_k);
      add(responses.nu.opposite_at(i, k), factor, nu, bar_k);
      add(responses.bar.same_at(i, k), factor, bar, bar_k);
      add(responses.bar.opposite_at(i, k), factor, bar, nu_k);
    }
  }
}

void AsymmetricQkeSystem::add_precession(const Background& b, const Density& rho, ConstVector u,
                                         Matrix J) const {
  const Field V = hamiltonian(b, rho);
  const Matrix3 self = self_hamiltonian(b, rho.nu, rho.bar);
  const double kappa =
      self_interaction_is_on() ? self_coupling(parameters_.weak, b.T_cm) * grid_.step() / b.hubble : 0.0;
  for (int i = 0; i < grid_.size(); ++i) {
    for (const auto& [first, sign] : {std::pair{0, 1.0}, {nine, -1.0}}) {
      const int row = layout_.index(i, first);
      J.block<nine, nine>(row, row) += precession_map((sign * V[i] + self) / b.hubble);
      if (kappa == 0.0) continue;
      // -i [dJ, rho_i] = -i [dJ, distortion], dJ = kappa sum_k y_k^2 scale_k (d nu_k - d nubar_k).
      const Matrix3 X = distortion(u, i, first);
      const HermitianMap coupling = linear_map([&](const Matrix3& dJ) { return precession(dJ, X); });
      for (int k = 0; k < grid_.size(); ++k) {
        const double weight = kappa * grid_.y(k) * grid_.y(k) * scale_(k);
        J.block<nine, nine>(row, layout_.index(k, 0)) += weight * coupling;
        J.block<nine, nine>(row, layout_.index(k, nine)) -= weight * coupling;
      }
    }
  }
}

}  // namespace

std::unique_ptr<KineticSystem> make_asymmetric_qke_system(const Parameters& parameters,
                                                          const Threads& threads) {
  return std::make_unique<AsymmetricQkeSystem>(parameters, threads);
}

}  // namespace qke

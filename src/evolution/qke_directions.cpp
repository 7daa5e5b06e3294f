// Scheme `qke` with directions: density matrices of neutrinos and antineutrinos for M
// directions mu_m = cos(angle to an axis), the nodes of Gauss and Legendre with weights
// w_m (sum 1), in a homogeneous gas that is symmetric around the axis (docs/stability.md,
// "Directions"; [SR93]):
//   drho_m/ds    = -(i/(a H))[ V + J_m, rho_m]    + C(rho_m)/H,
//   drhobar_m/ds = -(i/(a H))[-V + J_m, rhobar_m] + Cbar(rhobar_m)/H,
//   J_m = J^0 - mu_m J^1,   J^l = sqrt(2) G_F T_cm^3/(2 pi^2) sum_m w_m mu_m^l
//                                  int dy y^2 (rho_m - rhobar_m).
// Gain and loss matrices of C are those of the mean over directions. That is exact for the
// mean, and conserves what collisions conserve; how they scatter a dipole into another is
// left out.
//
// a(T) >= 1 slows all oscillations down, so that they can be followed. Perturbations still
// grow `attenuation` times faster than collisions act, and vacuum oscillations of y = 3
// turn 300 times per Hubble time at least:
//   a = max{1, min[(500/attenuation) (4.85 MeV/T)^5, |dm2_31|/(6 T 300 H)]}.
//
// Oscillations are the fast part of the system, everything else the slow one. What turns
// many times within a slow step is damped by collisions as it turns: the local damping of
// a node, -d times the traceless part of X = rho/scale - 1, is moved from the slow to the
// fast part. (Nothing turns the trace, and so both parts conserve the sum of lepton numbers.)
// The components are those of X in the flavour basis.
#include <algorithm>
#include <cmath>

#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "flavour/states.hpp"
#include "numerics/quadrature.hpp"
#include "oscillations/mixing.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

constexpr int components = hermitian_components<3>;

// Below, nothing grows any more (docs/stability.md, "What is found").
constexpr double perturbations_end_MeV = 0.25;

struct Directions {
  explicit Directions(int number) {
    const Quadrature rule = gauss_legendre(number);
    mu = rule.nodes;
    weight = 0.5 * rule.weights;
  }

  int size() const { return static_cast<int>(mu.size()); }

  Eigen::ArrayXd mu, weight;
};

// Of a node: for each direction neutrinos, then antineutrinos.
Eigen::VectorXd weights_of_traces(const Directions& directions) {
  Eigen::VectorXd weights(Eigen::Index{2} * components * directions.size());
  for (int m = 0; m < directions.size(); ++m) {
    weights.segment<2 * components>(2 * components * m) = directions.weight(m) * weights_of_both_traces<3>();
  }
  return weights;
}

// A Hermitian matrix at every node: a row of components for each (flavour/hermitian.hpp),
// and -i[H, X] of them, element by element: with c the third flavour,
//   [H, X]_ab = H_ab (X_bb - X_aa) + X_ab (H_aa - H_bb) + H_ac X_cb - X_ac H_cb.
using PackedField = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic>;

PackedField precession(const PackedField& H, const PackedField& X) {
  struct Element {
    Eigen::ArrayXd re, im;
  };
  const auto element = [](const PackedField& field, int a, int b) -> Element {
    const int pair = 2 + a + b;
    return {field.col(pair), (a < b ? 1.0 : -1.0) * field.col(pair + 3)};
  };
  PackedField result = PackedField::Zero(X.rows(), components);
  for (const auto& [a, b] : state_pairs<3>()) {
    const int c = 3 - a - b, pair = 2 + a + b;
    const Element H_ab = element(H, a, b), X_ab = element(X, a, b), H_ac = element(H, a, c),
                  X_cb = element(X, c, b), X_ac = element(X, a, c), H_cb = element(H, c, b);
    const Eigen::ArrayXd X_difference = X.col(b) - X.col(a), H_difference = H.col(a) - H.col(b);
    const Eigen::ArrayXd re = H_ab.re * X_difference + X_ab.re * H_difference + H_ac.re * X_cb.re -
                              H_ac.im * X_cb.im - X_ac.re * H_cb.re + X_ac.im * H_cb.im;
    const Eigen::ArrayXd im = H_ab.im * X_difference + X_ab.im * H_difference + H_ac.re * X_cb.im +
                              H_ac.im * X_cb.re - X_ac.re * H_cb.im - X_ac.im * H_cb.re;
    result.col(pair) = im;
    result.col(pair + 3) = -re;
    // -i [H, X]_aa = 2 Im H_ab X_ba + ..., and minus that for b.
    const Eigen::ArrayXd exchange = 2.0 * (H_ab.im * X_ab.re - H_ab.re * X_ab.im);
    result.col(a).array() += exchange;
    result.col(b).array() -= exchange;
  }
  return result;
}

class DirectionalQkeSystem : public KineticSystem, public MultirateOdeSystem {
 public:
  DirectionalQkeSystem(const Parameters& parameters, const Directions& directions, const Threads& threads,
                       const Additions& additions)
      : KineticSystem(parameters, {weights_of_traces(directions)}, threads, additions),
        directions_(directions),
        mass_squared_(mass_squared_matrix<3>(parameters.mixing, parameters.sterile)),
        damping_(local_damping()) {}

  SolvableSystem solvable() override { return static_cast<MultirateOdeSystem*>(this); }
  void slow_rhs(double s, ConstVector u, Vector du) override;
  void fast_rhs(double s, ConstVector u, Vector du) override;
  double slow_step(double s, ConstVector u) override;
  bool averaging_is_due(double s, ConstVector, double) const override {
    return parameters_.run.average_below_MeV == 0.0 &&
           constants::electron_mass * std::exp(-s) < perturbations_end_MeV;
  }
  StateDensities densities(double s, ConstVector u) const override;
  std::optional<StateDensities> dipole(ConstVector u) const override;

 protected:
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const StateDensities& rho, Vector u) const override;
  std::string node_component_name(int component) const override;

 private:
  static int first(int direction, int species) { return components * (2 * direction + species); }
  HermitianVector<3> distortion(ConstVector u, int node, int direction, int species) const {
    return u.segment<components>(layout_.index(node, first(direction, species)));
  }
  DensityMatrices<3> mean(ConstVector u) const;
  // Sum of weights times rho - scale over directions.
  MatrixField<3> sum(const Eigen::ArrayXd& weights, ConstVector u, int species) const;
  MatrixField<3> mean(ConstVector u, int species) const;
  CollisionRates rates(const Background& background, const DensityMatrices<3>& mean) const {
    return collisions_.rates(background,
                             active_densities<3, Complex>(mean, AntineutrinoRelation::independent));
  }
  double attenuation(const Background& background) const;
  Interactions interactions_at(const Background& background, ConstVector u) const;
  PackedField V(const Background& background, const Interactions& sum) const;  // of every node, MeV
  void add_oscillations(const Background& background, ConstVector u, Vector du) const;
  void add_collisions(const Background& background, ConstVector u, Vector du) const;
  Eigen::ArrayXd local_damping() const;
  void add_damping(const Background& background, double factor, ConstVector u, Vector du) const;

  Directions directions_;
  Matrix3 mass_squared_;    // flavour basis, MeV^2
  Eigen::ArrayXd damping_;  // of every node at the start, in units of G_F^2 T_cm^5
};

MatrixField<3> DirectionalQkeSystem::sum(const Eigen::ArrayXd& weights, ConstVector u, int species) const {
  MatrixField<3> result;
  result.reserve(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    HermitianVector<3> X = HermitianVector<3>::Zero();
    for (int m = 0; m < directions_.size(); ++m) X += weights(m) * distortion(u, i, m, species);
    result.push_back(scale_(i) * to_matrix<3>(X));
  }
  return result;
}

MatrixField<3> DirectionalQkeSystem::mean(ConstVector u, int species) const {
  MatrixField<3> result = sum(directions_.weight, u, species);
  for (int i = 0; i < grid_.size(); ++i) result[i] += scale_(i) * Matrix3::Identity();
  return result;
}

DensityMatrices<3> DirectionalQkeSystem::mean(ConstVector u) const { return {mean(u, 0), mean(u, 1)}; }

StateDensities DirectionalQkeSystem::densities(double, ConstVector u) const {
  return {as_state_matrices<3, Complex>(mean(u, 0), states_),
          as_state_matrices<3, Complex>(mean(u, 1), states_)};
}

std::optional<StateDensities> DirectionalQkeSystem::dipole(ConstVector u) const {
  const Eigen::ArrayXd weights = directions_.weight * directions_.mu;
  return StateDensities{as_state_matrices<3, Complex>(sum(weights, u, 0), states_),
                        as_state_matrices<3, Complex>(sum(weights, u, 1), states_)};
}

// All directions alike, and a dipole of the coherences, opposite for antineutrinos, so
// that J^1 is not 0.
void DirectionalQkeSystem::set_neutrinos(const Background&, const StateDensities& rho, Vector u) const {
  HermitianVector<3> seed = HermitianVector<3>::Zero();
  seed.tail<components - 3>().setConstant(parameters_.directions.seed);
  const auto set = [&](const StateMatrixField& field, int species, double sign) {
    for (int i = 0; i < grid_.size(); ++i) {
      const HermitianVector<3> X = to_components<3>(as_fixed<3>(field[i]) / scale_(i) - Matrix3::Identity());
      for (int m = 0; m < directions_.size(); ++m) {
        u.segment<components>(layout_.index(i, first(m, species))) = X + sign * directions_.mu(m) * seed;
      }
    }
  };
  set(rho.nu, 0, 1.0);
  set(rho.bar, 1, -1.0);
}

std::string DirectionalQkeSystem::node_component_name(int component) const {
  const int direction = component / (2 * components), in_direction = component % (2 * components);
  return hermitian_component_name(in_direction < components ? "rho" : "rhobar", flavour_names(3),
                                  in_direction % components) +
         " of direction " + std::to_string(direction + 1);
}

double DirectionalQkeSystem::attenuation(const Background& b) const {
  constexpr double most_turns = 300.0, reference_MeV = 4.85, growth_there = 500.0;
  if (parameters_.directions.attenuation == 0.0) return 1.0;
  const double by_growth =
      growth_there / parameters_.directions.attenuation * std::pow(reference_MeV / b.T_cm, 5);
  const double dm2 = std::abs(parameters_.mixing.dm2_31_eV2) * constants::eV * constants::eV;
  return std::max(1.0, std::min(by_growth, dm2 / (6.0 * b.T_cm * most_turns * b.hubble)));
}

Interactions DirectionalQkeSystem::interactions_at(const Background& b, ConstVector u) const {
  const NeutrinoMoments moments = potentials_need_neutrino_energy()
                                      ? moments_for_potentials<3, Complex>(b.T_cm, mean(u))
                                      : NeutrinoMoments{};
  return interactions(potentials_, b, moments, 3);
}

PackedField DirectionalQkeSystem::V(const Background& b, const Interactions& sum) const {
  const PotentialOfMomentum<3> potential(sum);
  PackedField result(grid_.size(), components);
  for (int i = 0; i < grid_.size(); ++i) {
    const double y = grid_.y(i);
    const Matrix3 of_node = vacuum_hamiltonian<3>(mass_squared_, y, b.T_cm) + potential(y);
    result.row(i) = to_components<3>(of_node).transpose();
  }
  return result;
}

void DirectionalQkeSystem::add_oscillations(const Background& b, ConstVector u, Vector du) const {
  const int per_node = layout_.per_node(), M = directions_.size();
  const PackedField X = Eigen::Map<const Eigen::MatrixXd>(u.data(), per_node, grid_.size()).transpose();
  Eigen::Map<Eigen::MatrixXd> slopes(du.data(), per_node, grid_.size());
  const double unit = 1.0 / (attenuation(b) * b.hubble);
  const Eigen::VectorXd weight =
      unit * self_coupling(parameters_.weak, b.T_cm) * grid_.step() * grid_.y().square() * scale_;
  const Interactions sum = interactions_at(b, u);
  HermitianVector<3> J0 = unit * to_components<3>(as_fixed<3>(sum.odd)), J1 = HermitianVector<3>::Zero();
  for (int m = 0; m < M; ++m) {
    const HermitianVector<3> excess =
        (X.middleCols<components>(first(m, 0)) - X.middleCols<components>(first(m, 1))).transpose() *
        (directions_.weight(m) * weight);
    J0 += excess;
    J1 += directions_.mu(m) * excess;
  }
  const PackedField V_of_nodes = unit * V(b, sum);
  for (int m = 0; m < M; ++m) {
    const HermitianVector<3> J = J0 - directions_.mu(m) * J1;
    for (const int species : {0, 1}) {
      const PackedField H = (species == 0 ? V_of_nodes : PackedField(-V_of_nodes)).rowwise() + J.transpose();
      slopes.middleRows<components>(first(m, species)) +=
          precession(H, X.middleCols<components>(first(m, species))).transpose();
    }
  }
}

void DirectionalQkeSystem::add_collisions(const Background& b, ConstVector u, Vector du) const {
  const CollisionRates of_mean = rates(b, mean(u));
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const MatrixField<3> emitted = emission<3>(b, u);
  for (int i = 0; i < grid_.size(); ++i) {
    for (int m = 0; m < directions_.size(); ++m) {
      const auto add = [&](const GainAndLoss& r, int species) {
        const Matrix3 rho = scale_(i) * (Matrix3::Identity() + to_matrix<3>(distortion(u, i, m, species)));
        Matrix3 C = unit / scale_(i) * collision_term<3, Complex>(r, i, rho);
        if (!emitted.empty()) C += emitted[i] / scale_(i);
        du.segment<components>(layout_.index(i, first(m, species))) += to_components<3>(C);
      };
      add(of_mean.nu, 0);
      add(of_mean.bar, 1);
    }
  }
}

void DirectionalQkeSystem::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  du.setZero();
  add_oscillations(b, u, du);
  add_collisions(b, u, du);
}

void DirectionalQkeSystem::slow_rhs(double s, ConstVector u, Vector du) {
  const Background b = background(s, u);
  du.setZero();
  add_collisions(b, u, du);
  set_other_slopes(b, u, du);
  add_damping(b, 1.0, u, du);
}

void DirectionalQkeSystem::fast_rhs(double s, ConstVector u, Vector du) {
  const Background b = background(s, u);
  du.setZero();
  add_oscillations(b, u, du);
  add_damping(b, -1.0, u, du);
}

// C = gain - (gain + loss) rho + h.c. damps with 2 (gain + loss).
Eigen::ArrayXd DirectionalQkeSystem::local_damping() const {
  const Eigen::VectorXd start = initial_vector();
  const CollisionRates of_start = rates(background(s_start(), start), mean(start));
  Eigen::ArrayXd damping(grid_.size());
  for (int i = 0; i < grid_.size(); ++i) {
    const auto largest = [i](const GainAndLoss& r) {
      return (r.gain.diagonal(i) + r.loss.diagonal(i)).maxCoeff();
    };
    damping(i) = 2.0 * std::max(largest(of_start.nu), largest(of_start.bar));
  }
  return damping;
}

void DirectionalQkeSystem::add_damping(const Background& b, double factor, ConstVector u, Vector du) const {
  const double unit = factor * collisions_.unit(b.T_cm) / b.hubble;
  for (int i = 0; i < grid_.size(); ++i) {
    for (int first = 0; first < layout_.per_node(); first += components) {
      HermitianVector<3> X = u.segment<components>(layout_.index(i, first));
      X.head<3>().array() -= X.head<3>().mean();
      du.segment<components>(layout_.index(i, first)) += unit * damping_(i) * X;
    }
  }
}

// Third-order steps are stable up to 2.5 over the largest rate; rates over H fall as T^3.
double DirectionalQkeSystem::slow_step(double s, ConstVector u) {
  constexpr double longest = 0.01, of_rate = 0.5;
  const Background b = background(s, u);
  return std::min(longest, of_rate * b.hubble / (collisions_.unit(b.T_cm) * damping_.maxCoeff()));
}

}  // namespace

std::unique_ptr<KineticSystem> make_directional_qke_system(const Parameters& parameters,
                                                           const Threads& threads,
                                                           const Additions& additions) {
  return std::make_unique<DirectionalQkeSystem>(parameters, Directions(parameters.directions.number), threads,
                                                additions);
}

}  // namespace qke

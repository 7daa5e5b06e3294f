// The equations with directions: against those of an isotropic gas, against the formula written out, and the
// growth of small dipoles against the analysis of stability (docs/stability.md).
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "config/configuration.hpp"
#include "diagnostics/unstable_modes.hpp"
#include "evolution/schemes.hpp"
#include "flavour/hermitian.hpp"
#include "model/method.hpp"
#include "numerics/quadrature.hpp"
#include "oscillations/mixing.hpp"
#include "qke/error.hpp"
#include "support/runs.hpp"
#include "support/states.hpp"

namespace qke {
namespace {

using namespace independent;

constexpr int components = hermitian_components<3>;

Parameters with_directions(int number, double T_start = 8.0) {
  Parameters parameters = small_grid(Scheme::qke, 10, 12.0);
  parameters.epoch.T_start_MeV = T_start;
  parameters.directions = {number, 0.0, 0.0};
  parameters.mean_field.self = Switch::on;
  parameters.mixing.delta_cp_rad = 0.4;
  return parameters;
}

// A directional system, and its state with a matrix for every node, direction and species.
class Directional {
 public:
  explicit Directional(const Parameters& parameters)
      : M_(parameters.directions.number),
        rule_(gauss_legendre(M_)),
        system_(make_kinetic_system(parameters)) {}

  KineticSystem& system() { return *system_; }
  MultirateOdeSystem& equations() { return *std::get<MultirateOdeSystem*>(system_->solvable()); }
  int directions() const { return M_; }
  double mu(int m) const { return rule_.nodes(m); }
  double weight(int m) const { return 0.5 * rule_.weights(m); }
  Eigen::Index place(int node, int m, int species) const {
    return components * (2 * (Eigen::Index{node} * M_ + m) + species);
  }
  Matrix3 rho(const Eigen::VectorXd& u, int node, int m, int species) const {
    return system_->scale()(node) *
           (Matrix3::Identity() + to_matrix<3>(u.segment<components>(place(node, m, species))));
  }

 private:
  int M_;
  Quadrature rule_;
  std::unique_ptr<KineticSystem> system_;
};

StateDensities random_densities(const KineticSystem& system, std::mt19937& random) {
  std::normal_distribution<double> normal(0.0, 0.05);
  StateDensities rho;
  for (auto* field : {&rho.nu, &rho.bar}) {
    for (int i = 0; i < system.grid().size(); ++i) {
      HermitianVector<3> X;
      for (double& component : X) component = normal(random);
      field->push_back(StateMatrix(system.scale()(i) * (Matrix3::Identity() + to_matrix<3>(X))));
    }
  }
  return rho;
}

// Directions that are all alike have the equations of neutrinos and antineutrinos with J.
TEST(Directions, OfAnIsotropicGasAreItsEquations) {
  std::mt19937 random(test_seed());
  for (const int number : {1, 2, 6}) {
    Directional gas(with_directions(number));
    const auto isotropic = make_independent_qke_system(with_directions(number), one_thread(), {});
    const double s = gas.system().s_start();
    const StateDensities rho = random_densities(gas.system(), random);
    const Eigen::VectorXd u = gas.system().state_vector(s, 1.01, rho, {});
    const Eigen::VectorXd v = isotropic->state_vector(s, 1.01, rho, {});
    Eigen::VectorXd du(u.size()), dv(v.size());
    gas.system().rhs(s, u, du);
    isotropic->rhs(s, v, dv);
    const double rounding = 1e-12 * dv.cwiseAbs().maxCoeff();
    for (int i = 0; i < gas.system().grid().size(); ++i) {
      for (int m = 0; m < number; ++m) {
        EXPECT_LT(
            (du.segment<2 * components>(gas.place(i, m, 0)) - dv.segment<2 * components>(2 * components * i))
                .cwiseAbs()
                .maxCoeff(),
            rounding);
      }
    }
    EXPECT_NEAR(du(du.size() - 1), dv(dv.size() - 1), rounding);
  }
}

// drho_m/ds = -(i/H)[V + J_m, rho_m], J_m = sum_m' w_m' kappa (1 - mu_m mu_m') (rho_m' - rhobar_m').
TEST(Directions, TurnAsTheFormulaSays) {
  std::mt19937 random(test_seed());
  std::normal_distribution<double> normal(0.0, 0.05);
  Parameters parameters = with_directions(4);
  parameters.mean_field.matter = false;
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  Directional gas(parameters);
  KineticSystem& system = gas.system();
  const double s = system.s_start();
  Eigen::VectorXd u = system.initial_vector();
  for (Eigen::Index n = 0; n < u.size() - 1; ++n) u(n) += normal(random);
  const Background b = system.background(s, u);
  const double kappa = self_coupling(parameters.weak, b.T_cm) * system.grid().step();
  Eigen::VectorXd du(u.size());
  gas.equations().fast_rhs(s, u, du);
  const Matrix3 mass_squared = mass_squared_matrix(parameters.mixing);
  for (int m = 0; m < gas.directions(); ++m) {
    Matrix3 J = Matrix3::Zero();
    for (int i = 0; i < system.grid().size(); ++i) {
      for (int n = 0; n < gas.directions(); ++n) {
        J += gas.weight(n) * kappa * std::pow(system.grid().y(i), 2) * (1.0 - gas.mu(m) * gas.mu(n)) *
             (gas.rho(u, i, n, 0) - gas.rho(u, i, n, 1));
      }
    }
    for (int i = 0; i < system.grid().size(); ++i) {
      const Matrix3 V = vacuum_hamiltonian<3>(mass_squared, system.grid().y(i), b.T_cm);
      for (const int species : {0, 1}) {
        const Matrix3 slope = precession<3>(Matrix3((species == 0 ? V : Matrix3(-V)) + J) / b.hubble,
                                            gas.rho(u, i, m, species)) /
                              system.scale()(i);
        const Eigen::VectorXd found = du.segment<components>(gas.place(i, m, species));
        EXPECT_LT((found - to_components<3>(slope)).norm(), 1e-12 * slope.norm() + 1e-12);
      }
    }
  }
}

// Lepton numbers of each flavour, where the states do not mix: gain and loss are those of the mean, and J
// turns what it is made of.
TEST(Directions, ConserveLeptonNumbers) {
  std::mt19937 random(test_seed());
  std::normal_distribution<double> normal(0.0, 0.05);
  Parameters parameters = with_directions(2);
  parameters.mixing.sin2_theta12 = parameters.mixing.sin2_theta13 = parameters.mixing.sin2_theta23 = 0.0;
  Directional gas(parameters);
  Eigen::VectorXd u = gas.system().initial_vector();
  for (Eigen::Index n = 0; n < u.size() - 1; ++n) u(n) += normal(random);
  Eigen::VectorXd du(u.size());
  gas.system().rhs(gas.system().s_start(), u, du);
  Matrix3 change = Matrix3::Zero();
  double size = 0.0;
  for (int i = 0; i < gas.system().grid().size(); ++i) {
    const double weight = std::pow(gas.system().grid().y(i), 2) * gas.system().scale()(i);
    for (int m = 0; m < 2; ++m) {
      const Matrix3 nu = to_matrix<3>(du.segment<components>(gas.place(i, m, 0)));
      const Matrix3 bar = to_matrix<3>(du.segment<components>(gas.place(i, m, 1)));
      change += weight * gas.weight(m) * (nu - bar);
      size += weight * gas.weight(m) * (nu.norm() + bar.norm());
    }
  }
  EXPECT_LT(change.diagonal().norm(), 1e-13 * size);
}

// Without that, their sum, whatever the asymmetry; of large states, so that it is more than rounding.
TEST(Directions, ConserveTheSumOfLeptonNumbers) {
  std::mt19937 random(test_seed());
  std::normal_distribution<double> normal(0.0, 0.2);
  Parameters parameters = with_directions(4);
  parameters.asymmetry.xi = {0.3, -0.1, 0.05};
  Directional gas(parameters);
  Eigen::VectorXd u = gas.system().initial_vector();
  for (Eigen::Index n = 0; n < u.size() - 1; ++n) u(n) += normal(random);
  Eigen::VectorXd du(u.size());
  gas.system().rhs(gas.system().s_start(), u, du);
  double change = 0.0, size = 0.0;
  for (int i = 0; i < gas.system().grid().size(); ++i) {
    const double weight = std::pow(gas.system().grid().y(i), 2) * gas.system().scale()(i);
    for (int m = 0; m < gas.directions(); ++m) {
      const Matrix3 nu = to_matrix<3>(du.segment<components>(gas.place(i, m, 0)));
      const Matrix3 bar = to_matrix<3>(du.segment<components>(gas.place(i, m, 1)));
      change += weight * gas.weight(m) * (nu - bar).trace().real();
      size += weight * gas.weight(m) * (nu.norm() + bar.norm());
    }
  }
  EXPECT_LT(std::abs(change), 1e-13 * size);
}

// Antineutrinos of a state are the neutrinos of another with conjugate density matrices and the opposite
// phase delta_CP: J changes its sign.
TEST(Directions, AreSwappedByCP) {
  std::mt19937 random(test_seed());
  std::normal_distribution<double> normal(0.0, 0.05);
  const Parameters parameters = with_directions(2);
  Parameters swapped = parameters;
  swapped.mixing.delta_cp_rad *= -1.0;
  Directional gas(parameters), other(swapped);
  Eigen::VectorXd u = gas.system().initial_vector();
  for (Eigen::Index n = 0; n < u.size() - 1; ++n) u(n) += normal(random);
  const auto swap = [&](const Eigen::VectorXd& from) {
    Eigen::VectorXd to = from;
    for (int i = 0; i < gas.system().grid().size(); ++i) {
      for (int m = 0; m < gas.directions(); ++m) {
        for (const int species : {0, 1}) {
          auto conjugate = to.segment<components>(gas.place(i, m, 1 - species));
          conjugate = from.segment<components>(gas.place(i, m, species));
          conjugate.tail<3>() *= -1.0;  // imaginary parts
        }
      }
    }
    return to;
  };
  const double s = gas.system().s_start();
  Eigen::VectorXd du(u.size()), dv(u.size());
  gas.system().rhs(s, u, du);
  other.system().rhs(s, swap(u), dv);
  EXPECT_LT((dv - swap(du)).norm(), 1e-12 * du.norm());
}

// Directions begin with all alike and the seed, a dipole of the coherences: sum w mu^2 = 1/3.
TEST(Directions, BeginWithTheSeedAsTheirDipole) {
  Parameters parameters = with_directions(4);
  parameters.directions.seed = 1e-3;
  Directional gas(parameters);
  const auto dipole = gas.system().dipole(gas.system().initial_vector());
  ASSERT_TRUE(dipole);
  for (int i = 0; i < gas.system().grid().size(); ++i) {
    HermitianVector<3> seed = HermitianVector<3>::Zero();
    seed.tail<6>().setConstant(1e-3 / 3.0 * gas.system().scale()(i));
    EXPECT_LT((to_components<3>(Matrix3(dipole->nu[i])) - seed).norm(), 1e-12 * seed.norm());
    EXPECT_LT((to_components<3>(Matrix3(dipole->bar[i])) + seed).norm(), 1e-12 * seed.norm());
  }
}

// Heat in nu_e at 3 MeV, normal ordering, without collisions. After a hundred e-folds, in which it is made
// small again and again, a dipole is the fastest mode, up to those that are as fast to 1 %.
TEST(Directions, SmallDipolesGrowAsTheAnalysisSays) {
  Parameters parameters = with_directions(2, 3.0);
  parameters.mixing.delta_cp_rad = 0.0;
  parameters.collisions = {ProcessTreatment::none, ProcessTreatment::none};
  Directional gas(parameters);
  KineticSystem& system = gas.system();
  const double s = system.s_start();
  StateDensities rho;
  const Background b = system.background(s, system.initial_vector());
  const PotentialOfMomentum<3> none(interactions(potentials(parameters, system.plasma()), b, {}, 3));
  IsotropicGas isotropic;
  isotropic.coupling =
      self_coupling(parameters.weak, b.T_cm) * system.grid().step() * system.grid().y().square() / b.hubble;
  for (int i = 0; i < system.grid().size(); ++i) {
    const double y = system.grid().y(i);
    const Matrix3 V =
        (vacuum_hamiltonian<3>(mass_squared_matrix(parameters.mixing), y, b.T_cm) + none(y)) / b.hubble;
    // Diagonal in the eigenbasis of V: nothing turns. Heat in the state that is most of nu_e.
    const qke::Eigensystem<3> eigen = qke::eigensystem<3>(V);
    Vector3 occupation = Vector3::Constant(system.scale()(i));
    Eigen::Index most = 0;
    eigen.vectors.row(0).cwiseAbs().maxCoeff(&most);
    occupation(most) *= 1.0 + 0.002 * y;
    const Matrix3 state = eigen.vectors * occupation.cast<Complex>().asDiagonal() * eigen.vectors.adjoint();
    rho.nu.push_back(StateMatrix(state));
    rho.bar.push_back(StateMatrix(state));
    isotropic.nu.rho.push_back(state);
    isotropic.bar.rho.push_back(state);
    isotropic.nu.H.push_back(V);
    isotropic.bar.H.push_back(-V);
    isotropic.nu.loss.push_back(Matrix3::Zero());
    isotropic.bar.loss.push_back(Matrix3::Zero());
  }
  const auto modes = modes_faster_than(100.0, {std::make_shared<const LinearResponse>(isotropic), 1});
  ASSERT_TRUE(modes && !modes->empty());
  const double growth = modes->front().Omega.imag();

  Eigen::VectorXd u = system.state_vector(s, system.initial().z, rho, {});
  for (int i = 0; i < system.grid().size(); ++i) {
    for (int m = 0; m < 2; ++m) {
      u.segment<components>(gas.place(i, m, 0)).tail<6>().array() += 1e-8 * gas.mu(m);
      u.segment<components>(gas.place(i, m, 1)).tail<6>().array() -= 1e-8 * gas.mu(m);
    }
  }
  const auto dipole = [&] {
    double sum = 0.0;
    for (int i = 0; i < system.grid().size(); ++i) {
      sum += (u.segment<2 * components>(gas.place(i, 0, 0)) - u.segment<2 * components>(gas.place(i, 1, 0)))
                 .squaredNorm();
    }
    return std::sqrt(sum);
  };
  // The frozen equations in time, by the classical method of Runge and Kutta.
  const double largest = isotropic.nu.H.front().norm() + isotropic.nu.H.back().norm();
  const double h = 0.1 / (largest + growth);
  const auto slope = [&](const Eigen::VectorXd& at) {
    Eigen::VectorXd du(at.size());
    gas.equations().fast_rhs(s, at, du);
    return du;
  };
  const auto evolve = [&](double length) {
    for (double t = 0.0; t < length; t += h) {
      const Eigen::VectorXd k1 = slope(u), k2 = slope(u + 0.5 * h * k1), k3 = slope(u + 0.5 * h * k2),
                            k4 = slope(u + h * k3);
      u += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
    }
    return std::ceil(length / h) * h;
  };
  const Eigen::VectorXd unperturbed = system.state_vector(s, system.initial().z, rho, {});
  const auto make_small = [&] {
    for (int i = 0; i < system.grid().size(); ++i) {
      auto first = u.segment<2 * components>(gas.place(i, 0, 0)),
           second = u.segment<2 * components>(gas.place(i, 1, 0));
      const Eigen::VectorXd difference = std::exp(-4.0) * 0.5 * (first - second);
      first = unperturbed.segment<2 * components>(gas.place(i, 0, 0)) + difference;
      second = unperturbed.segment<2 * components>(gas.place(i, 1, 0)) - difference;
    }
  };
  double found = 0.0;
  for (int round = 0; round < 25; ++round) {
    const double before = dipole(), length = evolve(4.0 / growth);
    found = std::log(dipole() / before) / length;
    make_small();
  }
  EXPECT_NEAR(found, growth, 0.01 * growth);
}

// Where asymmetries differ the gas is isotropic first, from the usual start on.
TEST(DirectionsConfiguration, BeginsIsotropicWhereAsymmetriesDiffer) {
  const auto parse = [](const std::string& xi) {
    return parse_configuration("", "a.toml", {"directions.number=2", "asymmetry.xi=" + xi});
  };
  const Parameters unequal = parse("[0.01, -0.01, 0]"), equal = parse("[0.1, 0.1, 0.1]");
  EXPECT_EQ(first_phase(unequal), Phase::isotropic);
  EXPECT_EQ(unequal.epoch.T_start_MeV, 20.0);
  EXPECT_EQ(phase_after(Phase::isotropic), Phase::own_equations);
  EXPECT_EQ(phase_end(unequal, Phase::isotropic), std::log(constants::electron_mass / 3.0));
  EXPECT_EQ(first_phase(equal), Phase::own_equations);
  EXPECT_EQ(equal.epoch.T_start_MeV, 9.0);
  // The tolerances of runs with asymmetries come from those of directions.
  EXPECT_EQ(unequal.integrator.relative_tolerance, 1e-7);
  EXPECT_DOUBLE_EQ(phase_integrator(unequal, Phase::isotropic).relative_tolerance, 1e-4);
}

TEST(DirectionsConfiguration, RefusesWhatCannotBeFollowed) {
  const auto error_of = [](std::vector<std::string> keys) -> std::string {
    keys.emplace_back("directions.number=2");
    try {
      parse_configuration("", "a.toml", keys);
    } catch (const ConfigurationError& error) {
      return error.what();
    }
    return "no error";
  };
  const auto expect_error = [&](const std::vector<std::string>& keys, const std::string& part) {
    EXPECT_NE(error_of(keys).find(part), std::string::npos) << error_of(keys);
  };
  expect_error(
      {"asymmetry.xi=[0.02,-0.02,0]"},
      "(they turn around J, too often for |xi| above 0.01, and it is 0.02). Use smaller asymmetries");
  expect_error({"mean_field.eta_b=6e-10"}, "mean_field.eta_b = 6e-10 is not available");
  expect_error({"directions.begin_below_MeV=2"}, "directions.begin_below_MeV = 2.0 has no effect");
  expect_error({"asymmetry.xi=[0.001,0,0]", "directions.begin_below_MeV=25"}, "is not between the start and");
  expect_error({"asymmetry.xi=[0.001,0,0]", "run.average_below_MeV=4"}, "is not between the start and");
}

}  // namespace
}  // namespace qke

// soundness: states that must end a run, and what the message says of them.
#include "diagnostics/soundness.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "evolution/schemes.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

Parameters small(Scheme scheme) {
  Parameters parameters;
  parameters.run.scheme = scheme;
  parameters.grid = {10, 12.0};
  parameters.integrator.relative_tolerance = 1e-6;
  parameters.integrator.absolute_tolerance = 1e-9;
  return parameters;
}

template <class Action>
std::string failure(Action&& action) {
  try {
    action();
  } catch (const NumericalError& error) {
    return error.what();
  }
  return "";
}

void expect_parts(const std::string& message, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
}

class Soundness : public testing::Test {
 protected:
  std::string failure_of(const Eigen::VectorXd& u) const {
    return failure([&] { require_sound_state(*system_, system_->s_start(), u); });
  }

  std::unique_ptr<KineticSystem> system_ = make_kinetic_system(small(Scheme::qke));
  Eigen::VectorXd start_ = system_->initial_vector();
};

TEST_F(Soundness, TheStartIsSound) {
  EXPECT_EQ(failure_of(start_), "");
  for (const Scheme scheme : {Scheme::boltzmann, Scheme::atao}) {
    const auto system = make_kinetic_system(small(scheme));
    require_sound_state(*system, system->s_start(), system->initial_vector());
  }
}

// Steps that would never come to an end; but those of unequal asymmetries are as short only while eigenvalues
// meet (0.01 in inverted ordering followed: 5e-7, of 2e5 steps; (0.1, -0.1, 0) with tolerances of 1e-7 and
// 1e-8: 2e-7, of 44 516; (-0.88, 0.7974, -0.0497) among electrons, inverted: of 47 861).
TEST_F(Soundness, ARunMakesProgressUnlessUnequalAsymmetriesSwing) {
  constexpr double too_short = 2e-7;
  const auto failure_with = [&](double xi) {
    Parameters parameters = small(Scheme::qke);
    parameters.asymmetry.xi = {xi, -xi, 0.0};
    const auto system = make_kinetic_system(parameters);
    return failure([&] { require_progress(*system, system->s_start(), too_short); });
  };
  expect_parts(failure_with(0.0), {"makes no progress", "integrator.max_steps"});
  for (const double xi : {0.01, 0.1, 1.0}) EXPECT_EQ(failure_with(xi), "");
}

TEST_F(Soundness, EveryComponentMustBeANumber) {
  for (const int component : {0, 5, static_cast<int>(start_.size()) - 1}) {
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      Eigen::VectorXd u = start_;
      u(component) = bad;
      expect_parts(failure_of(u),
                   {"T_cm = 20 MeV", system_->component_name(component), "1 of 91 components"});
    }
  }
}

// Every scheme names the components of its own state.
TEST_F(Soundness, ComponentsHaveNames) {
  Parameters asymmetric = small(Scheme::qke);
  asymmetric.asymmetry.xi = {0.1, -0.1, 0.0};
  Parameters collective = asymmetric;
  collective.run.scheme = Scheme::atao_jv;
  const auto name = [](const Parameters& parameters, int component) {
    const auto system = make_kinetic_system(parameters);
    return system->component_name(component < 0 ? component + system->dimension() : component);
  };
  EXPECT_EQ(name(small(Scheme::boltzmann), 1).rfind("rho_mumu at y = 1.2", 0), 0U);
  EXPECT_EQ(name(small(Scheme::atao), 2).rfind("neutrino state 3 at y = 1.2", 0), 0U);
  EXPECT_EQ(name(small(Scheme::qke), 3).rfind("Re rho_12 at y = 1.2", 0), 0U);
  EXPECT_EQ(name(asymmetric, 17).rfind("Im rhobar_mutau at y = 1.2", 0), 0U);
  EXPECT_EQ(name(collective, 3).rfind("antineutrino state 1 at y = 1.2", 0), 0U);
  EXPECT_EQ(name(collective, -2), "asymmetry matrix (9)");
  EXPECT_EQ(name(collective, -1), "z");
}

// Density matrices of all schemes are Hermitian by construction, but for a defect like this one.
class LosesHermiticity : public KineticSystem {
 public:
  explicit LosesHermiticity(const Parameters& parameters)
      : KineticSystem(parameters, {Eigen::VectorXd::Zero(1)}, one_thread(), {}) {}
  SolvableSystem solvable() override { return static_cast<ImplicitOdeSystem*>(nullptr); }
  StateDensities densities(double, ConstVector) const override {
    StateDensities rho{equilibrium(), equilibrium()};
    rho.bar[2](0, 1) = 1e-9;
    return rho;
  }

 protected:
  void neutrino_rhs(const Background&, ConstVector, Vector du) const override { du.setZero(); }
  void set_neutrinos(const Background&, const StateDensities&, Vector) const override {}
  std::string node_component_name(int) const override { return "nothing"; }

 private:
  StateMatrixField equilibrium() const {
    StateMatrixField field;
    for (int i = 0; i < grid().size(); ++i)
      field.emplace_back(Matrix3::Identity() / (std::exp(grid().y(i)) + 1.0));
    return field;
  }
};

// Whose occupation the plasma has brought to 1e4 times that of equilibrium, as at the end of a long grid, and
// whose elements are good to rounding.
class HeatedTail : public LosesHermiticity {
 public:
  using LosesHermiticity::LosesHermiticity;
  StateDensities densities(double, ConstVector) const override {
    StateMatrixField field;
    for (int i = 0; i < grid().size(); ++i) {
      const double f = 1e4 * std::exp(-grid().y(i));
      field.emplace_back(f * Matrix3::Identity());
      field.back()(0, 1) = 0.4 * f;
      field.back()(1, 0) = 0.4 * f * (1.0 + 1e-15);
    }
    return {field, field};
  }
};

TEST(Hermiticity, IsGoodToTheRoundingOfTheMatrixItself) {
  Parameters parameters = small(Scheme::qke);
  parameters.grid = {10, 100.0};
  const HeatedTail system(parameters);
  EXPECT_EQ(failure([&] {
              require_sound_state(system, system.s_start(), Eigen::VectorXd::Zero(system.dimension()));
            }),
            "");
}

TEST(Hermiticity, ItsLossEndsTheRun) {
  const LosesHermiticity system(small(Scheme::qke));
  const auto message = failure(
      [&] { require_sound_state(system, system.s_start(), Eigen::VectorXd::Zero(system.dimension())); });
  expect_parts(message,
               {"not Hermitian at T_cm = 20 MeV", "antineutrinos at y = 3.6", "by 1e-09", "e mu: 1e-09"});
}

// Components 0 to 2 of a node are the diagonal of rho/f - 1 in the mass basis, 3 to 8 its other elements.
TEST_F(Soundness, OccupationNumbersLieBetweenZeroAndOne) {
  Eigen::VectorXd u = start_;
  u.segment<3>(9).setConstant(-1.001);  // rho = -f/1000 at the second node, y = 2.4
  expect_parts(failure_of(u), {"outside [0, 1]", "T_cm = 20 MeV", "neutrinos at y = 2.4", "e e: -8.32e-05"});
  u = start_;
  u.segment<3>(0).setConstant(5.0);  // f(1.2) = 0.23
  expect_parts(failure_of(u), {"outside [0, 1]", "neutrinos at y = 1.2: 1.39"});
  u = start_;
  u(3) = 1.5;  // an off-diagonal element larger than the diagonal allows
  expect_parts(failure_of(u), {"outside [0, 1]", "neutrinos at y = 1.2: -0.11"});
}

// What the tolerance of the integrator explains is no failure.
TEST_F(Soundness, ErrorsOfTheToleranceAreAllowed) {
  Eigen::VectorXd u = start_;
  u.segment<3>(9).setConstant(-1.0 - small(Scheme::qke).integrator.relative_tolerance);
  EXPECT_EQ(failure_of(u), "");
}

// At y = 12, the last node, 28 % of equilibrium are h y^3 0.28 e^{-y}/(7 pi^4/120) = 6e-4 of the energy of a
// species.
TEST_F(Soundness, NegativeOccupationsWithNextToNoEnergyAreAllowed) {
  const auto failure_with = [](double tolerance) {
    Parameters parameters = small(Scheme::qke);
    parameters.integrator.relative_tolerance = tolerance;
    const auto system = make_kinetic_system(parameters);
    Eigen::VectorXd u = system->initial_vector();
    u.segment<3>(9 * 9).setConstant(-1.28);
    return failure([&] { require_sound_state(*system, system->s_start(), u); });
  };
  expect_parts(failure_with(1e-6), {"outside [0, 1]", "y = 12"});
  expect_parts(failure_with(1e-4), {"outside [0, 1]", "y = 12"});
  EXPECT_EQ(failure_with(1e-3), "");
}

TEST(Occupations, NegativeOnesAreWarnedOf) {
  RunRecord record;
  record.y = {10.0, 20.0};
  record.spectra.resize(1);
  const Matrix3 positive = 1e-9 * Matrix3::Identity();
  record.spectra[0].rho = record.spectra[0].rhobar = {positive, positive};
  EXPECT_FALSE(occupation_warning(record));
  record.spectra[0].rhobar[1](0, 0) = -2.8e-10;
  const auto warning = occupation_warning(record);
  ASSERT_TRUE(warning.has_value());
  expect_parts(*warning, {"from y = 20 on", "up to 28 %"});
}

// The absolute tolerance may be the one that rules.
TEST_F(Soundness, ErrorsOfTheAbsoluteToleranceAreAllowed) {
  Parameters parameters = small(Scheme::qke);
  parameters.integrator.absolute_tolerance = 1e-3;
  const auto system = make_kinetic_system(parameters);
  Eigen::VectorXd u = system->initial_vector();
  u.segment<3>(9).setConstant(-1.001);
  const double s = system->s_start();
  EXPECT_EQ(failure([&] { require_sound_state(*system, s, u); }), "");
  EXPECT_EQ(failure([&] { require_conserved(*system, s, u, {1e-3, 0.0}); }), "");
  EXPECT_TRUE(residual_warnings({1e-3, 0.0}, parameters).empty());
}

TEST_F(Soundness, DriftOfAConservedQuantityEndsTheRun) {
  const auto failure_with = [&](const Residuals& residuals) {
    return failure([&] { require_conserved(*system_, system_->s_start(), start_, residuals); });
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(failure_with({1e-6, 1e-12}), "");
  expect_parts(failure_with({1e-3, 0.0}),
               {"energy_balance has drifted by 0.001 at T_cm = 20 MeV", "plasma", "neutrinos"});
  expect_parts(failure_with({0.0, 1e-5}), {"lepton_number has drifted by 1e-05", "eta is"});
  expect_parts(failure_with({nan, 0.0}), {"energy_balance has drifted by nan"});
}

TEST_F(Soundness, ResidualsAboveTheirBoundAreWarnedOf) {
  const Parameters& parameters = system_->parameters();
  EXPECT_TRUE(residual_warnings({1e-6, 1e-12}, parameters).empty());
  const auto warnings = residual_warnings({2e-5, 1e-8}, parameters);
  ASSERT_EQ(warnings.size(), 2U);
  expect_parts(warnings[0], {"energy_balance = 2e-05 is above its bound 1e-05"});
  expect_parts(warnings[1], {"lepton_number = 1e-08 is above its bound 1e-09"});
  Residuals mismatch;
  mismatch.asymmetry_mismatch = 0.06;
  const auto not_valid = residual_warnings(mismatch, parameters);
  ASSERT_EQ(not_valid.size(), 1U);
  expect_parts(not_valid[0], {"asymmetry_mismatch = 0.06 is above its bound 0.05", "compare with qke"});
}

// xi = (0.1, 0, 0), 40 nodes, in a build whose steps let swings grow at 1.4 MeV: coherences of 0.0045, then
// 0.045. Energies differ by a per cent.
TEST_F(Soundness, SwingsThatGrowAreWarnedOf) {
  Parameters parameters = system_->parameters();
  parameters.asymmetry.xi = {0.1, 0.0, 0.0};
  parameters.run.scheme = Scheme::qke;
  std::vector<HistoryPoint> history(3);
  const std::array T_cm{5.0, 1.6, 1.3}, coherence{0.008, 0.0045, 0.045};
  for (std::size_t i = 0; i < history.size(); ++i) {
    history[i].T_cm = T_cm[i];
    history[i].coherence = PairVector::Constant(3, coherence[i]);
    history[i].z_nu = history[i].z_nubar = Vector3(1.01, 1.0, 1.0);
  }
  const auto warning = swings_warning(history, parameters);
  ASSERT_TRUE(warning.has_value());
  expect_parts(*warning, {"differences between flavours grow at T_cm = 1.3 MeV", "may be wrong"});
  // With 10 G_F on ee electrons heat nu_e apart by as much.
  Parameters nsi = parameters;
  nsi.nsi.left[0][0] = 10.0;
  EXPECT_FALSE(swings_warning(history, nsi));
  history[2].coherence *= 0.2;
  EXPECT_FALSE(swings_warning(history, parameters));
  std::swap(history[0].coherence, history[1].coherence);  // coherences that fall
  history[0].coherence *= 20.0;
  EXPECT_FALSE(swings_warning(history, parameters));
}

// 945: J over V of asymmetry-small.toml where its eigenvalues meet (docs/dev/asymmetry-convergence.md).
TEST_F(Soundness, AveragesWhereTheSelfInteractionRulesAreWarnedOf) {
  std::vector<HistoryPoint> history(2);
  history[0].T_cm = 3.0;
  history[1].T_cm = 1.5;
  history[0].self_over_vacuum = 945.0;
  history[1].self_over_vacuum = 60.0;
  Parameters parameters = system_->parameters();
  const auto warning = averaging_warning(2.1, history, parameters);
  ASSERT_TRUE(warning.has_value());
  expect_parts(*warning, {"averaged below T_cm = 2.1 MeV", "945 times the vacuum one"});
  EXPECT_FALSE(averaging_warning(0.39, history, parameters));  // collisions no longer matter
  EXPECT_FALSE(averaging_warning(0.0, history, parameters));   // nothing was averaged
  parameters.run.average_below_MeV = 2.1;                      // as was asked for
  EXPECT_FALSE(averaging_warning(2.1, history, parameters));
  parameters.run.average_below_MeV = 0.0;
  history[0].self_over_vacuum = 0.9;
  EXPECT_FALSE(averaging_warning(2.1, history, parameters));
  history[0].self_over_vacuum = 1.02;  // it falls below 1 between the rows
  history[1].self_over_vacuum = 0.98;
  EXPECT_FALSE(averaging_warning(2.1, history, parameters));
}

}  // namespace
}  // namespace qke

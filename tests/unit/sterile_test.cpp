// model/sterile, oscillations/mixing and oscillations/eigenbasis with sterile states, and what a
// configuration with them is.
#include "model/sterile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "evolution/averaging_validity.hpp"
#include "model/asymmetry.hpp"
#include "model/method.hpp"
#include "oscillations/eigenbasis.hpp"
#include "oscillations/hamiltonian.hpp"
#include "oscillations/mixing.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

SterileParameters three_sterile_states() {
  SterileParameters sterile;
  sterile.number = 3;
  sterile.dm2_41_eV2 = 1.3, sterile.dm2_51_eV2 = -0.4, sterile.dm2_61_eV2 = 7.0;
  sterile.sin2_theta14 = 0.1, sterile.sin2_theta24 = 0.02, sterile.sin2_theta34 = 0.3;
  sterile.sin2_theta15 = 0.05, sterile.sin2_theta25 = 0.15, sterile.sin2_theta35 = 0.25;
  sterile.sin2_theta45 = 0.35, sterile.sin2_theta16 = 0.01, sterile.sin2_theta26 = 0.03;
  sterile.sin2_theta36 = 0.04, sterile.sin2_theta46 = 0.06, sterile.sin2_theta56 = 0.9;
  return sterile;
}

SterileParameters by_elements(double e, double mu, double tau) {
  SterileParameters sterile;
  sterile.number = 1;
  sterile.U_e4_squared = e, sterile.U_mu4_squared = mu, sterile.U_tau4_squared = tau;
  return sterile;
}

TEST(SterileMixing, IsUnitary) {
  MixingParameters mixing;
  mixing.delta_cp_rad = 1.1;
  const StateMatrix U = mixing_matrix(mixing, three_sterile_states());
  ASSERT_EQ(U.rows(), 6);
  EXPECT_LT((U * U.adjoint() - StateMatrix::Identity(6, 6)).norm(), 1e-15);
  EXPECT_GT(U.cwiseAbs().minCoeff(), 1e-4);  // all angles take part
}

// FortEPiaNO's order (1905.11290, eq. (2.5)), multiplied out: U = R34 R24 R14 R23 R13 R12.
TEST(SterileMixing, IsTheProductOfRotationsInTheOrderOfTheLiterature) {
  SterileParameters sterile;
  sterile.number = 1;
  sterile.sin2_theta14 = 0.1, sterile.sin2_theta24 = 0.02, sterile.sin2_theta34 = 0.3;
  const auto rotation = [](int a, int b, double sin2) {
    Eigen::Matrix4cd R = Eigen::Matrix4cd::Identity();
    R(a, a) = R(b, b) = std::sqrt(1.0 - sin2);
    R(a, b) = std::sqrt(sin2);
    R(b, a) = -std::sqrt(sin2);
    return R;
  };
  const MixingParameters m;
  const Eigen::Matrix4cd expected = rotation(2, 3, 0.3) * rotation(1, 3, 0.02) * rotation(0, 3, 0.1) *
                                    rotation(1, 2, m.sin2_theta23) * rotation(0, 2, m.sin2_theta13) *
                                    rotation(0, 1, m.sin2_theta12);
  EXPECT_LT((mixing_matrix<4>(m, sterile) - expected).norm(), 1e-15);
}

TEST(SterileMixing, HasTheElementsThatWereAsked) {
  for (const auto& [e, mu, tau] :
       {std::array{0.1, 0.2, 0.3}, {0.0, 1e-5, 0.0}, {1.0, 0.0, 0.0}, {0.0, 0.5, 0.5}}) {
    const FlavourMatrix<4> U = mixing_matrix<4>({}, by_elements(e, mu, tau));
    EXPECT_NEAR(std::norm(U(0, 3)), e, 1e-15);
    EXPECT_NEAR(std::norm(U(1, 3)), mu, 1e-15);
    EXPECT_NEAR(std::norm(U(2, 3)), tau, 1e-15);
  }
}

// Angles of zero leave the three flavours as they are, bit for bit.
TEST(SterileMixing, WithoutAnglesIsTheMixingOfThreeFlavours) {
  SterileParameters sterile;
  sterile.number = 2;
  sterile.sin2_theta45 = 0.5;
  EXPECT_FALSE(sterile_states_mix(sterile));
  const Matrix3 active = mixing_matrix<5>({}, sterile).topLeftCorner<3, 3>();
  EXPECT_EQ(active, pmns_matrix({}));
  Parameters parameters;
  parameters.sterile = sterile;
  EXPECT_EQ(coupled_states(parameters), 3);
}

TEST(SterileMasses, StandBesideTheOthersInMeV2) {
  const FlavourVector<6> M2 = masses_squared<6>({}, three_sterile_states());
  const FlavourVector<6> expected{0.0, 7.53e-17, 2.53e-15, 1.3e-12, -0.4e-12, 7e-12};
  EXPECT_TRUE(M2.isApprox(expected, 1e-15));
}

// Against a general solver (Eigen's QR iteration).
TEST(SterileEigenbasis, DiagonalisesV) {
  MixingParameters mixing;
  mixing.delta_cp_rad = 0.7;
  const SterileParameters sterile = three_sterile_states();
  const EigenbasisOfV<6, Complex> eigenbasis(mixing, sterile);
  for (const double size : {1e-20, 1e-15, 1e-12, 1e-9}) {
    FlavourMatrix<6> potential = FlavourMatrix<6>::Zero();
    potential.diagonal() << -size, -0.7 * size, -0.5 * size, 0.0, 0.0, 0.0;
    const auto basis = eigenbasis.at(3.0, 2.0, potential);
    const FlavourMatrix<6> V =
        vacuum_hamiltonian<6>(mass_squared_matrix<6>(mixing, sterile), 3.0, 2.0) + potential;
    const FlavourMatrix<6> rotated = basis.states.adjoint() * V * basis.states;
    const FlavourMatrix<6> diagonal = rotated.diagonal().asDiagonal();
    EXPECT_LT((rotated - diagonal).norm(), 2e-14 * V.norm());
    for (int i = 1; i < 6; ++i) EXPECT_GT(basis.energies(i), basis.energies(i - 1));
  }
}

// A state that mixes with nothing keeps its place while another level passes it.
TEST(SterileEigenbasis, KeepsGroupsApartWhereLevelsCross) {
  SterileParameters sterile;
  sterile.number = 2;
  sterile.sin2_theta14 = 0.01;
  sterile.dm2_41_eV2 = 1.0, sterile.dm2_51_eV2 = -1e-3;
  const EigenbasisOfV<5, double> eigenbasis({}, sterile);
  for (const double size : {1e-20, 1e-16, 1e-14, 1e-12}) {
    FlavourMatrix<5, double> potential = FlavourMatrix<5, double>::Zero();
    potential.diagonal() << -size, -0.7 * size, -0.7 * size, 0.0, 0.0;
    const auto basis = eigenbasis.at(3.0, 2.0, potential);
    EXPECT_EQ(std::abs(basis.states(4, 4)), 1.0) << size;
    EXPECT_FALSE(eigenbasis.same_group(0, 4));
    EXPECT_TRUE(eigenbasis.same_group(0, 3));
  }
}

Parameters configured(const std::vector<std::string>& keys) { return parse_configuration("", "test", keys); }

std::string refusal(const std::vector<std::string>& keys) {
  try {
    static_cast<void>(configured(keys));
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "accepted";
}

void expect_refused(const std::vector<std::string>& keys, const std::string& message) {
  const std::string text = refusal(keys);
  EXPECT_NE(text.find(message), std::string::npos) << text;
}

TEST(SterileConfiguration, DecidesStartMuonsAndPotentials) {
  const Parameters parameters =
      configured({"sterile.number=1", "sterile.dm2_41_eV2=1.29", "sterile.U_mu4_squared=1e-3"});
  EXPECT_EQ(parameters.epoch.T_start_MeV, 53.0);  // 50 MeV 1.29^(1/6) = 52.2 MeV, in whole MeV
  EXPECT_TRUE(parameters.plasma.muons);
  EXPECT_TRUE(muon_background_is_on(parameters));
  EXPECT_TRUE(parameters.mean_field.neutrino_energy);
  EXPECT_EQ(coupled_states(parameters), 4);
  const Parameters given =
      configured({"sterile.number=1", "sterile.dm2_41_eV2=1.29", "sterile.U_mu4_squared=1e-3",
                  "epoch.T_start_MeV=60", "plasma.muons=false"});
  EXPECT_EQ(given.epoch.T_start_MeV, 60.0);
  EXPECT_FALSE(given.plasma.muons);
  EXPECT_EQ(to_toml(parse_configuration(to_toml(given), "again")), to_toml(given));
}

// Without mixing everything is as without sterile states.
TEST(SterileConfiguration, LeavesThreeFlavoursAlone) {
  const Parameters with = configured({"sterile.number=1", "sterile.dm2_41_eV2=1.29"}),
                   without = configured({});
  EXPECT_EQ(with.epoch.T_start_MeV, without.epoch.T_start_MeV);
  EXPECT_EQ(with.grid.nodes, without.grid.nodes);
  EXPECT_EQ(with.plasma.muons, without.plasma.muons);
  EXPECT_EQ(with.mean_field.neutrino_energy, without.mean_field.neutrino_energy);
}

TEST(SterileConfiguration, RefusesWhatCannotBe) {
  expect_refused({"sterile.number=1", "sterile.U_e4_squared=0.5", "sterile.U_mu4_squared=0.4",
                  "sterile.U_tau4_squared=0.2"},
                 "add up to 1.1");
  expect_refused({"sterile.number=1", "sterile.U_e4_squared=0.1", "sterile.sin2_theta24=0.1"},
                 "sterile.U_e4_squared = 0.1 contradicts sterile.sin2_theta24 = 0.1");
  expect_refused({"sterile.number=1", "sterile.dm2_51_eV2=1"},
                 "sterile.dm2_51_eV2 = 1.0 is about a state that is not there (sterile.number = 1). Set "
                 "sterile.number to 2 or more.");
  expect_refused({"sterile.U_e4_squared=0.1"}, "(sterile.number = 0). Set sterile.number to 1");
  expect_refused({"sterile.number=2", "sterile.U_e4_squared=0.1"}, "is for one sterile neutrino");
  expect_refused({"sterile.number=2", "sterile.sin2_theta46=0.1"}, "Set sterile.number to 3");
}

TEST(SterileConfiguration, RefusesALateStart) {
  const std::vector<std::string> keys{"sterile.number=1", "sterile.dm2_41_eV2=64",
                                      "sterile.U_e4_squared=1e-3"};
  auto at = [&](const std::string& start) {
    auto all = keys;
    all.push_back("epoch.T_start_MeV=" + start);
    return all;
  };
  // 64^(1/6) = 2.
  expect_refused(at("39"), "the start is at 40 at least");
  EXPECT_EQ(configuration_warnings(configured(at("41"))).size(), 1u);
  EXPECT_TRUE(configuration_warnings(configured(at("100"))).empty());
}

TEST(SterileConfiguration, RefusesWhatItsEquationsDoNotHave) {
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"sterile.number=1", "sterile.dm2_41_eV2=1", "sterile.sin2_theta24=0.1"});
    return more;
  };
  expect_refused(with({"mean_field.neutrino_energy=false"}), "no potential against them");
  expect_refused(with({"mean_field.eta_b=6e-10"}), "antineutrinos are the image of neutrinos");
  expect_refused(with({"run.scheme=atao-jv"}), "it is for asymmetries");
  expect_refused(with({"run.scheme=qke", "mixing.delta_cp_rad=1"}), "where nu_mu and nu_tau differ");
  EXPECT_EQ(refusal(with({"run.scheme=atao", "mixing.delta_cp_rad=1"})), "accepted");
}

// docs/sterile.md, "Lepton asymmetries".
TEST(SterileConfiguration, TakesAsymmetriesAsFarAsTheyAreSolved) {
  const std::vector<std::string> heavier{"sterile.number=1", "sterile.dm2_41_eV2=1"},
      lighter{"sterile.number=1", "sterile.dm2_41_eV2=-1"}, two{"sterile.number=2", "sterile.dm2_41_eV2=-1"};
  const auto with = [](std::vector<std::string> keys, const std::vector<std::string>& more) {
    keys.emplace_back("sterile.sin2_theta14=0.01");
    keys.insert(keys.end(), more.begin(), more.end());
    return keys;
  };
  const std::string equal = "asymmetry.xi=[0.01,0.01,0.01]", equal_eta = "asymmetry.eta=[-0.01,-0.01,-0.01]";
  EXPECT_EQ(refusal(with(lighter, {equal})), "accepted");
  EXPECT_EQ(refusal(with(lighter, {equal_eta, "mixing.delta_cp_rad=1"})), "accepted");
  expect_refused(with(heavier, {equal}), "the asymmetry runs away");
  expect_refused(with(heavier, {equal_eta}), "the asymmetry runs away");
  expect_refused(with(two, {equal}), "only one of them");
  expect_refused(with(lighter, {"asymmetry.xi=[0.01,-0.01,0]"}), "only equal asymmetries");
  expect_refused(with(lighter, {"asymmetry.xi=[0.2,0.2,0.2]"}), "from 0.001 to 0.1");
  expect_refused(with(lighter, {"asymmetry.xi=[1e-4,1e-4,1e-4]"}), "from 0.001 to 0.1");
  expect_refused(with(lighter, {equal, "run.scheme=atao"}), "only scheme");
  const Parameters parameters = configured(with(lighter, {equal}));
  EXPECT_EQ(scheme_of(parameters), Scheme::qke);
  EXPECT_TRUE(self_interaction_is_on(parameters));
  EXPECT_NE(why_no_error_estimate(parameters), "");
  const std::vector<std::string> warnings = configuration_warnings(parameters);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("flavours and eta are not final"), std::string::npos);
}

// Where sterile states lie below the active ones every momentum crosses a resonance; small mixing
// follows it no longer. The other sign crosses nothing.
TEST(SterileAverages, AreValidWithoutAResonance) {
  const auto ratio = [](double dm2, double squared) {
    Parameters parameters = configured({"sterile.number=1", "sterile.dm2_41_eV2=" + std::to_string(dm2),
                                        "sterile.U_mu4_squared=" + std::to_string(squared)});
    const ElectromagneticPlasma plasma(parameters.plasma);
    return averaging_validity(parameters, plasma, parameters.epoch.T_start_MeV, 0.01).ratio;
  };
  for (const double squared : {1e-5, 1e-3, 1e-2, 0.1}) {
    EXPECT_LT(ratio(1.29, squared), largest_averaging_ratio) << squared;
  }
  EXPECT_GT(ratio(-1.29, 1e-5), largest_averaging_ratio);
}

}  // namespace
}  // namespace qke

// command/summary: the JSON is complete and valid whatever the numbers and names are.
#include "command/summary.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "flavour/flavour_matrix.hpp"

namespace qke {
namespace {

Summary some_summary() {
  Summary summary;
  summary.N_eff = summary.N_eff_neutrinos = 3.0440000000000005;
  summary.N_eff_error = std::numeric_limits<double>::quiet_NaN();
  summary.z = 1.4;
  summary.z_nu = summary.z_nubar = Vector3(1.002, 1.001, 1.001);
  summary.eta = Vector3::Zero();
  summary.eta_error = std::numeric_limits<double>::quiet_NaN();
  summary.delta_rho = Vector3(0.007, 0.005, 0.005);
  summary.n_nu = Vector3(0.19, 0.18, 0.18);
  summary.sum_mnu_over_omega_h2_eV = 93.12;
  summary.scheme = "atao";
  summary.nodes = 60;
  summary.steps = 138;
  summary.rhs_evaluations = 250;
  summary.wall_s = 1.5;
  return summary;
}

TEST(SummaryJson, HasTheKeysOfTheContractInOrder) {
  EXPECT_EQ(
      summary_json(some_summary(), "a.h5"),
      "{\"status\": \"done\", \"N_eff\": 3.0440000000000005, "
      "\"N_eff_neutrinos\": 3.0440000000000005, \"N_eff_error\": null, \"z\": 1.4, "
      "\"states\": [\"e\", \"mu\", \"tau\"], \"z_nu\": [1.002, 1.001, 1.001], \"z_nubar\": [1.002, 1.001, "
      "1.001], \"eta\": [0, 0, 0], \"eta_error\": null, "
      "\"delta_rho\": [0.007, 0.005, 0.005], \"n_nu\": [0.19, 0.18, 0.18], "
      "\"sum_mnu_over_omega_h2_eV\": 93.12, \"xi_e_effective\": 0, \"scheme\": \"atao\", \"nodes\": 60, "
      "\"steps\": 138, \"rhs_evaluations\": 250, \"wall_s\": 1.5, \"warnings\": [], \"output\": \"a.h5\"}\n");
}

TEST(SummaryJson, HasNullForWhatIsUnknownAndListsTheWarnings) {
  Summary summary = some_summary();
  summary.N_eff = summary.z = std::numeric_limits<double>::quiet_NaN();
  summary.warnings = {"one", "the \"other\""};
  const std::string json = summary_json(summary, "a.h5");
  EXPECT_NE(json.find("\"N_eff\": null, "), std::string::npos) << json;
  EXPECT_NE(json.find("\"z\": null, "), std::string::npos) << json;
  EXPECT_NE(json.find(R"("warnings": ["one", "the \"other\""])"), std::string::npos) << json;
}

TEST(SummaryJson, HasTheStabilityWhereItWasAnalysed) {
  Summary summary = some_summary();
  EXPECT_EQ(summary_json(summary, "a.h5").find("unstable"), std::string::npos);
  summary.stability = {8.5, 0.25, 1.25e6};
  EXPECT_NE(summary_json(summary, "a.h5")
                .find("\"warnings\": [], \"unstable_from_MeV\": 8.5, \"unstable_to_MeV\": 0.25, "
                      "\"stability_efolds\": 1250000, \"output\""),
            std::string::npos)
      << summary_json(summary, "a.h5");
}

TEST(SummaryText, SaysWherePerturbationsGrow) {
  Summary summary = some_summary();
  EXPECT_EQ(summary_text(summary, "a.h5").find("stab"), std::string::npos);
  summary.stability = {8.5, 0.25, 1.25e6};
  EXPECT_NE(summary_text(summary, "a.h5").find("\nunstable  8.5 to 0.25 MeV "), std::string::npos);
  summary.stability = StabilitySummary{};
  EXPECT_NE(summary_text(summary, "a.h5").find("\nstability no perturbation was found to grow\n"),
            std::string::npos);
}

TEST(SummaryText, HasTheErrorOfEtaWhereItIsEstimated) {
  Summary summary = some_summary();
  summary.eta = Vector3(0.001, -0.001, 0.0);
  const std::string eta = "\neta       0.001000  -0.001000  0.000000   (n_nu - n_nubar)/T_cm^3";
  EXPECT_NE(summary_text(summary, "a.h5").find(eta + "\n"), std::string::npos)
      << summary_text(summary, "a.h5");
  summary.eta_error = 2e-6;
  EXPECT_NE(summary_text(summary, "a.h5").find(eta + ", each with an error of at most about 2.0e-06\n"),
            std::string::npos)
      << summary_text(summary, "a.h5");
}

TEST(SummaryText, SaysWhatIsUnknown) {
  Summary summary = some_summary();
  summary.N_eff = summary.sum_mnu_over_omega_h2_eV = std::numeric_limits<double>::quiet_NaN();
  const std::string text = summary_text(summary, "a.h5");
  EXPECT_EQ(text.find("N_eff     unknown\n"), 0u) << text;
  EXPECT_NE(text.find("\nsum m_nu  unknown "), std::string::npos) << text;
}

TEST(SummaryText, TellsDarkRadiationFromNeutrinos) {
  Summary summary = some_summary();
  EXPECT_EQ(summary_text(summary, "a.h5").find("dark radiation"), std::string::npos);
  summary.N_eff = 3.5;
  EXPECT_NE(summary_text(summary, "a.h5").find("\nneutrinos 3.044000   N_eff without dark radiation\n"),
            std::string::npos);
}

TEST(SummaryJson, EscapesTheNameOfTheOutput) {
  EXPECT_NE(summary_json(some_summary(), "a\"b\\c\n.h5").find(R"("output": "a\"b\\c\u000a.h5")"),
            std::string::npos);
}

TEST(SummaryText, HasTheDegeneracyOfNuEWithAnAsymmetry) {
  Summary summary = some_summary();
  summary.eta = Vector3(0.016, 0.016, 0.016);
  summary.xi_e_effective = 0.1;
  EXPECT_NE(summary_text(summary, "a.h5").find("\nxi_e      0.100000   degeneracy parameter"),
            std::string::npos);
}

TEST(SummaryText, ShowsWarnings) {
  Summary summary = some_summary();
  summary.warnings = {"something is wrong", "and more"};
  EXPECT_NE(summary_text(summary, "a.h5").find("\nwarning   something is wrong\nwarning   and more\n"),
            std::string::npos);
}

TEST(SummaryText, IsAlignedAndLeavesOutWhatIsNotThere) {
  const auto text = summary_text(some_summary(), "a.h5");
  EXPECT_EQ(text.find("N_eff     3.044000   no error estimate\n"), 0u) << text;
  EXPECT_EQ(text.find("xi_e"), std::string::npos) << text;
  EXPECT_NE(text.find("\nz_nu      1.002000  1.001000  1.001000   e, mu, tau"), std::string::npos) << text;
  EXPECT_EQ(text.find("z_nubar"), std::string::npos) << text;
  EXPECT_EQ(text.find("nan"), std::string::npos) << text;
  EXPECT_NE(text.find("\noutput    a.h5\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace qke

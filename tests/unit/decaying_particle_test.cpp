// components/decaying_particle: what it emits on the grid, and configurations with it.
#include "components/decaying_particle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "model/constants.hpp"
#include "model/method.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

using constants::pi;

DecayParameters example() {
  DecayParameters decay;
  decay.mass_MeV = 30.0;
  decay.lifetime_s = 0.1;
  decay.energy_density_MeV4 = 100.0;
  decay.branching = {0.2, 0.3, 0.4};
  return decay;
}

Background background_at(double T_cm) {
  Background b;
  b.T_cm = T_cm;
  b.hubble = 3e-22;
  return b;
}

// Number and energy of the line, of any energy between the first and the last node, are on the grid to
// rounding: n = T^3/(2 pi^2) h sum y^2 f, rho = T^4/(2 pi^2) h sum y^3 f.
TEST(DecayingParticle, EmitsNumberAndEnergyExactly) {
  const MomentumGrid grid(GridParameters{48, 24.0});
  const DecayingParticle particle(example(), 5.0);
  const Eigen::VectorXd own = Eigen::VectorXd::Constant(1, 0.7);
  for (const double T_cm : {4.9, 3.0, 2.0, 1.234, 0.9, 0.63}) {
    const Background b = background_at(T_cm);
    Component::Emission emission = Component::Emission::Zero(48, 3);
    particle.emit(b, own, grid, emission);
    const double rho = 100.0 * std::pow(T_cm / 5.0, 3) * 0.7, Gamma = constants::hbar / 0.1;
    const double decays = Gamma / b.hubble * rho / 30.0;
    for (int a = 0; a < 3; ++a) {
      const double unit = grid.step() / (2.0 * pi * pi);
      const double n = std::pow(T_cm, 3) * unit * (grid.y().square() * emission.col(a)).sum();
      const double energy = std::pow(T_cm, 4) * unit * (grid.y().cube() * emission.col(a)).sum();
      const double B = example().branching[static_cast<std::size_t>(a)];
      EXPECT_NEAR(n, B * decays, 1e-13 * decays) << T_cm;
      EXPECT_NEAR(energy, B * decays * 15.0, 1e-13 * 15.0 * decays) << T_cm;
    }
    // It loses what it gives: nu and nubar take 15 MeV each, and the plasma the rest.
    Eigen::VectorXd d_own(1);
    EXPECT_NEAR(particle.slope(b, own, d_own), 30.0 * decays, 1e-13 * 30.0 * decays);
    EXPECT_NEAR(d_own(0), -Gamma / b.hubble * 0.7, 1e-12 * Gamma / b.hubble);
  }
}

// Of spectra, too, whatever nodes and rows there are: muons, and a table of which nu_mu is not used.
TEST(DecayingParticle, EmitsSpectraExactly) {
  const MomentumGrid grid(GridParameters{48, 24.0});
  DecayParameters decay = example();
  decay.mass_MeV = 250.0;
  decay.muons = 0.3;
  decay.branching = {0.2, 0.0, 0.4};
  decay.spectrum_file = {{3.0, 0.0, 0.0, 0.5}, {4.7, 1.0, 0.0, 0.5}, {5.0, 0.0, 0.0, 0.0}};
  const Eigen::Array3d number{0.3 + 0.2, 0.3, 0.4}, energy = DecaySpectrum(decay).energy();
  for (const double T_cm : {4.9, 3.0, 2.3}) {
    const Background b = background_at(T_cm);
    Component::Emission emission = Component::Emission::Zero(48, 3);
    DecayingParticle(decay, 5.0).emit(b, Eigen::VectorXd::Constant(1, 0.7), grid, emission);
    const double decays =
        constants::hbar / 0.1 / b.hubble * 100.0 * std::pow(T_cm / 5.0, 3) * 0.7 / decay.mass_MeV;
    for (int a = 0; a < 3; ++a) {
      const double unit = grid.step() / (2.0 * pi * pi);
      const double rho = std::pow(T_cm, 4) * unit * (grid.y().cube() * emission.col(a)).sum();
      EXPECT_NEAR(rho, energy(a) * decays, 1e-13 * energy.sum() * decays) << T_cm;
      // Those below the first node have its momentum, but their own energy: fewer, by less than 1e-3.
      const double n = std::pow(T_cm, 3) * unit * (grid.y().square() * emission.col(a)).sum();
      EXPECT_NEAR(n, number(a) * decays, 1e-3 * decays) << T_cm;
    }
  }
}

// Beyond the grid the last node has the energy, so that the first law still holds.
TEST(DecayingParticle, GivesTheEnergyToTheNearestNodeOutsideTheGrid) {
  const MomentumGrid grid(GridParameters{24, 12.0});
  const DecayingParticle particle(example(), 5.0);
  const Eigen::VectorXd own = Eigen::VectorXd::Ones(1);
  const Background b = background_at(1.0);  // y = 15
  Component::Emission emission = Component::Emission::Zero(24, 3);
  particle.emit(b, own, grid, emission);
  const double energy = grid.step() / (2.0 * pi * pi) * (grid.y().cube() * emission.col(2)).sum();
  const double released = constants::hbar / 0.1 / b.hubble * 100.0 / 125.0;
  EXPECT_NEAR(energy, 0.5 * 0.4 * released, 1e-13 * released);
  EXPECT_EQ(emission.topRows(23).abs().maxCoeff(), 0.0);
}

Parameters configured(const std::vector<std::string>& keys) { return parse_configuration("", "test", keys); }

void expect_refused(const std::vector<std::string>& keys, const std::string& message) {
  try {
    static_cast<void>(configured(keys));
    ADD_FAILURE() << "accepted";
  } catch (const ConfigurationError& error) {
    EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
  }
}

// t = 0.678 s (MeV/T_cm)^2 after e+e- annihilation: thirty lifetimes of 1e4 s at 1.5 keV.
TEST(DecayConfiguration, LetsTheEndAndTheGridFollow) {
  const std::vector<std::string> particle{"decay.mass_MeV=30", "decay.energy_density_MeV4=1"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), particle.begin(), particle.end());
    return configured(more);
  };
  EXPECT_NEAR(with({"decay.lifetime_s=1e4"}).epoch.T_end_MeV, 1.5e-3, 2e-5);
  EXPECT_EQ(with({"decay.lifetime_s=0.1"}).epoch.T_end_MeV, 0.01);
  EXPECT_EQ(with({"decay.lifetime_s=1"}).grid.y_max, 24.0);  // e+- and photons alone
  const Parameters neutrinos = with({"decay.lifetime_s=1", "decay.branching=[1,0,0]"});
  EXPECT_EQ(neutrinos.grid.y_max, 49.0);  // 15 MeV over 0.311 MeV
  EXPECT_EQ(neutrinos.grid.nodes, 98);
}

// After seven lifetimes, T_cm = 0.311 MeV for 1 s; with T_RH = 0.7015 MeV for a lifetime of 1 s.
TEST(DecayConfiguration, WarnsOfNeutrinosBeyondTheGrid) {
  const auto warnings = [](const std::vector<std::string>& keys) {
    return configuration_warnings(configured(keys));
  };
  const auto decay = [](const std::string& mass, const std::string& branching) {
    return std::vector<std::string>{"decay.mass_MeV=" + mass, "decay.lifetime_s=1",
                                    "decay.energy_density_MeV4=1", "decay.branching=" + branching};
  };
  EXPECT_TRUE(warnings(decay("60", "[1,0,0]")).empty());   // the grid follows to 97
  EXPECT_TRUE(warnings(decay("600", "[0,0,0]")).empty());  // no neutrinos
  const auto heavy = warnings(decay("600", "[1,0,0]"));
  ASSERT_EQ(heavy.size(), 1u);
  EXPECT_EQ(heavy[0].find("decays bring neutrinos up to y = 964, beyond grid.y_max = 100.0"), 0u) << heavy[0];
  const auto reheating = [](const std::string& mass) {
    return std::vector<std::string>{"reheating.T_RH_MeV=0.7015", "reheating.branching=[0.1,0,0]",
                                    "reheating.mass_MeV=" + mass};
  };
  EXPECT_TRUE(warnings(reheating("14")).empty());
  const auto beyond = warnings(reheating("60"));
  ASSERT_EQ(beyond.size(), 1u);
  EXPECT_EQ(beyond[0].find("decays bring neutrinos up to y = 97, beyond grid.y_max = 24.0"), 0u) << beyond[0];
}

// At one lifetime of 1 s T_cm = 0.823 MeV: 0.2 MeV are y = 0.24, below the first of 48 nodes to 24.
TEST(DecayConfiguration, WarnsOfNeutrinosBelowTheGrid) {
  const auto warnings = [](const std::string& mass) {
    return configuration_warnings(configured({"decay.mass_MeV=" + mass, "decay.lifetime_s=1",
                                              "decay.energy_density_MeV4=1", "decay.branching=[1,0,0]"}));
  };
  EXPECT_TRUE(warnings("1").empty());
  const auto light = warnings("0.4");
  ASSERT_EQ(light.size(), 1u);
  EXPECT_EQ(light[0].find("most decays bring neutrinos below y = 0.24"), 0u) << light[0];
}

// As far as the spectrum: muons of any particle to 52.8 MeV.
TEST(DecayConfiguration, LetsTheGridFollowTheSpectrum) {
  const auto y_max = [](const std::vector<std::string>& keys) {
    std::vector<std::string> all{"decay.mass_MeV=250", "decay.lifetime_s=0.1", "decay.energy_density_MeV4=1"};
    all.insert(all.end(), keys.begin(), keys.end());
    return configured(all).grid.y_max;
  };
  EXPECT_EQ(y_max({"decay.branching=[1,0,0]"}), 100.0);
  EXPECT_EQ(y_max({"decay.muons=1"}), 54.0);  // 52.8 MeV over 0.984 MeV
  EXPECT_EQ(y_max({"decay.branching=[1,0,0]", "decay.spectrum_file=[[20, 0], [30, 0.1], [40, 0]]"}), 41.0);
}

TEST(DecayConfiguration, RefusesSpectraThatCannotBe) {
  const auto refused = [](const std::vector<std::string>& keys, const std::string& message) {
    std::vector<std::string> all{"decay.energy_density_MeV4=1", "decay.lifetime_s=1"};
    all.insert(all.end(), keys.begin(), keys.end());
    expect_refused(all, message);
  };
  refused({"decay.mass_MeV=30", "decay.branching=[1,0,0]", "decay.spectrum_file=[[5, 0.1], [14, 0.1]]"},
          "decay.spectrum_file is not normalised (its column e has the integral 0.9 by the trapezoid rule).");
  refused({"decay.mass_MeV=20", "decay.branching=[1,0,0]", "decay.spectrum_file=[[5, 0.1], [15, 0.1]]"},
          "decay.spectrum_file goes on to 15 MeV (no neutrino has more than half of decay.mass_MeV = 20.0).");
  refused({"decay.mass_MeV=30", "decay.branching=[1,1,1]", "decay.spectrum_file=[[5, 0.1], [15, 0.1]]"},
          "gives neutrinos more energy than there is (60 MeV of decay.mass_MeV = 30.0");
  refused({"decay.mass_MeV=30", "decay.spectrum_file=[[5, 0.1], [15, 0.1]]"},
          "decay.branching = [0.0, 0.0, 0.0] leaves the spectra of decay.spectrum_file without effect");
  refused({"decay.mass_MeV=30", "decay.branching=[1,0,0]", "decay.spectrum_file=[[5, -0.1], [15, 0.1]]"},
          "row 1: -0.1 is not 0 or positive and finite");
  refused({"decay.mass_MeV=211", "decay.muons=0.5"},
          "decay.muons = 0.5 contradicts decay.mass_MeV = 211.0 (two muons weigh 211.316751 MeV).");
  refused({"decay.mass_MeV=250", "decay.muons=0.5", "decay.branching=[0.6,0,0]"}, "adds up to 1.1");
  expect_refused({"decay.muons=0.5"}, "decay.muons = 0.5 has no effect");
}

TEST(DecayConfiguration, RefusesWhatIsIncompleteOrTooLate) {
  expect_refused({"decay.mass_MeV=30"}, "decay.mass_MeV = 30.0 has no effect");
  expect_refused({"decay.energy_density_MeV4=1", "decay.mass_MeV=30"}, "decay.lifetime_s = 0.0 is missing");
  expect_refused({"decay.energy_density_MeV4=1", "decay.mass_MeV=30", "decay.lifetime_s=1",
                  "decay.branching=[0.5,0.5,0.1]"},
                 "adds up to 1.1");
  expect_refused(
      {"decay.energy_density_MeV4=1", "decay.mass_MeV=30", "decay.lifetime_s=1000", "epoch.T_end_MeV=0.01"},
      "Lower epoch.T_end_MeV to 0.0058, or leave it out.");
}

}  // namespace
}  // namespace qke

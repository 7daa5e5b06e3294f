#include "model/precession_pace.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "config/configuration.hpp"
#include "evolution/phases.hpp"

namespace qke {
namespace {

Parameters with(std::vector<std::string> settings) { return parse_configuration("", "test", settings); }

// (T/T_slow)^6 for asymmetries up to |xi| = 0.1, the third power above (docs/physics.md, "Slowed
// precession").
TEST(PrecessionPace, FallsBelowTheTemperatureOfTheFile) {
  const PrecessionPace small(with({"asymmetry.xi=[0.1,-0.1,0]", "run.slow_precession_below_MeV=3"}));
  const PrecessionPace large(with({"asymmetry.xi=[0.1,-0.2,0]", "run.slow_precession_below_MeV=3"}));
  for (const PrecessionPace& pace : {small, large}) {
    EXPECT_EQ(pace(20.0), 1.0);
    EXPECT_EQ(pace(3.0), 1.0);
  }
  EXPECT_DOUBLE_EQ(small(1.5), 1.0 / 64.0);
  EXPECT_DOUBLE_EQ(large(1.5), 1.0 / 8.0);
}

TEST(PrecessionPace, IsThatOfNatureWhereNothingIsSlowed) {
  for (const auto& settings :
       std::vector<std::vector<std::string>>{{"asymmetry.xi=[0.1,-0.1,0]", "run.slow_precession_below_MeV=0"},
                                             {"asymmetry.xi=[0.1,0.1,0.1]"},
                                             {"run.scheme=qke"},
                                             {"asymmetry.xi=[0.001,0,0]", "directions.number=2"}}) {
    const Parameters parameters = with(settings);
    EXPECT_EQ(parameters.run.slow_precession_below_MeV, 0.0);
    EXPECT_EQ(PrecessionPace(parameters)(0.5), 1.0);
  }
}

// The rate of a pair over H goes with dm2/T^3: a thousandth of the mass difference, a tenth of the
// temperature.
TEST(PrecessionPace, BeginsLaterWhereAPairOscillatesSlowly) {
  const auto below = [](std::vector<std::string> masses) {
    masses.emplace_back("asymmetry.xi=[0.1,-0.1,0]");
    return with(masses).run.slow_precession_below_MeV;
  };
  EXPECT_EQ(below({}), 2.0);
  EXPECT_EQ(below({"mixing.dm2_21_eV2=1e-4"}), 2.0);
  EXPECT_DOUBLE_EQ(below({"mixing.dm2_21_eV2=7.53e-8"}), 0.2);
  EXPECT_DOUBLE_EQ(below({"mixing.dm2_31_eV2=-7.53e-8"}), 0.2);
  EXPECT_EQ(below({"mixing.dm2_21_eV2=0"}), 0.0);
}

// A thousand steps shorter than 5e-6 in ln x: a fifth of the pace, twice; long ones take it back.
TEST(PrecessionPace, FallsWhereStepsAreShort) {
  const Parameters parameters = with({"asymmetry.xi=[0.1,-0.1,0]"});
  const auto after = [&](double T_cm, double mean_step, double pace) {
    return pace_after(parameters, Phase::own_equations, std::log(0.51099895 / T_cm), mean_step, pace);
  };
  EXPECT_EQ(after(2.5, 1e-5, 1.0), 1.0);
  EXPECT_DOUBLE_EQ(after(2.5, 4e-6, 1.0), 0.2);
  EXPECT_DOUBLE_EQ(after(2.5, 4e-6, 0.2), 0.04);
  EXPECT_EQ(after(2.5, 4e-6, 0.04), 0.04);
  EXPECT_DOUBLE_EQ(after(2.5, 2e-4, 0.04), 0.2);
  EXPECT_EQ(after(2.5, 2e-4, 1.0), 1.0);
  EXPECT_EQ(after(6.0, 4e-6, 1.0), 1.0);  // a collective motion
  EXPECT_EQ(after(2.5, std::numeric_limits<double>::infinity(), 0.2), 0.2);
  EXPECT_EQ(pace_after(with({"asymmetry.xi=[0.1,-0.1,0]", "run.slow_precession_below_MeV=0"}),
                       Phase::own_equations, 0.0, 4e-6, 1.0),
            1.0);
}

}  // namespace
}  // namespace qke

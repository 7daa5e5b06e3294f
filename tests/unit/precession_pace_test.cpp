#include "model/precession_pace.hpp"

#include <gtest/gtest.h>

#include "config/configuration.hpp"
#include "model/method.hpp"

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

// What runs of scheme atao-jv are compared with is slowed as late as a run of qke is; what a file turns off
// stays off.
TEST(PrecessionPace, IsThatOfQkeInTheCompanionOfAtaoJv) {
  const auto below = [](std::vector<std::string> settings) {
    settings.insert(settings.end(), {"asymmetry.xi=[0.01,-0.01,0]", "run.scheme=atao-jv"});
    return with_qke_throughout(with(settings)).run.slow_precession_below_MeV;
  };
  EXPECT_EQ(with({"asymmetry.xi=[0.01,-0.01,0]", "run.scheme=atao-jv"}).run.slow_precession_below_MeV, 2.4);
  EXPECT_EQ(below({}), 2.0);
  EXPECT_EQ(below({"run.slow_precession_below_MeV=1.5"}), 1.5);
  EXPECT_EQ(below({"run.slow_precession_below_MeV=0"}), 0.0);
}

}  // namespace
}  // namespace qke

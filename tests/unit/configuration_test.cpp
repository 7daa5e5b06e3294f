// config/: accepted values, and every kind of error with its text.
#include "config/configuration.hpp"
#include "model/method.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <regex>
#include <tuple>

#include "config/options.hpp"
#include "model/asymmetry.hpp"
#include "model/swings.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

using Overrides = std::vector<std::string>;

Parameters parse(const std::string& text, const Overrides& overrides = {}) {
  return parse_configuration(text, "a.toml", overrides);
}

std::string error_of(const std::string& text, const Overrides& overrides = {}) {
  try {
    parse(text, overrides);
  } catch (const ConfigurationError& error) {
    EXPECT_EQ(error.status(), ExitStatus::configuration);
    return error.what();
  }
  return "no error";
}

std::string file_error_of(const std::filesystem::path& file) {
  try {
    read_configuration(file, {});
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Configuration, EmptyTextGivesTheDefaults) { EXPECT_EQ(to_toml(parse("")), to_toml(Parameters{})); }

TEST(Configuration, ReadsEveryKind) {
  const auto parameters = parse(
      "[run]\nscheme = \"boltzmann\"\n[grid]\nnodes = 80\n[epoch]\nT_end_MeV = 0.5\n"
      "[plasma]\nmuons = true\n[asymmetry]\nxi = [0, 0.0, 0]\n");
  EXPECT_EQ(parameters.run.scheme, Scheme::boltzmann);
  EXPECT_EQ(parameters.grid.nodes, 80);
  EXPECT_EQ(parameters.epoch.T_end_MeV, 0.5);
  EXPECT_TRUE(parameters.plasma.muons);
}

TEST(Configuration, DottedKeysAndInlineTablesAreTomlToo) {
  EXPECT_EQ(parse("grid.nodes = 20\n").grid.nodes, 20);
  EXPECT_EQ(parse("grid = { nodes = 20 }\n").grid.nodes, 20);
}

TEST(Configuration, AnIntegerIsANumber) { EXPECT_EQ(parse("[grid]\ny_max = 30\n").grid.y_max, 30.0); }

TEST(Configuration, PrecisionSetsDefaultsThatKeysOverride) {
  const auto fast = precision_defaults(Precision::fast);
  const auto parameters = parse("[grid]\nnodes = 33\n[run]\nprecision = \"fast\"\n");
  EXPECT_EQ(parameters.grid.nodes, 33);
  EXPECT_EQ(parameters.grid.y_max, fast.y_max);
  EXPECT_EQ(parameters.integrator.relative_tolerance, fast.relative_tolerance);
}

// As docs/configuration.md says; of the preset standard: 1e-7.
TEST(Configuration, AsymmetriesSetTheDefaultTolerances) {
  const auto expect_tolerances = [](const std::string& scheme, const std::string& xi, double relative,
                                    double absolute) {
    const auto tolerances = parse("", {"run.scheme=" + scheme, "asymmetry.xi=" + xi}).integrator;
    EXPECT_NEAR(tolerances.relative_tolerance, relative, 1e-12 * relative) << scheme << xi;
    EXPECT_NEAR(tolerances.absolute_tolerance, absolute, 1e-12 * absolute) << scheme << xi;
  };
  expect_tolerances("qke", "[0.05, -0.05, 0]", 1e-4, 5e-7);
  expect_tolerances("qke", "[0.01, -0.01, 0]", 1e-4 / 3, 1e-5 / 3);
  expect_tolerances("qke", "[0.2, -0.2, 0]", 5e-5, 2e-6);
  expect_tolerances("qke", "[4, -4, 0]", 1e-5, 1e-5);
  expect_tolerances("qke", "[3e-3, 0, 0]", 1e-4 / 3, 9e-7 / 3);
  expect_tolerances("qke", "[1e-3, 0, 0]", 1e-4 / 3, 1e-7 / 3);
  expect_tolerances("qke", "[1e-5, 0, 0]", 1e-4 / 3, 1e-8 / 3);
  const auto fast = parse("", {"run.scheme=qke", "run.precision=fast", "asymmetry.xi=[0.01, -0.01, 0]"});
  EXPECT_NEAR(fast.integrator.relative_tolerance, 1e-4 / 3, 1e-16);  // not 1e-3 / 3
  const auto of_small = [](const std::string& setting) {
    return parse("", {"run.scheme=qke", "asymmetry.xi=[0.01, -0.01, 0]", setting}).integrator;
  };
  for (const auto& [setting, relative, absolute] :
       {std::tuple{"integrator.damp_oscillations=off", 1e-5, 1e-7}, {"run.precision=high", 1e-6, 1e-8}}) {
    EXPECT_NEAR(of_small(setting).relative_tolerance, relative, 1e-12 * relative);
    EXPECT_NEAR(of_small(setting).absolute_tolerance, absolute, 1e-12 * absolute);
  }
  EXPECT_DOUBLE_EQ(of_small("integrator.damp_oscillations=on").relative_tolerance, 1e-4 / 3);
  expect_tolerances("atao-jv", "[0.01, -0.01, 0]", 1e-5, 1e-7);
  expect_tolerances("atao-jv", "[1, -1, 0]", 1e-5, 1e-7);
  expect_tolerances("atao-jv", "[4, -4, 0]", 1e-5 / 16, 1e-7 / 16);
  expect_tolerances("atao-jv", "[1e-3, -1e-3, 0]", 1e-5, 1e-8);
}

// With nu_e and another flavour alike to less than a tenth of the largest xi: in proportion to the
// difference, down to a relative tolerance of 1e-7, and of 1e-8 where tighter ones are given.
TEST(Configuration, StepsFollowSwingsOfNearlyEqualAsymmetriesClosely) {
  const auto closer = [](const std::string& xi, double relative_tolerance, const std::string& more = "") {
    std::vector<std::string> settings{"asymmetry.xi=[" + xi + "]"};
    if (!more.empty()) settings.push_back(more);
    return closer_where_swings_begin(parse("", settings), relative_tolerance);
  };
  EXPECT_NEAR(closer("1, 0.95, -1", 1e-5), 0.5, 1e-12);  // rounding, here and below
  EXPECT_NEAR(closer("-2, 2, -1.9", 1e-5), 0.5, 1e-12);
  EXPECT_NEAR(closer("2, 1.999, -2", 1e-5), 0.01, 1e-12);
  EXPECT_NEAR(closer("0.3, 0.3, -0.3", 1e-4 / 3), 0.003, 1e-12);
  EXPECT_NEAR(closer("0.3, 0.3, -0.3", 1e-4 / 30), 0.003, 1e-12);
  EXPECT_NEAR(closer("0.3, 0.3, -0.3", 1e-7), 0.1, 1e-12);
  EXPECT_EQ(closer("0.3, 0.3, -0.3", 1e-9), 1.0);
  for (const char* xi : {"1, -1, 0", "0.3, 0.1, 0.2", "0, 0.5, -0.5", "-1, 1, 0.999", "0.3, 0, 0",
                         "0.01, 0.01, -0.01", "1, 1, 1"})
    EXPECT_EQ(closer(xi, 1e-5), 1.0) << xi;
  EXPECT_EQ(closer("0.3, 0.3, -0.3", 1e-5, "integrator.damp_oscillations=on"), 1.0);
}

TEST(Configuration, SchemeSetsTheDefaultOrder) {
  EXPECT_EQ(parse("", {"run.scheme=qke"}).integrator.max_order, 2);
  EXPECT_EQ(parse("", {"run.scheme=atao"}).integrator.max_order, 5);
  EXPECT_EQ(parse("[integrator]\nmax_order = 3\n", {"run.scheme=qke"}).integrator.max_order, 3);
}

// What the printed configuration leaves to other keys follows them, as in the configuration it was made of.
TEST(PrintedConfiguration, FollowsPrecisionSchemeAndAsymmetry) {
  const std::string text = "[mixing]\nsin2_theta12 = 0.3\n";
  const std::string printed = to_toml(parse(text));
  const std::vector<Overrides> changes = {{},
                                          {"run.precision=high"},
                                          {"run.scheme=qke"},
                                          {"run.precision=fast", "asymmetry.xi=[0.2, 0, 0.1]"},
                                          {"asymmetry.eta=[0.1, 0.1, 0.1]"},
                                          {"grid.nodes=40"}};
  for (const Overrides& change : changes) {
    EXPECT_EQ(first_difference(parse(printed, change), parse(text, change)), std::nullopt);
    EXPECT_EQ(to_toml(parse(printed, change)), to_toml(parse(text, change)));
  }
}

// A value that was given stays, even where it is the one that precision stands for.
TEST(PrintedConfiguration, KeepsWhatWasGiven) {
  const std::string printed = to_toml(parse("", {"grid.nodes=48", "integrator.max_order=5"}));
  EXPECT_NE(printed.find("\nnodes = 48  # "), std::string::npos) << printed;
  EXPECT_NE(printed.find("\n#y_max = 24.0  # decided by run.precision"), std::string::npos) << printed;
  const Parameters high = parse(printed, {"run.precision=high", "run.scheme=qke"});
  EXPECT_EQ(high.grid.nodes, 48);
  EXPECT_EQ(high.grid.y_max, precision_defaults(Precision::high).y_max);
  EXPECT_EQ(high.integrator.max_order, 5);
  EXPECT_EQ(high.integrator.relative_tolerance, precision_defaults(Precision::high).relative_tolerance);
}

TEST(PrintedConfiguration, SaysWhatEachKeyMeans) {
  const std::string printed = to_toml(parse(""));
  EXPECT_NE(printed.find("\n#T_end_MeV = 0.01  # decided by [decay]; MeV: comoving temperature at the end\n"),
            std::string::npos)
      << printed;
}

TEST(Scheme, AutoIsAtaoAsFarAsThatIsExact) {
  const auto scheme = [](const Overrides& overrides) { return scheme_of(parse("", overrides)); };
  EXPECT_EQ(scheme({}), Scheme::atao);
  EXPECT_EQ(scheme({"asymmetry.xi=[0.1, 0.1, 0.1]"}), Scheme::atao);
  EXPECT_EQ(scheme({"asymmetry.eta=[0.1, 0.1, 0.1]"}), Scheme::atao);
  EXPECT_EQ(scheme({"asymmetry.xi=[0.1, 0.1, 0.2]"}), Scheme::qke);
  EXPECT_EQ(scheme({"asymmetry.eta=[0, 0.1, 0]"}), Scheme::qke);
  EXPECT_EQ(scheme({"mean_field.eta_b=6e-10"}), Scheme::qke);
  EXPECT_EQ(scheme({"asymmetry.xi=[0.1, 0.1, 0.1]", "mean_field.eta_b=6e-10"}), Scheme::qke);
  EXPECT_EQ(scheme({"run.scheme=boltzmann", "asymmetry.xi=[0.1, 0, 0]"}), Scheme::boltzmann);
}

// An asymmetry of the electrons is one too.
TEST(Scheme, AnAsymmetryIsResolvedByOnePredicate) {
  const auto resolves = [](const Overrides& overrides) { return resolves_asymmetry(parse("", overrides)); };
  EXPECT_FALSE(resolves({}));
  EXPECT_FALSE(resolves({"run.scheme=qke"}));
  EXPECT_FALSE(resolves({"asymmetry.xi=[0.1, 0.1, 0.1]"}));
  EXPECT_FALSE(resolves({"run.scheme=boltzmann", "asymmetry.xi=[0.1, 0, 0]"}));
  EXPECT_TRUE(resolves({"run.scheme=qke", "mean_field.eta_b=6e-10"}));
  EXPECT_TRUE(resolves({"asymmetry.xi=[0.1, 0, 0]"}));
  EXPECT_TRUE(resolves({"run.scheme=atao-jv", "asymmetry.xi=[0.1, 0, 0]"}));
}

// What files of "auto" and of the scheme it stands for hold is the same run.
TEST(Difference, AutoIsTheSchemeItStandsFor) {
  EXPECT_EQ(first_difference(parse(""), parse("", {"run.scheme=atao"})), std::nullopt);
  EXPECT_EQ(first_difference(parse(""), parse("", {"run.scheme=qke"}))->key, "run.scheme");
}

TEST(Configuration, OverridesComeLast) {
  EXPECT_EQ(parse("[grid]\nnodes = 33\n", {"grid.nodes=44"}).grid.nodes, 44);
  EXPECT_EQ(parse("", {"run.precision=high"}).grid.nodes, precision_defaults(Precision::high).nodes);
}

TEST(Configuration, OverridesTakeTomlOrABareWord) {
  EXPECT_EQ(parse("", {"run.scheme=boltzmann"}).run.scheme, Scheme::boltzmann);
  EXPECT_EQ(parse("", {"run.scheme=\"boltzmann\""}).run.scheme, Scheme::boltzmann);
  EXPECT_EQ(parse("", {"plasma.qed=e2+ln"}).plasma.qed, Qed::e2_ln);
  EXPECT_EQ(parse("", {"plasma.muons=true"}).plasma.muons, true);
  EXPECT_EQ(parse("", {"mixing.dm2_31_eV2=-2.5e-3"}).mixing.dm2_31_eV2, -2.5e-3);
  EXPECT_EQ(parse("", {"asymmetry.xi=[0,0,0]"}).asymmetry.xi[2], 0.0);
}

TEST(ConfigurationErrors, BadTomlNamesLineAndColumn) {
  const auto message = error_of("[grid]\nnodes = 4o\n");
  EXPECT_EQ(message.find("a.toml:2:10: bad TOML (error while parsing"), 0u) << message;
  EXPECT_NE(message.find("). Correct it."), std::string::npos) << message;
}

TEST(ConfigurationErrors, DuplicateKeyNamesTheLine) {
  const auto message = error_of("[grid]\nnodes = 40\nnodes = 50\n");
  EXPECT_EQ(message.find("a.toml:3:"), 0u) << message;
  EXPECT_NE(message.find("nodes"), std::string::npos) << message;
}

TEST(ConfigurationErrors, DuplicateOverride) {
  EXPECT_EQ(error_of("", {"grid.nodes=40", "grid.nodes=50"}),
            "--set grid.nodes=50: the key was already given (by --set grid.nodes=40). Give it once.");
}

TEST(ConfigurationErrors, UnknownSection) {
  EXPECT_EQ(error_of("\n[girds]\nnodes = 40\n"),
            "a.toml:2: unknown section [girds] (the sections are run, epoch, grid, asymmetry, mixing, "
            "sterile, weak, nsi, plasma, mean_field, extra, relic, decay, reheating, stability, directions, "
            "collisions, integrator "
            "and output). Did "
            "you mean [grid]?");
  EXPECT_NE(error_of("[something_else]\n").find("). Use one of these."), std::string::npos);
  EXPECT_EQ(error_of("", {"gird.nodes=1"}).find("--set gird.nodes=1: unknown section [gird]"), 0u);
}

TEST(ConfigurationErrors, UnknownKey) {
  EXPECT_EQ(
      error_of("[grid]\n\nnode = 40\n"),
      "a.toml:3: unknown key grid.node (the keys of [grid] are nodes and y_max). Did you mean grid.nodes?");
  EXPECT_EQ(error_of("", {"grid.ymax=20"}),
            "--set grid.ymax=20: unknown key grid.ymax (the keys of [grid] are nodes and y_max). "
            "Did you mean grid.y_max?");
}

TEST(ConfigurationErrors, KeyOfAnotherSectionIsSuggested) {
  EXPECT_EQ(error_of("[grid]\nscheme = \"atao\"\n"),
            "a.toml:2: unknown key grid.scheme (the keys of [grid] are nodes and y_max). "
            "Did you mean run.scheme?");
}

TEST(ConfigurationErrors, KeyWithNothingNear) {
  EXPECT_NE(error_of("[grid]\nfoobarbaz = 1\n").find("). Use one of these."), std::string::npos);
}

// [nsi]: three rows of three numbers, Hermitian with their imaginary parts.
TEST(ConfigurationErrors, MatricesAreHermitian) {
  const auto left = [](const std::string& value) { return error_of("[nsi]\nleft = " + value + "\n"); };
  const std::string range = "three rows of three numbers from -10 to 10, symmetric";
  EXPECT_EQ(
      left("[[0, 0.1, 0], [0.2, 0, 0], [0, 0, 0]]"),
      "a.toml:2: nsi.left = [ [ 0, 0.1, 0 ], [ 0.2, 0, 0 ], [ 0, 0, 0 ] ] is out of range (" + range +
          "; the matrix has to be Hermitian: row 2, column 1 is 0.2, row 1, column 2 is 0.1). Write 0.1 in "
          "row 2, column 1, or change both.");
  EXPECT_EQ(left("[[11, 0, 0], [0, 0, 0], [0, 0, 0]]"),
            "a.toml:2: nsi.left = [ [ 11, 0, 0 ], [ 0, 0, 0 ], [ 0, 0, 0 ] ] is out of range (" + range +
                "). Choose a smaller value.");
  EXPECT_NE(left("[[0, 0, 0], [0, nan, 0], [0, 0, 0]]").find("Choose a finite number."), std::string::npos);
  EXPECT_EQ(left("[[0, 0], [0, 0]]"), "a.toml:2: nsi.left = [ [ 0, 0 ], [ 0, 0 ] ] is an array (expected: " +
                                          range + "). Give a value of that kind.");
  EXPECT_EQ(left("[0.2, 0, 0]"), "a.toml:2: nsi.left = [ 0.2, 0, 0 ] is an array (expected: " + range +
                                     "). Write [[0.2, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]].");
  EXPECT_NE(left("[0, 0.1, 0, 0.1, 0, 0, 0, 0, 0]")
                .find("Write [[0.0, 0.1, 0.0], [0.1, 0.0, 0.0], [0.0, 0.0, 0.0]]."),
            std::string::npos);
  EXPECT_NE(left("0.2").find("is a float (expected: " + range + "). Give a value of that kind."),
            std::string::npos);
  EXPECT_EQ(
      error_of("[nsi]\nright_imaginary = [[0, 0.1, 0], [0.1, 0, 0], [0, 0, 0]]\n"),
      "a.toml:2: nsi.right_imaginary = [ [ 0, 0.1, 0 ], [ 0.1, 0, 0 ], [ 0, 0, 0 ] ] is out of range (three "
      "rows of three numbers from -10 to 10, antisymmetric; the matrix has to be Hermitian: row 2, column "
      "1 is 0.1, row 1, column 2 is 0.1). Write -0.1 in row 2, column 1, or change both.");
  EXPECT_NE(error_of("[nsi]\nleft_imaginary = [[0, 0, 0], [0, 0.1, 0], [0, 0, 0]]\n")
                .find("a diagonal element of a Hermitian matrix is real). Use 0 in row 2, column 2."),
            std::string::npos);
  const NsiParameters nsi =
      parse(
          "[nsi]\nleft = [[0, 0.1, 0], [0.1, 0, 0], [0, 0, 2]]\nleft_imaginary = [[0, 0, -0.3], [0, 0, 0], "
          "[0.3, 0, 0]]\n")
          .nsi;
  EXPECT_EQ(nsi.left, (FlavourRows{{{0.0, 0.1, 0.0}, {0.1, 0.0, 0.0}, {0.0, 0.0, 2.0}}}));
  EXPECT_EQ(nsi.left_imaginary, (FlavourRows{{{0.0, 0.0, -0.3}, {0.0, 0.0, 0.0}, {0.3, 0.0, 0.0}}}));
  EXPECT_EQ(nsi.right, FlavourRows{});
}

TEST(ConfigurationErrors, ListsIncrease) {
  const auto k = [](const std::string& value) {
    return error_of("[stability]\nmodes = \"all\"\nk_over_H = " + value + "\n");
  };
  const std::string range = "up to 20 increasing numbers from 1 to 1e+12";
  EXPECT_EQ(k("[1e3, 0.5]"), "a.toml:3: stability.k_over_H = [ 1000.0, 0.5 ] is out of range (" + range +
                                 "). Choose a larger value.");
  EXPECT_EQ(k("[1e3, 1e2]"),
            "a.toml:3: stability.k_over_H = [ 1000.0, 100.0 ] is out of range (" + range +
                "; 100 is not above the 1000 before it). Sort them, the lowest first, without "
                "repetition.");
  EXPECT_EQ(k("5"), "a.toml:3: stability.k_over_H = 5 is an integer (expected: " + range + "). Write [5.0].");
  EXPECT_NE(error_of("[stability]\nk_over_H = [10]\n").find("has no effect (stability.modes = \"off\")"),
            std::string::npos);
  EXPECT_EQ(parse_configuration("[stability]\nmodes = \"all\"\nk_over_H = [10, 2e3]\n", "a.toml", {})
                .stability.k_over_H,
            (std::vector<double>{10.0, 2000.0}));
}

TEST(ConfigurationErrors, ARelicIsGivenAsAWhole) {
  EXPECT_EQ(
      error_of("[relic]\nmass_MeV = 5.0\n"),
      "a.toml:2: relic.mass_MeV = 5.0 has no effect (with relic.degrees = 0 there is no such particle). "
      "Give relic.degrees, such as 1 for a real scalar.");
  EXPECT_EQ(error_of("[relic]\nstatistics = \"fermion\"\n"),
            "a.toml:2: relic.statistics = \"fermion\" has no effect (with relic.degrees = 0 there is no such "
            "particle). Give relic.degrees, such as 1 for a real scalar.");
  EXPECT_EQ(error_of("[relic]\ndegrees = 2\n"),
            "a.toml:2: relic.degrees = 2.0 is the relic of a particle without mass (it would never give its "
            "entropy to the photons). Give relic.mass_MeV, too; massless dark radiation is "
            "extra.dark_radiation_delta_Neff.");
  EXPECT_NE(error_of("[relic]\ndegrees = -1\n").find("is out of range (a number from 0 to 20)"),
            std::string::npos);
  EXPECT_EQ(error_of("", {"relic.mass_MeV=5", "relic.degrees=1", "mean_field.eta_b=6e-10"}),
            "--set mean_field.eta_b=6e-10: mean_field.eta_b = 6e-10 is not available in this version (with a "
            "relic there are other photons per comoving volume today than those it counts on). Use 0.");
  const RelicParameters relic = parse("[relic]\nmass_MeV = 5\ndegrees = 2\nstatistics = \"fermion\"\n").relic;
  EXPECT_EQ(relic.mass_MeV, 5.0);
  EXPECT_EQ(relic.degrees, 2.0);
  EXPECT_EQ(relic.statistics, QuantumStatistics::fermion);
}

TEST(ConfigurationErrors, KeyOutsideASection) {
  EXPECT_EQ(
      error_of("scheme = \"atao\"\n"),
      "a.toml:1: key scheme stands outside a section (every key belongs to one). Did you mean run.scheme?");
  EXPECT_EQ(error_of("", {"nodes=40"}),
            "--set nodes=40: key nodes stands outside a section (every key belongs to one). "
            "Did you mean grid.nodes?");
}

TEST(ConfigurationErrors, SectionThatIsNoTable) {
  EXPECT_EQ(error_of("run = 5\n"), "a.toml:1: run is an integer (run is a section). Write [run].");
  EXPECT_EQ(error_of("[[run]]\n"), "a.toml:1: run is an array (run is a section). Write [run].");
}

TEST(ConfigurationErrors, WrongType) {
  EXPECT_EQ(error_of("[grid]\nnodes = 40.5\n"),
            "a.toml:2: grid.nodes = 40.5 is a float (expected: an integer from 10 to 640). "
            "Give a value of that kind.");
  EXPECT_EQ(error_of("[grid]\ny_max = \"20\"\n"),
            "a.toml:2: grid.y_max = \"20\" is a string (expected: a number from 12 to 100). Write 20.");
  EXPECT_EQ(error_of("[plasma]\nmuons = 1\n"),
            "a.toml:2: plasma.muons = 1 is an integer (expected: true or false). Write true.");
  EXPECT_EQ(error_of("[collisions]\nneutrino_electron = true\n"),
            "a.toml:2: collisions.neutrino_electron = true is a boolean (expected: \"full\" or \"none\"). "
            "Give a value of that kind.");
  EXPECT_EQ(error_of("[asymmetry]\nxi = [0.0, 0.0]\n"),
            "a.toml:2: asymmetry.xi = [ 0.0, 0.0 ] is an array (expected: three numbers from -20 to 20). "
            "Give a value of that kind.");
  EXPECT_EQ(error_of("[grid]\nnodes = { n = 40 }\n"),
            "a.toml:2: grid.nodes = { n = 40 } is a table (expected: an integer from 10 to 640). "
            "Give a value of that kind.");
  EXPECT_EQ(
      error_of("[epoch]\nT_end_MeV = 1979-05-27\n").find("a.toml:2: epoch.T_end_MeV = 1979-05-27 is a date"),
      0u);
  EXPECT_EQ(error_of("", {"grid.nodes=2e1"}).find("--set grid.nodes=2e1: grid.nodes = "), 0u);
}

TEST(ConfigurationErrors, ValuesAreShownOnOneShortLine) {
  const auto message = error_of("[grid]\nnodes = \"\"\"" + std::string(300, 'x') + "\n\n\"\"\"\n");
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_LT(message.size(), 200u) << message;
}

TEST(ConfigurationErrors, UnknownWord) {
  EXPECT_EQ(error_of("[run]\nscheme = \"atoa\"\n"),
            "a.toml:2: run.scheme = \"atoa\" is not a choice (expected: \"auto\", \"boltzmann\", \"atao\", "
            "\"atao-jv\" or \"qke\"). Did you mean \"atao\"?");
  EXPECT_NE(error_of("", {"run.scheme=something"}).find("). Use one of these."), std::string::npos);
}

TEST(ConfigurationErrors, OutOfRange) {
  EXPECT_EQ(
      error_of("[epoch]\nT_start_MeV = 0.5\n"),
      "a.toml:2: epoch.T_start_MeV = 0.5 is out of range (a number from 5 to 100). Choose a larger value.");
  EXPECT_EQ(error_of("[epoch]\nT_start_MeV = 1e9\n").find("a.toml:2: epoch.T_start_MeV = "), 0u);
  EXPECT_EQ(error_of("[integrator]\nmax_order = 6\n"),
            "a.toml:2: integrator.max_order = 6 is out of range (an integer from 1 to 5). "
            "Choose a smaller value.");
  EXPECT_EQ(error_of("[weak]\nG_F_per_GeV2 = 0.0\n"),
            "a.toml:2: weak.G_F_per_GeV2 = 0.0 is out of range (a number above 0 and up to 0.001). "
            "Choose a larger value.");
  EXPECT_EQ(error_of("[asymmetry]\nxi = [0.0, 0.0, 25.0]\n"),
            "a.toml:2: asymmetry.xi = [ 0.0, 0.0, 25.0 ] is out of range (three numbers from -20 to 20). "
            "Choose a smaller value.");
}

TEST(ConfigurationErrors, NumbersTooLargeForTomlAreOutOfRange) {
  const auto expect_message = [](const std::string& key, const std::string& value, const std::string& rest) {
    const std::string message = key + " = " + rest;
    EXPECT_EQ(error_of("", {key + "=" + value}), "--set " + key + "=" + value + ": " + message);
    EXPECT_EQ(error_of("# 1e999\n" + key + " = " + value + "  # 2e999\n"), "a.toml:2: " + message);
  };
  expect_message("epoch.T_end_MeV", "1e999",
                 "1e999 is out of range (a number from 0.001 to 50). Choose a smaller value.");
  expect_message("epoch.T_end_MeV", "-1e999",
                 "-1e999 is out of range (a number from 0.001 to 50). Choose a larger value.");
  const std::string nodes = " is out of range (an integer from 10 to 640). Choose a smaller value.";
  for (const std::string value : {"99999999999999999999", "0x99999999999999999999", "9_000_000_000e9_999"}) {
    expect_message("grid.nodes", value, value + nodes);
  }
  expect_message("asymmetry.xi", "[0, 1e999, 0]",
                 "1e999 is out of range (three numbers from -20 to 20). Choose a smaller value.");
  expect_message("plasma.muons", "1e999",
                 "1e999 is an integer (expected: true or false). Give a value of that kind.");
  // Another mistake is named for what it is.
  EXPECT_EQ(error_of("[grid]\nnodes = 40  # not 1e999\ny_max == 3\n").substr(0, 22),
            "a.toml:3:8: bad TOML (");
}

// The key and the value that a message tells to write, as an override.
std::string override_of_remedy(const std::string& key, const std::string& message) {
  std::smatch part;
  static const std::regex remedy("\\)\\. Write (?:--set )?'?(?:" + std::string("[\\w.]+=") +
                                 ")?(.*?)'?(?: for .*)?\\.");
  return std::regex_match(message.begin() + static_cast<std::ptrdiff_t>(message.rfind("). ")), message.end(),
                          part, remedy)
             ? key + "=" + part[1].str()
             : "";
}

TEST(ConfigurationErrors, WhatARemedyTellsToWriteIsAccepted) {
  int remedies = 0;
  for (const Option& option : options()) {
    for (const std::string value : {".5",
                                    "0,3",
                                    "1e999",
                                    "1d999",
                                    "1d1",
                                    "'1e999'",
                                    "'1000'",
                                    "'48'",
                                    "1000.0",
                                    "48.0",
                                    "1e20",
                                    "195",
                                    "2.5",
                                    "99999999999999999999",
                                    "99999999999999999999.0",
                                    "'99999999999999999999'",
                                    "99999999999999999999 s",
                                    "yes",
                                    "1",
                                    "True",
                                    "true",
                                    "30",
                                    "300",
                                    "(1, 2, 3)",
                                    "(1e999 2 3)"}) {
      const std::string key = option.full_name(), message = error_of("", {key + "=" + value});
      const std::string again = override_of_remedy(key, message);
      if (again.empty()) continue;
      ++remedies;
      const std::string outcome = error_of("", {again});
      for (const char* refusal : {"is out of range", "(expected:", "bad TOML", "is not a choice"}) {
        EXPECT_EQ(outcome.find(refusal), std::string::npos) << message << "\n" << outcome;
      }
    }
  }
  EXPECT_GT(remedies, 50);
}

TEST(ConfigurationErrors, NotANumberIsOutOfRange) {
  for (const std::string value : {"nan", "inf", "-inf"}) {
    const auto message = error_of("", {"mixing.sin2_theta12=" + value});
    EXPECT_NE(message.find("is out of range (a number from 0 to 1). Choose a finite number."),
              std::string::npos)
        << message;
  }
}

TEST(ConfigurationErrors, TooLargeAGridNamesTheMemory) {
  EXPECT_EQ(
      error_of("[grid]\nnodes = 1000\n"),
      "a.toml:2: grid.nodes = 1000 is out of range (an integer from 10 to 640; the Jacobian of scheme qke "
      "would need up to 2*8*(18*nodes)^2 bytes = 5.18 GB). Choose a smaller value.");
  // 2^32 + 40 must not wrap round to 40.
  EXPECT_NE(error_of("[grid]\nnodes = 4294967336\n").find("grid.nodes = 4294967336 is out of range"),
            std::string::npos);
}

TEST(ConfigurationErrors, EndBeforeStart) {
  EXPECT_EQ(error_of("[epoch]\nT_start_MeV = 10.0\nT_end_MeV = 13.0\n"),
            "a.toml:3: epoch.T_end_MeV = 13.0 is not below epoch.T_start_MeV = 10.0 (the Universe cools, in "
            "a run by "
            "1 % at least). Choose an end below 9.9, or a start above 13.2.");
  EXPECT_EQ(error_of("", {"epoch.T_end_MeV=19.9"}),
            "--set epoch.T_end_MeV=19.9: epoch.T_end_MeV = 19.9 is too near to epoch.T_start_MeV = 20.0 (the "
            "Universe cools, in a run by 1 % at least). Choose an end below 19.8, or a start above 20.2.");
  EXPECT_NO_THROW(parse("", {"epoch.T_end_MeV=19.79"}));
  EXPECT_NO_THROW(parse("", {"epoch.T_end_MeV=19.9", "epoch.T_start_MeV=20.21"}));
}

TEST(ConfigurationErrors, XiTogetherWithEta) {
  EXPECT_EQ(error_of("[asymmetry]\nxi = [0, 0, 0]\neta = [0, 0, 0]\n"),
            "a.toml:3: asymmetry.eta = [ 0, 0, 0 ] contradicts asymmetry.xi = [ 0, 0, 0 ] (a.toml:2; each "
            "fixes the "
            "asymmetry). Give one of the two.");
  Parameters parameters;
  parameters.asymmetry = {{0.1, 0, 0}, {0.1, 0, 0}};
  EXPECT_THROW(validate(parameters), ConfigurationError);
}

TEST(ConfigurationErrors, AnOverrideNamesSectionAndKey) {
  for (const std::string text : {"=3", " =3", "grid.=3", ".nodes=3", ".=3"}) {
    EXPECT_EQ(error_of("", {text}),
              "--set " + text +
                  ": a part of the key is missing (expected: section.key=value). Write the whole key.");
  }
  EXPECT_EQ(parse("", {" grid.nodes = 40"}).grid.nodes, 40);
}

// A word of which no letter is right is no misspelling.
TEST(ConfigurationErrors, NothingIsNearToAShortWord) {
  EXPECT_EQ(error_of("", {"grid.q=3"}),
            "--set grid.q=3: unknown key grid.q (the keys of [grid] are nodes and y_max). Use one of these.");
  EXPECT_EQ(error_of("[grid]\n\"\" = 3\n"),
            "a.toml:2: unknown key grid. (the keys of [grid] are nodes and y_max). Use one of these.");
}

TEST(ConfigurationErrors, BadOverrides) {
  EXPECT_EQ(error_of("", {"grid.nodes"}),
            "--set grid.nodes: no value is given (expected: section.key=value). Add one.");
  EXPECT_EQ(error_of("", {"grid.nodes=[1"}).find("--set grid.nodes=[1: bad TOML ("), 0u);
  EXPECT_EQ(error_of("", {"grid.nodes="}).find("--set grid.nodes=: no value is given ("), 0u);
  EXPECT_NE(error_of("", {"grid.nodes=1\ny=2"}).find("more than one line"), std::string::npos);
}

TEST(ConfigurationErrors, WhatIsNotAvailableIsRefused) {
  EXPECT_EQ(
      error_of("[run]\nscheme = \"atao-jv\"\n[mean_field]\nself = \"off\"\n[asymmetry]\nxi = [0.1, 0, 0]\n"),
      "a.toml:4: mean_field.self = \"off\" is not available in this version (scheme \"atao-jv\" averages "
      "around this potential). Use scheme \"qke\".");
  EXPECT_EQ(
      error_of("", {"run.scheme=atao-jv", "asymmetry.xi=[0.1,0,0]", "decay.mass_MeV=20",
                    "decay.lifetime_s=0.1", "decay.energy_density_MeV4=1", "decay.branching=[0.1,0,0]"}),
      "--set run.scheme=atao-jv: run.scheme = \"atao-jv\" is not available in this version (decays bring "
      "neutrinos with coherences in its basis). Use \"qke\".");
  EXPECT_NE(error_of("", {"run.scheme=qke", "mean_field.muons=on", "mixing.delta_cp_rad=1.0"})
                .find("mean_field.muons = \"on\" is not available in this version ("),
            std::string::npos);
  for (const std::string key_and_value :
       {"run.average_below_MeV=2.0", "run.slow_precession_below_MeV=2.0", "asymmetry.xi=[0.1,0,0]",
        "asymmetry.eta=[0,0.1,0]", "mean_field.self=on", "mean_field.neutrino_energy=true",
        "mean_field.eta_b=6e-10", "integrator.damp_oscillations=off"}) {
    const auto message = error_of("", {"run.scheme=atao", key_and_value});
    EXPECT_NE(message.find("is not available in this version ("), std::string::npos) << message;
  }
}

TEST(ConfigurationErrors, AsymmetriesThatASchemeCannotSolve) {
  // Unequal asymmetries are not averaged by atao; equal ones need no qke. "auto" takes both.
  for (const auto& [scheme, eta] : {std::pair{"qke", "[0.1, 0.1, 0.1]"}, {"atao", "[0.1, 0.1, 0.2]"}}) {
    const auto message =
        error_of("", {"run.scheme=" + std::string(scheme), "asymmetry.eta=" + std::string(eta)});
    EXPECT_NE(message.find("asymmetry.eta = " + std::string(eta) + " is not available"), std::string::npos)
        << message;
    EXPECT_NE(message.find("Use scheme \"auto\", which is "), std::string::npos) << message;
    EXPECT_NO_THROW(parse("", {"run.scheme=auto", "asymmetry.eta=" + std::string(eta)}));
  }
  EXPECT_NO_THROW(parse("", {"run.scheme=boltzmann", "asymmetry.xi=[0.1,0,-0.3]"}));
  EXPECT_NO_THROW(parse("", {"run.scheme=qke", "asymmetry.xi=[0.1,0,-0.3]"}));
  EXPECT_NO_THROW(parse("", {"run.scheme=qke", "asymmetry.xi=[0.6,4.3,-4.2]"}));
}

TEST(ConfigurationErrors, GridTooCoarse) {
  EXPECT_EQ(error_of("[grid]\nnodes = 20\ny_max = 40\n"),
            "a.toml:2: grid.nodes = 20 is too few for grid.y_max = 40.0 (steps above 1.25 spoil N_eff). Use "
            "grid.nodes = 32 or more, or grid.y_max = 25 or less.");
  EXPECT_NO_THROW(parse("", {"grid.nodes=32", "grid.y_max=40"}));
  EXPECT_NO_THROW(parse("", {"grid.nodes=20", "grid.y_max=25"}));
  // No y_max is small enough for less.
  EXPECT_EQ(error_of("", {"grid.nodes=9"}),
            "--set grid.nodes=9: grid.nodes = 9 is out of range (an integer from 10 to 640). Choose a larger "
            "value.");
  EXPECT_NE(
      error_of("", {"grid.nodes=10"}).find("Use grid.nodes = 20 or more, or grid.y_max = 12.5 or less."),
      std::string::npos);
  EXPECT_NE(error_of("", {"grid.nodes=10", "grid.y_max=14", "asymmetry.xi=[4, 4, 4]"})
                .find("Use grid.nodes = 12 or more."),
            std::string::npos);
}

TEST(ConfigurationErrors, GridTooShortForTheAsymmetry) {
  EXPECT_EQ(error_of("[grid]\ny_max = 12\n[asymmetry]\nxi = [3, 3, 3]\n"),
            "a.toml:2: grid.y_max = 12.0 is too small for the asymmetry (|xi| up to 3 needs 13 at least). "
            "Raise it, or leave it out.");
}

TEST(Configuration, TheGridReachesFurtherWithAnAsymmetry) {
  const auto standard = precision_defaults(Precision::standard);
  const auto grid = parse("", {"asymmetry.xi=[2.5,2.5,2.5]"}).grid;
  EXPECT_EQ(grid.y_max, standard.y_max + 3.0);
  EXPECT_NEAR(grid.y_max / grid.nodes, standard.y_max / standard.nodes, 0.01);  // nodes are whole
  EXPECT_EQ(parse("", {"asymmetry.xi=[2.5,2.5,2.5]", "grid.nodes=30"}).grid.nodes, 30);
}

TEST(ConfigurationFile, Missing) {
  EXPECT_EQ(file_error_of("no/such.toml"),
            "no/such.toml: configuration file not found (no such file). Check the name.");
}

TEST(ConfigurationFile, Directory) {
  EXPECT_EQ(file_error_of("/"), "/: is a directory (a configuration is a file). Name a file in it.");
}

TEST(ConfigurationFile, Endless) {
  EXPECT_EQ(file_error_of("/dev/zero"),
            "/dev/zero: the file is larger than 1 MB (no configuration is). Check the name.");
}

TEST(ConfigurationFile, Binary) {
  EXPECT_EQ(file_error_of("/proc/self/exe").find("/proc/self/exe: the file is larger"), 0u);
  EXPECT_EQ(error_of(std::string("\x89HDF\r\n\x1a\n\0\0", 10)).find("a.toml:1:1: bad TOML ("), 0u);
}

TEST(ConfigurationFile, ARunFileIsNamedAsSuch) {
  const auto file = std::filesystem::temp_directory_path() / "configuration_test_run.h5";
  // Larger than a configuration may be.
  std::ofstream(file, std::ios::binary) << std::string("\x89HDF\r\n\x1a\n", 8) << std::string(2 << 20, ' ');
  const auto message = file_error_of(file);
  EXPECT_NE(message.find("is HDF5, such as a run file"), std::string::npos) << message;
  EXPECT_NE(message.find("Name the configuration first and the run file after -o;"), std::string::npos);
  std::filesystem::remove(file);
}

TEST(ConfigurationFile, ShippedOnesAreValid) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(QKE_SOURCE_DIR "/configs")) {
    if (entry.path().extension() != ".toml") continue;
    EXPECT_NO_THROW(read_configuration(entry.path(), {})) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 11);  // those of configurations_test.cpp
}

// What users of other formats write, and what it should have been.
struct SlipAndRemedy {
  const char *line, *remedy;
};

class TomlSlip : public testing::TestWithParam<SlipAndRemedy> {};

TEST_P(TomlSlip, IsToldInTheFile) {
  const auto message =
      error_of("[run]\n# a comment\n" + std::string(GetParam().line) + "\nprecision = \"fast\"\n");
  EXPECT_EQ(message.find("a.toml:3:"), 0u) << message;
  EXPECT_NE(message.find("). Write " + std::string(GetParam().remedy) + "."), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    All, TomlSlip,
    testing::Values(SlipAndRemedy{"scheme = atao", "scheme = \"atao\""},
                    SlipAndRemedy{"scheme = atao-jv   # averaged", "scheme = \"atao-jv\""},
                    SlipAndRemedy{"scheme = \"atao", "scheme = \"atao\""},
                    SlipAndRemedy{"scheme: atao", "scheme = \"atao\""},
                    SlipAndRemedy{"nodes 48", "nodes = 48"},
                    SlipAndRemedy{"sin2_theta12 = 0,307", "sin2_theta12 = 0.307"},
                    SlipAndRemedy{"sin2_theta12 = .5", "sin2_theta12 = 0.5"},
                    SlipAndRemedy{"T_start_MeV = 20.", "T_start_MeV = 20.0"},
                    SlipAndRemedy{"T_start_MeV = 20.  # MeV", "T_start_MeV = 20.0"},
                    SlipAndRemedy{"dm2_31_eV2 = 2.5d-3", "dm2_31_eV2 = 2.5e-3"},
                    SlipAndRemedy{"dm2_31_eV2 = -2,5e-3", "dm2_31_eV2 = -2.5e-3"},
                    SlipAndRemedy{"T_start_MeV = 20 MeV", "T_start_MeV = 20"},
                    SlipAndRemedy{"nodes = 048", "nodes = 48"}, SlipAndRemedy{"muons = True", "muons = true"},
                    SlipAndRemedy{"muons = .false.", "muons = false"},
                    SlipAndRemedy{"xi = [.1, 0, 0.]", "xi = [0.1, 0, 0.0]"},
                    SlipAndRemedy{"xi = (0.1, 0, 0)", "xi = [0.1, 0, 0]"},
                    SlipAndRemedy{"xi = 0.1, 0, 0", "xi = [0.1, 0, 0]"}));

TEST(TomlSlips, AreToldOfAnOverride) {
  const auto expect_remedy = [](const std::string& override_text, const std::string& remedy) {
    const auto message = error_of("", {override_text});
    EXPECT_EQ(message.substr(std::min(message.size(), message.find("). ") + 3)), remedy) << message;
  };
  expect_remedy("mixing.sin2_theta12=.5", "Write --set mixing.sin2_theta12=0.5.");
  expect_remedy("mixing.sin2_theta12=0,307", "Write --set mixing.sin2_theta12=0.307.");
  expect_remedy("mixing.dm2_31_eV2=2.5d-3", "Write --set mixing.dm2_31_eV2=2.5e-3.");
  expect_remedy("mixing.dm2_31_eV2=2d-3", "Write 2e-3.");
  expect_remedy("epoch.T_start_MeV=20.", "Write --set epoch.T_start_MeV=20.0.");
  expect_remedy("asymmetry.xi=[.1, 0, 0]", "Write --set 'asymmetry.xi=[0.1, 0, 0]'.");
  expect_remedy("plasma.muons=yes", "Write true.");
  expect_remedy("plasma.muons=False", "Write false.");
  expect_remedy("mean_field.muons=true", "Write \"on\".");
  expect_remedy("collisions.neutrino_electron=false", "Write \"none\".");
  expect_remedy("grid.nodes=48.0", "Write 48.");
  expect_remedy("asymmetry.xi=0.1", "Write [0.1, 0.1, 0.1].");
}

// A number in another unit than the key's is told what it would be in that.
TEST(UnitSlips, OutOfRange) {
  const auto expect_remedy = [](const std::string& override_text, const std::string& remedy) {
    const auto message = error_of("", {override_text});
    EXPECT_NE(message.find(" is out of range ("), std::string::npos) << message;
    EXPECT_EQ(message.substr(std::min(message.size(), message.find("). ") + 3)), remedy) << message;
  };
  expect_remedy("mixing.delta_cp_rad=195", "Write 3.403392041 for 195 degrees.");  // 195 pi/180
  expect_remedy("mixing.dm2_31_eV2=2.5", "Write 0.0025 for 2.5 * 1e-3 eV^2.");
  expect_remedy("mixing.dm2_31_eV2=-246", "Write -0.00246 for -246 * 1e-5 eV^2.");
  expect_remedy("mixing.dm2_21_eV2=7.53", "Write 7.53e-05 for 7.53 * 1e-5 eV^2.");
  expect_remedy("mixing.sin2_theta23=45", "Write 0.5 for 45 degrees.");
  expect_remedy("epoch.T_start_MeV=20000", "Write 20 for 20000 keV.");
  expect_remedy("epoch.T_start_MeV=0.02", "Write 20 for 0.02 GeV.");
  expect_remedy("weak.G_F_per_GeV2=1.166", "Write 1.166e-05 for 1.166 * 1e-5 GeV^-2.");
  expect_remedy("mean_field.eta_b=6.1", "Write 6.1e-10 for 6.1 * 1e-10.");
  EXPECT_NE(error_of("", {"mixing.delta_cp_rad=195"}).find("(a number from -6.283185307 to 6.283185307)"),
            std::string::npos);
}

TEST(UnitSlips, AcceptedOnesAreWarnedOf) {
  const auto warnings = [](const Overrides& overrides) {
    return configuration_warnings(parse("", overrides));
  };
  EXPECT_TRUE(warnings({}).empty());
  EXPECT_TRUE(warnings({"mixing.dm2_31_eV2=0", "mixing.dm2_21_eV2=0"}).empty());  // two flavours
  EXPECT_TRUE(warnings({"mixing.dm2_31_eV2=-2.46e-3"}).empty());
  EXPECT_EQ(
      warnings({"mixing.dm2_31_eV2=0.9"}),
      Overrides{"mixing.dm2_31_eV2 = 0.9 is unusual (sizes from 0.001 to 0.01 are usual, and 0.00253 is the "
                "default). Check its unit, eV^2."});
  EXPECT_EQ(warnings({"mixing.dm2_31_eV2=2.5e-5"}).size(), 1u);
  EXPECT_EQ(warnings({"weak.m_W_GeV=80379"}),
            Overrides{"weak.m_W_GeV = 80379 is unusual (sizes from 10 to 10000 are usual, and 80.379 is the "
                      "default). Write 80.379 for 80379 MeV."});
}

// docs/asymmetries.md, "How sure are the results?": flavours precess below 16 MeV.
TEST(ConfigurationWarnings, ALateStartOfUnequalAsymmetries) {
  const auto warnings = [](const std::string& T_start, const std::string& xi) {
    return configuration_warnings(
        parse("", {"epoch.T_start_MeV=" + T_start, "asymmetry.xi=" + xi, "mean_field.eta_b=6.1e-10"}));
  };
  const auto late = warnings("5", "[0.1, 0, 0]");
  ASSERT_EQ(late.size(), 1u);
  EXPECT_NE(late[0].find("Start at 16 MeV or above."), std::string::npos);
  EXPECT_TRUE(warnings("16", "[0.1, 0, 0]").empty());
}

// docs/asymmetries.md, "Electrons": not where nothing of it is seen, or can be.
TEST(ConfigurationWarnings, TheElectronsThatUnequalAsymmetriesSee) {
  const auto warnings = [](std::vector<std::string> keys, const std::string& xi = "[0.1, 0, 0]") {
    keys.push_back("asymmetry.xi=" + xi);
    return configuration_warnings(parse("", keys));
  };
  for (const auto& seen : {warnings({}), warnings({"run.scheme=atao-jv"})}) {
    ASSERT_EQ(seen.size(), 1u);
    EXPECT_EQ(seen[0].find("mean_field.eta_b = 0.0 leaves out"), 0u) << seen[0];
  }
  EXPECT_TRUE(warnings({"mean_field.eta_b=6.1e-10"}).empty());
  EXPECT_TRUE(warnings({"run.scheme=boltzmann"}).empty());
  EXPECT_TRUE(warnings({"mean_field.self=off"}).empty());
  EXPECT_TRUE(warnings({"directions.number=2"}, "[0.01, 0, 0]").empty());
  EXPECT_TRUE(warnings({"epoch.T_start_MeV=5"}, "[1, 1, 1]").empty());
}

// As typed, not with the 17 digits that tell all doubles apart.
TEST(ConfigurationErrors, NumbersAreShownAsTyped) {
  EXPECT_NE(error_of("", {"mixing.sin2_theta12=133.4"}).find("mixing.sin2_theta12 = 133.4 is out"),
            std::string::npos);
  EXPECT_NE(error_of("", {"asymmetry.xi=[33.4, 0, 0]"}).find("asymmetry.xi = [ 33.4, 0, 0 ] is out"),
            std::string::npos);
}

}  // namespace
}  // namespace qke

// config/: what is accepted, and every kind of error with its text.
#include "qke/config/configuration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "qke/base/error.hpp"

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
  expect_tolerances("qke", "[0.01, -0.01, 0]", 1e-4, 1e-5);
  expect_tolerances("qke", "[0.2, -0.2, 0]", 5e-5, 5e-5);
  expect_tolerances("qke", "[4, -4, 0]", 1e-5, 1e-5);
  expect_tolerances("qke", "[1e-5, 0, 0]", 1e-4, 1e-8);
  expect_tolerances("atao-jv", "[0.01, -0.01, 0]", 1e-6, 1e-9);
  expect_tolerances("atao-jv", "[4, -4, 0]", 1e-7, 1e-8);
}

TEST(Configuration, SchemeSetsTheDefaultOrder) {
  EXPECT_EQ(parse("", {"run.scheme=qke"}).integrator.max_order, 2);
  EXPECT_EQ(parse("", {"run.scheme=atao"}).integrator.max_order, 5);
  EXPECT_EQ(parse("[integrator]\nmax_order = 3\n", {"run.scheme=qke"}).integrator.max_order, 3);
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
            "a.toml:2: unknown section [girds] (the sections are run, epoch, grid, asymmetry, mixing, weak, "
            "plasma, "
            "mean_field, extra, collisions, integrator and output). Did you mean [grid]?");
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
            "a.toml:2: grid.nodes = 40.5 is a float (expected: an integer from 8 to 640). "
            "Give a value of that kind.");
  EXPECT_EQ(error_of("[grid]\ny_max = \"20\"\n"),
            "a.toml:2: grid.y_max = \"20\" is a string (expected: a number from 12 to 100). "
            "Give a value of that kind.");
  EXPECT_EQ(error_of("[plasma]\nmuons = 1\n"),
            "a.toml:2: plasma.muons = 1 is an integer (expected: true or false). Give a value of that kind.");
  EXPECT_EQ(error_of("[collisions]\nneutrino_electron = true\n"),
            "a.toml:2: collisions.neutrino_electron = true is a boolean (expected: \"full\" or \"none\"). "
            "Give a value of that kind.");
  EXPECT_EQ(error_of("[asymmetry]\nxi = [0.0, 0.0]\n"),
            "a.toml:2: asymmetry.xi = [ 0.0, 0.0 ] is an array (expected: three numbers from -20 to 20). "
            "Give a value of that kind.");
  EXPECT_EQ(error_of("[grid]\nnodes = { n = 40 }\n"),
            "a.toml:2: grid.nodes = { n = 40 } is a table (expected: an integer from 8 to 640). "
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
  EXPECT_EQ(
      error_of("[run]\nscheme = \"atoa\"\n"),
      "a.toml:2: run.scheme = \"atoa\" is not a choice (expected: \"boltzmann\", \"atao\", \"atao-jv\" or "
      "\"qke\"). Did you mean \"atao\"?");
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
      "a.toml:2: grid.nodes = 1000 is out of range (an integer from 8 to 640; the Jacobian of scheme qke "
      "would need up to 2*8*(18*nodes)^2 bytes = 5 GB). Choose a smaller value.");
  // 2^32 + 40 must not wrap round to 40.
  EXPECT_NE(error_of("[grid]\nnodes = 4294967336\n").find("grid.nodes = 4294967336 is out of range"),
            std::string::npos);
}

TEST(ConfigurationErrors, EndBeforeStart) {
  EXPECT_EQ(error_of("[epoch]\nT_start_MeV = 10.0\nT_end_MeV = 13.0\n"),
            "a.toml:3: epoch.T_end_MeV = 13.0 is not below epoch.T_start_MeV = 10.0 (the Universe cools). "
            "Choose a lower end or a higher start.");
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

TEST(ConfigurationErrors, BadOverrides) {
  EXPECT_EQ(error_of("", {"grid.nodes"}),
            "--set grid.nodes: no value is given (expected: section.key=value). Add one.");
  EXPECT_EQ(error_of("", {"grid.nodes=[1"}).find("--set grid.nodes=[1: bad TOML ("), 0u);
  EXPECT_EQ(error_of("", {"grid.nodes="}).find("--set grid.nodes=: bad TOML ("), 0u);
  EXPECT_NE(error_of("", {"grid.nodes=1\ny=2"}).find("more than one line"), std::string::npos);
}

TEST(ConfigurationErrors, WhatIsNotAvailableIsRefused) {
  EXPECT_EQ(
      error_of("[run]\nscheme = \"atao-jv\"\n[mean_field]\nself = \"off\"\n[asymmetry]\nxi = [0.1, 0, 0]\n"),
      "a.toml:4: mean_field.self = \"off\" is not available in this version (scheme \"atao-jv\" averages "
      "around this potential). Use scheme \"qke\".");
  EXPECT_NE(error_of("", {"run.scheme=qke", "mean_field.muons=on", "mixing.delta_cp_rad=1.0"})
                .find("mean_field.muons = \"on\" is not available in this version ("),
            std::string::npos);
  for (const std::string key_and_value :
       {"run.average_below_MeV=2.0", "asymmetry.xi=[0.1,0,0]", "asymmetry.eta=[0,0.1,0]",
        "mean_field.self=on", "mean_field.neutrino_energy=true", "mean_field.eta_b=6e-10"}) {
    const auto message = error_of("", {key_and_value});
    EXPECT_NE(message.find("is not available in this version ("), std::string::npos) << message;
  }
}

TEST(ConfigurationErrors, AsymmetriesThatASchemeCannotSolve) {
  // Unequal asymmetries are not averaged by atao; equal ones need no qke.
  EXPECT_NE(error_of("", {"run.scheme=qke", "asymmetry.eta=[0.1,0.1,0.1]"}).find("Use scheme \"atao\"."),
            std::string::npos);
  EXPECT_NE(
      error_of("", {"asymmetry.eta=[0.1,0.1,0.2]"}).find("asymmetry.eta = [0.1, 0.1, 0.2] is not available"),
      std::string::npos);
  EXPECT_NO_THROW(parse("", {"run.scheme=boltzmann", "asymmetry.xi=[0.1,0,-0.3]"}));
  EXPECT_NO_THROW(parse("", {"run.scheme=qke", "asymmetry.xi=[0.1,0,-0.3]"}));
  EXPECT_NO_THROW(parse("", {"run.scheme=qke", "asymmetry.xi=[0.6,4.3,-4.2]"}));
}

TEST(ConfigurationErrors, GridTooCoarse) {
  EXPECT_EQ(error_of("[grid]\nnodes = 20\ny_max = 40\n"),
            "a.toml:2: grid.nodes = 20 is too few for grid.y_max = 40.0 (steps above 1.25 spoil N_eff). Use "
            "more nodes, or a "
            "smaller y_max.");
}

TEST(ConfigurationErrors, GridTooShortForTheAsymmetry) {
  EXPECT_EQ(error_of("[grid]\ny_max = 12\n[asymmetry]\nxi = [3, 3, 3]\n"),
            "a.toml:2: grid.y_max = 12.0 is too small for the asymmetry (|xi| up to 3 needs y_max of 13 at "
            "least). Raise "
            "it, or leave it out.");
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
            "no/such.toml: no such file (it is to be the configuration). Check the name.");
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

TEST(ConfigurationFile, ShippedOnesAreValid) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(QKE_SOURCE_DIR "/configs")) {
    if (entry.path().extension() != ".toml") continue;
    EXPECT_NO_THROW(read_configuration(entry.path(), {})) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 3);
}

}  // namespace
}  // namespace qke

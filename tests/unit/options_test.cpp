// config/options: the table agrees with the defaults, and every option can be read and
// written.
#include "config/options.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "config/configuration.hpp"
#include "model/method.hpp"

namespace qke {
namespace {

TEST(Options, HaveDistinctNamesAndAHelpText) {
  std::set<std::string> names;
  for (const auto& option : options()) {
    EXPECT_TRUE(names.insert(option.full_name()).second) << option.full_name();
    EXPECT_FALSE(option.help.empty()) << option.full_name();
    EXPECT_EQ(find_option(option.section, option.name), &option);
  }
}

// A key whose name carries a unit says the same in the table.
TEST(Options, UnitsAgreeWithTheNames) {
  const std::pair<std::string_view, std::string_view> suffixes[] = {{"_MeV", "MeV"},  {"_GeV", "GeV"},
                                                                    {"_eV2", "eV^2"}, {"_per_GeV2", "GeV^-2"},
                                                                    {"_rad", "rad"},  {"_s", "s"}};
  for (const auto& option : options()) {
    for (const auto& [suffix, unit] : suffixes) {
      if (option.name.ends_with(suffix)) {
        EXPECT_EQ(option.unit, unit) << option.full_name();
      }
    }
  }
}

TEST(Options, DefaultsAreInRange) {
  for (const auto& option : options()) EXPECT_EQ(option.complaint(Parameters{}), std::nullopt);
}

// Sections are contiguous: section_names() relies on it.
TEST(Options, SectionsAreInTheOrderOfTheStructs) {
  const std::vector<std::string_view> expected = {
      "run",       "epoch",      "grid",       "asymmetry",  "mixing", "sterile", "weak",
      "nsi",       "plasma",     "mean_field", "extra",      "relic",  "decay",   "reheating",
      "stability", "directions", "collisions", "integrator", "output"};
  EXPECT_EQ(section_names(), expected);
}

// The words of a choice are listed in the order of its enumerators.
TEST(Options, WordsMatchEnumerators) {
  const auto word = [](std::string_view section, std::string_view name, const Parameters& parameters) {
    return find_option(section, name)->toml_value(parameters);
  };
  Parameters parameters;
  parameters.run.scheme = Scheme::atao_jv;
  parameters.run.precision = Precision::high;
  parameters.plasma.qed = Qed::e3_ln;
  parameters.mean_field.self = Switch::off;
  parameters.mean_field.muons = Switch::on;
  parameters.collisions.neutrino_neutrino = ProcessTreatment::none;
  EXPECT_EQ(word("run", "scheme", parameters), "\"atao-jv\"");
  EXPECT_EQ(word("run", "precision", parameters), "\"high\"");
  EXPECT_EQ(word("plasma", "qed", parameters), "\"e3+ln\"");
  EXPECT_EQ(word("mean_field", "self", parameters), "\"off\"");
  EXPECT_EQ(word("mean_field", "muons", parameters), "\"on\"");
  EXPECT_EQ(word("collisions", "neutrino_neutrino", parameters), "\"none\"");
  parameters.run.scheme = Scheme::boltzmann;
  parameters.plasma.qed = Qed::e5;
  EXPECT_EQ(word("plasma", "qed", parameters), "\"e5\"");
  parameters.plasma.qed = Qed::e2;
  EXPECT_EQ(word("run", "scheme", parameters), "\"boltzmann\"");
  EXPECT_EQ(word("plasma", "qed", parameters), "\"e2\"");
}

TEST(PrecisionDefaults, StandardIsTheDefaultOfTheStructs) {
  const Parameters parameters;
  const auto standard = precision_defaults(Precision::standard);
  EXPECT_EQ(standard.nodes, parameters.grid.nodes);
  EXPECT_EQ(standard.y_max, parameters.grid.y_max);
  EXPECT_EQ(standard.relative_tolerance, parameters.integrator.relative_tolerance);
  EXPECT_EQ(standard.absolute_tolerance, parameters.integrator.absolute_tolerance);
}

}  // namespace
}  // namespace qke

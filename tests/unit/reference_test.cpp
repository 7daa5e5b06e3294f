// docs/configuration.md has the tables that the program's own option table gives.
#include "config/reference.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "config/configuration.hpp"
#include "support/source_text.hpp"

namespace qke {
namespace {

using independent::text_of;

std::string documentation() { return text_of("docs/configuration.md"); }

TEST(ConfigurationReference, HasTheOptionTables) {
  EXPECT_NE(documentation().find(option_tables()), std::string::npos)
      << "Replace the tables of docs/configuration.md by\n"
      << option_tables();
}

TEST(AllKeys, IsWhatTheProgramSays) {
  EXPECT_EQ(text_of("configs/all-keys.toml"), all_keys())
      << "Replace configs/all-keys.toml by what qke-decouple --help all prints.";
}

// Every explained line without its # is a valid one, apart from eta, which contradicts xi.
TEST(AllKeys, WithoutTheirHashesAreTheDefaults) {
  std::istringstream lines(all_keys());
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool is_key = line.size() > 1 && line[0] == '#' && line[1] != ' ' && line.rfind("#eta ", 0) != 0;
    text += (is_key ? line.substr(1) : line) + "\n";
  }
  EXPECT_EQ(first_difference(parse_configuration(text, "all", {}), Parameters{}), std::nullopt);
  EXPECT_EQ(first_difference(parse_configuration(all_keys(), "all", {}), Parameters{}), std::nullopt);
}

TEST(ConfigurationReference, HasThePrecisionTable) {
  EXPECT_NE(documentation().find(precision_table()), std::string::npos)
      << "Replace the table of docs/configuration.md by\n"
      << precision_table();
}

}  // namespace
}  // namespace qke

// docs/configuration.md has the tables that the program's own option table gives.
#include "qke/config/reference.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace qke {
namespace {

std::string documentation() {
  std::ostringstream text;
  text << std::ifstream(QKE_SOURCE_DIR "/docs/configuration.md").rdbuf();
  return text.str();
}

TEST(ConfigurationReference, HasTheOptionTables) {
  EXPECT_NE(documentation().find(option_tables()), std::string::npos)
      << "Replace the tables of docs/configuration.md by\n"
      << option_tables();
}

TEST(ConfigurationReference, HasThePrecisionTable) {
  EXPECT_NE(documentation().find(precision_table()), std::string::npos)
      << "Replace the table of docs/configuration.md by\n"
      << precision_table();
}

}  // namespace
}  // namespace qke

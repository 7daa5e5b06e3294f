// docs/output.md and python/qke_decouple/run_layout.json say what run_layout.hpp says.
#include "output/layout_reference.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/source_text.hpp"

namespace qke {
namespace {

using independent::text_of;

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t from = text.find(begin), to = text.find(end);
  if (from == std::string::npos || to == std::string::npos) return "there is no " + begin;
  return text.substr(from + begin.size(), to - from - begin.size());
}

void expect_on_the_page(const std::string& name, const std::string& table) {
  EXPECT_EQ(between(text_of("docs/output.md"), "<!-- " + name + " -->\n", "<!-- end of " + name + " -->\n"),
            table)
      << "Replace the table of docs/output.md by\n"
      << table;
}

TEST(LayoutReference, HasTheAttributesOfTheRoot) { expect_on_the_page("attributes", attribute_table()); }

class LayoutTables : public testing::TestWithParam<const char*> {};

TEST_P(LayoutTables, AreThoseOfThePage) { expect_on_the_page(GetParam(), layout_table(GetParam())); }

INSTANTIATE_TEST_SUITE_P(LayoutReference, LayoutTables,
                         testing::Values("summary", "history", "spectra", "statistics", "stability",
                                         "checkpoint"),
                         [](const auto& group) { return std::string(group.param); });

TEST(LayoutJson, IsTheFileOfTheScripts) {
  EXPECT_EQ(text_of("python/qke_decouple/run_layout.json"), layout_json())
      << "Replace python/qke_decouple/run_layout.json by\n"
      << layout_json();
}

}  // namespace
}  // namespace qke

// base/text: decimals, enumerations, edit distance.
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

namespace qke {
namespace {

TEST(ShortestDecimal, ReadsBackTheSameAndIsShort) {
  EXPECT_EQ(shortest_decimal(0.1), "0.1");
  EXPECT_EQ(shortest_decimal(1.0 / 3.0), "0.3333333333333333");
  EXPECT_EQ(shortest_decimal(1e-12), "1e-12");
  const double smallest = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(std::strtod(shortest_decimal(smallest).c_str(), nullptr), smallest);
}

TEST(ShortestDecimal, NamesWhatIsNotFinite) {
  EXPECT_EQ(shortest_decimal(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(shortest_decimal(std::nan("")), "nan");
}

TEST(MessageNumber, HasTenDigitsAtMost) {
  EXPECT_EQ(message_number(0.1), "0.1");
  EXPECT_EQ(message_number(1.0 / 3.0), "0.3333333333");
  EXPECT_EQ(message_number(1e5), "1e+05");
}

TEST(Decimals, AreThoseOfPrintf) {
  const auto printed = [](const char* format, int digits, double value) {
    std::array<char, 400> text{};
    std::snprintf(text.data(), text.size(), format, digits, value);
    return std::string(text.data());
  };
  for (const double value : {0.0, -0.0, 1.0, -2.5, 0.125, 3.0440, 999.95, 1e5, 123456.0, 1e-5, 6.6e-12, 1e300,
                             std::numeric_limits<double>::infinity(), std::nan("")}) {
    for (const int digits : {1, 3, 4, 6, 10}) {
      EXPECT_EQ(rounded(value, digits), printed("%.*g", digits, value));
      EXPECT_EQ(with_decimals(value, digits), printed("%.*f", digits, value));
      EXPECT_EQ(scientific(value, digits), printed("%.*e", digits, value));
    }
  }
}

TEST(Enumeration, ReadsLikeASentence) {
  EXPECT_EQ(enumeration({}, "or"), "");
  EXPECT_EQ(enumeration({"a"}, "or"), "a");
  EXPECT_EQ(enumeration({"a", "b"}, "or"), "a or b");
  EXPECT_EQ(enumeration({"a", "b", "c"}, "and"), "a, b and c");
}

// kitten -> sitting and flaw -> lawn: the textbook examples.
TEST(EditDistance, CountsInsertionsDeletionsReplacements) {
  EXPECT_EQ(edit_distance("", ""), 0);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("abc", ""), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("flaw", "lawn"), 2);
  EXPECT_EQ(edit_distance("nodes", "nodes"), 0);
}

// The borders are those of Unicode 15, table 3-7.
TEST(ValidUtf8, ReplacesWhatIsNone) {
  for (const char* good :
       {"", "plain", "\xC3\xA9", "\xE2\x82\xAC", "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(valid_utf8(good), good);
  }
  const std::string lost = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("a\xFFz"), "a" + lost + "z");
  EXPECT_EQ(valid_utf8("\xC3"), lost);                                   // cut off
  EXPECT_EQ(valid_utf8("\xC0\xAF"), lost + lost);                        // longer than need be
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), lost + lost + lost);             // half of a pair
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), lost + lost + lost + lost);  // beyond the last
}

TEST(EditDistance, CountsASwapOfNeighboursAsOne) {
  EXPECT_EQ(edit_distance("gird", "grid"), 1);
  EXPECT_EQ(edit_distance("girds", "grid"), 2);
}

}  // namespace
}  // namespace qke

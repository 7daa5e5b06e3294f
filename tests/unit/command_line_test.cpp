// command/command_line: options and their errors.
#include "qke/command/command_line.hpp"

#include <gtest/gtest.h>

#include "qke/base/error.hpp"

namespace qke {
namespace {

CommandLine parse(std::vector<const char*> words) {
  words.insert(words.begin(), "qke-decouple");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

std::string error_of(const std::vector<const char*>& words) {
  try {
    parse(words);
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "no error";
}

TEST(CommandLine, OutputIsNamedAfterTheConfiguration) {
  EXPECT_EQ(parse({"configs/standard.toml"}).output, "standard.h5");
  EXPECT_EQ(parse({"configs/standard.toml", "-o", "d/run.h5"}).output, "d/run.h5");
}

TEST(CommandLine, SetTakesOneValueAndMayBeRepeated) {
  const auto line = parse({"--set", "grid.nodes=40", "a.toml", "--set", "asymmetry.xi=[0.0, 0.0, 0.0]"});
  EXPECT_EQ(line.configuration, "a.toml");
  EXPECT_EQ(line.overrides, (std::vector<std::string>{"grid.nodes=40", "asymmetry.xi=[0.0, 0.0, 0.0]"}));
  EXPECT_EQ(line.as_typed, "qke-decouple --set grid.nodes=40 a.toml --set 'asymmetry.xi=[0.0, 0.0, 0.0]'");
}

TEST(CommandLine, Requests) {
  EXPECT_EQ(parse({"a.toml"}).request, Request::run);
  EXPECT_EQ(parse({"a.toml", "--check"}).request, Request::check);
  EXPECT_EQ(parse({"a.toml", "--print-config"}).request, Request::print_config);
  EXPECT_EQ(parse({"--version"}).request, Request::version);
  EXPECT_EQ(parse({"--help"}).request, Request::help);
}

TEST(CommandLine, ThreadsAreAPositiveInteger) {
  EXPECT_GE(parse({"a.toml"}).threads, 1);
  EXPECT_EQ(parse({"a.toml", "--threads", "3"}).threads, 3);
  for (const char* wrong : {"0", "-1", "1.5", "two", "2x", "100000", "99999999999999999999"}) {
    EXPECT_EQ(error_of({"a.toml", "--threads", wrong}),
              "--threads " + std::string(wrong) +
                  " is out of range (an integer from 1 to 1024). Leave it out to use all processors.");
  }
}

TEST(CommandLine, MistakesAreNamed) {
  EXPECT_EQ(error_of({}), "no configuration is given (the command needs one). Try configs/standard.toml.");
  EXPECT_NE(error_of({"a.toml", "--frobnicate"}).find("--frobnicate"), std::string::npos);
  EXPECT_NE(error_of({"a.toml", "b.toml"}).find("b.toml"), std::string::npos);
  EXPECT_NE(error_of({"a.toml", "-o"}).find("--output"), std::string::npos);
  EXPECT_NE(error_of({"a.toml", "--check", "--print-config"}).find("--check"), std::string::npos);
}

}  // namespace
}  // namespace qke

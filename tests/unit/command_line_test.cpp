// command/command_line: options and their errors.
#include "command/command_line.hpp"

#include <gtest/gtest.h>

#include "qke/error.hpp"

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
  EXPECT_EQ(parse({"--stability", "run.h5"}).request, Request::stability);
  EXPECT_EQ(parse({"--stability", "run.h5", "--json"}).finished_run, "run.h5");
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
  EXPECT_EQ(error_of({"a.toml", "--frobnicate"}),
            "bad command line (no option --frobnicate). See qke-decouple --help.");
  EXPECT_EQ(error_of({"a.toml", "--ouput", "b.h5"}),
            "bad command line (no option --ouput). Did you mean --output?");
  EXPECT_NE(error_of({"a.toml", "b.toml"}).find("b.toml"), std::string::npos);
  EXPECT_NE(error_of({"a.toml", "-o"}).find("--output"), std::string::npos);
  EXPECT_EQ(error_of({"a.toml", "--stability", "run.h5"}),
            "bad command line (no place for a.toml, as --stability takes the configuration of the run). "
            "Leave it out.");
  EXPECT_NE(error_of({"a.toml", "--check", "--print-config"}).find("--check"), std::string::npos);
}

TEST(CommandLine, AKeyAsAnOptionIsTaken) {
  const auto remedy = [](const std::vector<const char*>& words) {
    const std::string message = error_of(words);
    return message.substr(std::min(message.size(), message.find("). ") + 3));
  };
  EXPECT_EQ(remedy({"a.toml", "--precison", "fast"}), "Did you mean --set run.precision=fast?");
  EXPECT_EQ(remedy({"a.toml", "--nodes=40"}), "Did you mean --set grid.nodes=40?");
  EXPECT_EQ(remedy({"a.toml", "--grid.nodes", "40", "--json"}), "Did you mean --set grid.nodes=40?");
  EXPECT_EQ(remedy({"a.toml", "-nodes", "40"}), "Did you mean --set grid.nodes=40?");
  EXPECT_EQ(remedy({"a.toml", "grid.nodes=40"}), "Did you mean --set grid.nodes=40?");
  EXPECT_EQ(remedy({"a.toml", "--quite"}), "Did you mean --quiet?");
}

TEST(CommandLine, AShortOptionIsTheOneOfItsLetter) {
  const auto expect_remedy = [](const std::vector<const char*>& words, const std::string& remedy) {
    EXPECT_EQ(error_of(words), "bad command line (no option " + std::string(words[1]) + "). " + remedy);
  };
  expect_remedy({"a.toml", "-q"}, "Did you mean --quiet?");
  expect_remedy({"a.toml", "-t", "3"}, "Did you mean --threads?");
  for (const char* unknown : {"-n", "-x", "-V", "-"})
    expect_remedy({"a.toml", unknown}, "See qke-decouple --help.");
}

// As the shell hands them over.
TEST(CommandLine, AValueSplitAtBlanksIsPutTogether) {
  const auto expect_remedy = [](const std::vector<const char*>& words, const std::string& remedy) {
    const std::string message = error_of(words);
    EXPECT_NE(message.find("(the shell splits it at blanks). Write --set " + remedy + "."), std::string::npos)
        << message;
  };
  expect_remedy({"a.toml", "--set", "asymmetry.xi=[0.1,", "0,", "0]"}, "'asymmetry.xi=[0.1, 0, 0]'");
  expect_remedy({"--set", "asymmetry.xi=[0.1,", "0,", "0]", "a.toml", "--json"},
                "'asymmetry.xi=[0.1, 0, 0]'");
  expect_remedy({"--set", "grid.nodes", "=", "40", "a.toml"}, "'grid.nodes = 40'");
  EXPECT_EQ(parse({"a.toml", "--set", "asymmetry.xi=[0.1,0,0]"}).overrides.size(), 1u);
}

TEST(CommandLine, HelpSaysThatTheConfigurationIsRequired) {
  const std::string help = parse({"--help"}).help_text;
  EXPECT_NE(help.find("Usage: qke-decouple CONFIG.toml [OPTIONS]\n"), std::string::npos) << help;
  EXPECT_EQ(parse({"a.toml", "-h"}).help_text, help);
  EXPECT_EQ(parse({"--help", "a.toml"}).help_text, help);
  EXPECT_EQ(parse({"--help", "--frobnicate"}).help_text, help);
}

TEST(CommandLine, HelpExplainsAKeyOrASection) {
  const std::string nodes = parse({"--help", "grid.nodes"}).help_text;
  EXPECT_EQ(nodes,
            "[grid]\n# Number of comoving momenta y_i = i*y_max/nodes.\n# An integer from 10 to 640. Default "
            "decided "
            "by run.precision, the asymmetry, [sterile], [decay] and [reheating].\n#nodes = 48\n");
  EXPECT_EQ(parse({"--help", "nodes"}).help_text, nodes);
  EXPECT_NE(parse({"--help", "T_end_MeV"})
                .help_text.find(
                    "# A number from 0.001 to 50 in MeV. Default decided by [decay].\n#T_end_MeV = 0.01\n"),
            std::string::npos);
  const std::string grid = parse({"--help", "grid"}).help_text;
  EXPECT_EQ(grid.find(nodes), 0u) << grid;
  EXPECT_NE(grid.find("#y_max = 24.0\n"), std::string::npos);
  // Of two sections.
  const std::string muons = parse({"--help", "muons"}).help_text;
  EXPECT_NE(muons.find("[plasma]"), std::string::npos);
  EXPECT_NE(muons.find("[mean_field]"), std::string::npos);
  EXPECT_EQ(
      error_of({"--help", "grid.node"}),
      "--help grid.node: no such key or section (\"--help all\" has all). Did you mean --help grid.nodes?");
}

TEST(CommandLine, HelpOnAKeyTakesNoFurtherWord) {
  const std::string message =
      "bad command line (no place for junk, as --help explains one key or section). Write --help grid.nodes.";
  EXPECT_EQ(error_of({"--help", "grid.nodes", "junk"}), message);
  EXPECT_EQ(error_of({"--help=grid.nodes", "junk"}), message);
  EXPECT_EQ(error_of({"a.toml", "--help", "grid.nodes", "junk"}), message);
  const std::string nodes = parse({"--help", "grid.nodes"}).help_text;
  EXPECT_EQ(parse({"--help", "grid.nodes", "a.toml"}).help_text, nodes);
  EXPECT_EQ(parse({"/dev/null", "--help", "grid.nodes", "--check"}).help_text, nodes);
}

TEST(CommandLine, CompletionHasOptionsKeysAndValues) {
  const std::string words = "\n" + parse({"--help", "words"}).help_text;
  for (const char* word : {"--output\t", "--resume\t", "grid.nodes=\t", "asymmetry.eta=\t",
                           "run.scheme=auto\t", "run.scheme=atao-jv\t", "plasma.muons=true\t"}) {
    EXPECT_NE(words.find("\n" + std::string(word)), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace qke

// The same input gives the same numbers, bit by bit: again, on other numbers of threads,
// and from the configuration that the file holds.
#include <gtest/gtest.h>

#include "cli/long_run.hpp"
#include "cli/process.hpp"

namespace qke::test {
namespace {

class Reproducibility : public testing::TestWithParam<const char*> {
 protected:
  Reproducibility() { directory_.write("run.toml", GetParam()); }

  std::string numbers(const std::vector<std::string>& arguments) const {
    const auto outcome =
        run_program(directory_.path(), with(arguments, {"--quiet", "--force", "-o", "run.h5"}));
    EXPECT_EQ(outcome.exit_status, 0) << outcome.stderr_text;
    return numbers_of_file(directory_, "run.h5");
  }

  TemporaryDirectory directory_;
};

TEST_P(Reproducibility, AgainAndOnOtherThreads) {
  const std::string first = numbers({"run.toml", "--threads", "1"});
  for (const char* threads : {"1", "2", "5"}) {
    EXPECT_EQ(numbers({"run.toml", "--threads", threads}), first) << threads << " threads";
  }
}

TEST_P(Reproducibility, FromTheConfigurationInTheFile) {
  const std::string first = numbers({"run.toml"});
  const std::string stored = read_run_file(directory_.path() / "run.h5").configuration_toml;
  directory_.write("stored.toml", stored);
  const auto printed = run_program(directory_.path(), {"stored.toml", "--print-config"});
  EXPECT_EQ(printed.stdout_text, stored);
  directory_.write("printed.toml", printed.stdout_text);
  EXPECT_EQ(numbers({"printed.toml"}), first);
}

constexpr const char* averaged =
    "[run]\nscheme = \"atao\"\n[grid]\nnodes = 16\ny_max = 16\n[mixing]\nsin2_theta13 = 0.0221\n";
constexpr const char* full =
    "[run]\nscheme = \"qke\"\nprecision = \"fast\"\n[grid]\nnodes = 16\ny_max = 16\n";
constexpr const char* asymmetric =
    "[run]\nscheme = \"qke\"\nprecision = \"fast\"\n[epoch]\nT_end_MeV = 8\n[grid]\nnodes = 12\ny_max = 15\n"
    "[asymmetry]\nxi = [0.05, -0.02, 0.01]\n";
INSTANTIATE_TEST_SUITE_P(Schemes, Reproducibility, testing::Values(averaged, full, asymmetric));

}  // namespace
}  // namespace qke::test

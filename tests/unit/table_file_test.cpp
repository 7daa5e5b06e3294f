// config/table_file: extra.rate_table as rows and as a file, where the file is looked for, what is stored of
// it, and every refusal with its text.
#include "config/table_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "config/configuration.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

using Overrides = std::vector<std::string>;

const RateTable rows{{0.01, 1.0, 0.99}, {1.0, 1.02, 0.98}, {20.0, 1.05, 1.01}};

// A folder of its own, away from the working directory.
class RateTableFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              (std::string("rate table ") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    write("k.dat",
          "# T_MeV  K_annihilation  K_scattering\n0.01 1.0 0.99\n\n1.0\t1.02, 0.98\r\n  20 1.05 1.01\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // The table of a configuration in the folder.
  RateTable table_of(const std::string& value, const Overrides& overrides = {}) const {
    return parse_configuration("[extra]\nrate_table = " + value + "\n", path("run.toml"), overrides)
        .extra.rate_table;
  }
  std::string error_of(const std::string& value) const {
    try {
      static_cast<void>(table_of(value));
    } catch (const ConfigurationError& error) {
      return error.what();
    }
    return "no error";
  }
  std::string error_of_file(const std::string& text) const {
    write("bad.dat", text);
    return error_of("\"bad.dat\"");
  }

  std::filesystem::path folder_;
};

TEST_F(RateTableFile, IsReadFromTheFolderOfTheConfiguration) {
  EXPECT_EQ(table_of("\"k.dat\""), rows);
  EXPECT_EQ(table_of("\"" + path("k.dat") + "\""), rows);
  std::ofstream(folder_ / "run.toml") << "[extra]\nrate_table = \"k.dat\"\n";
  EXPECT_EQ(read_configuration(folder_ / "run.toml").extra.rate_table, rows);
}

// Those of --set, as a shell completes them, from the working directory; without quotes, too.
TEST_F(RateTableFile, IsReadFromTheWorkingDirectoryWhereSetNamesIt) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  const auto of = [](const std::string& value) {
    return parse_configuration("", "elsewhere/run.toml", {"extra.rate_table=" + value}).extra.rate_table;
  };
  EXPECT_EQ(of("k.dat"), rows);
  EXPECT_EQ(of("./k.dat"), rows);
  EXPECT_EQ(of("\"k.dat\""), rows);
  std::filesystem::current_path(before);
  EXPECT_EQ(of(path("k.dat")), rows);
}

TEST_F(RateTableFile, MayHaveOneFactorForBoth) {
  write("k.dat", "0.01 1.0\n20 1.05\n");
  EXPECT_EQ(table_of("\"k.dat\""), (RateTable{{0.01, 1.0, 1.0}, {20.0, 1.05, 1.05}}));
}

TEST_F(RateTableFile, MayBeGivenAsRows) {
  EXPECT_EQ(table_of("[[0.01, 1, 0.99], [1, 1.02, 0.98],\n[20.0, 1.05, 1.01]]"), rows);
  EXPECT_EQ(table_of("[[0.01, 1], [20, 1.05]]"), (RateTable{{0.01, 1.0, 1.0}, {20.0, 1.05, 1.05}}));
  EXPECT_EQ(table_of("[]"), RateTable{});
  EXPECT_EQ(table_of("\"k.dat\"", {"extra.rate_table=[]"}), RateTable{});
}

// The printed configuration has the rows: it gives the same run without the file, or with another one there.
TEST_F(RateTableFile, IsPrintedAsRows) {
  const std::string text = "[extra]\nrate_table = \"k.dat\"\n";
  const Parameters parameters = parse_configuration(text, path("run.toml"), {});
  const std::string printed = to_toml(parameters);
  EXPECT_NE(printed.find("\nrate_table = [[0.01, 1.0, 0.99], [1.0, 1.02, 0.98], [20.0, 1.05, 1.01]]  # "),
            std::string::npos)
      << printed;
  std::filesystem::remove(folder_ / "k.dat");
  const Parameters again = parse_configuration(printed, "printed", {});
  EXPECT_EQ(again.extra.rate_table, rows);
  EXPECT_EQ(first_difference(parameters, again), std::nullopt);
  write("k.dat", "0.01 1.0 0.99\n1.0 1.02 0.980000000000001\n20 1.05 1.01\n");
  const auto difference = first_difference(parameters, parse_configuration(text, path("run.toml"), {}));
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->key, "extra.rate_table");
}

TEST_F(RateTableFile, IsRefusedWhereItCannotBeRead) {
  EXPECT_EQ(error_of("\"none.dat\""),
            path("run.toml") + ":2: extra.rate_table = \"none.dat\" is not found (no file '" +
                path("none.dat") +
                "'; names are relative to the folder of the configuration, those of --set to the working "
                "directory). Check the name.");
  EXPECT_NE(error_of("\".\"").find(" is no file ("), std::string::npos) << error_of("\".\"");
  EXPECT_NE(error_of("\"\"").find("). Name a file."), std::string::npos) << error_of("\"\"");
  EXPECT_NE(error_of("\"/dev/zero\"").find("). Name a file."), std::string::npos);
  for (const std::string text : {"", "\n\n", "# T K\n  # no row\n"}) {
    EXPECT_NE(
        error_of_file(text).find(" has no rows (every line is empty or a comment). Write rows of T_MeV "),
        std::string::npos)
        << error_of_file(text);
  }
  EXPECT_NE(error_of_file("0.01 1 1\n1.0 1.02D0 1\n20 1 1\n")
                .find(" has '1.02D0' in line 2 (it is no number). Write numbers as 1.05 or 1e-3"),
            std::string::npos)
      << error_of_file("0.01 1 1\n1.0 1.02D0 1\n20 1 1\n");
  EXPECT_NE(error_of_file("0.01 1 1 7\n").find(" has 4 columns in line 1 (expected: T_MeV"),
            std::string::npos);
  EXPECT_NE(error_of_file("0.01\n").find(" has 1 columns in line 1"), std::string::npos);
  EXPECT_NE(error_of_file(std::string(2 << 20, '#')).find("). Check the name."), std::string::npos);
}

TEST_F(RateTableFile, IsRefusedWhereItsNumbersAreBad) {
  EXPECT_NE(error_of_file("1 1 1\n0.01 1 1\n20 1 1\n")
                .find("; row 2: its T_MeV is not above the 1 of the row before). Sort the rows"),
            std::string::npos)
      << error_of_file("1 1 1\n0.01 1 1\n20 1 1\n");
  EXPECT_NE(error_of_file("0.01 1 1\n1 1 1\n1 1 1\n20 1 1\n").find("; row 3: its T_MeV"), std::string::npos);
  for (const std::string bad : {"0", "-1", "nan", "inf"}) {
    for (const std::string& row : {bad + " 1 1", "1 " + bad + " 1", "1 1 " + bad}) {
      EXPECT_NE(error_of_file("0.01 1 1\n" + row + "\n20 1 1\n").find(" is not positive and finite). Give"),
                std::string::npos)
          << row;
    }
  }
  EXPECT_NE(error_of_file("0.01 1 1\n20 1 1001\n").find("; row 2: K_scattering is above 1000). Give factors"),
            std::string::npos);
  std::string many;
  for (int n = 1; n <= 2001; ++n) many += std::to_string(0.01 * n) + " 1 1\n";
  EXPECT_NE(error_of_file(many).find("; 2001 rows are more than 2000). Thin them out"), std::string::npos);
  EXPECT_NE(error_of("[[0.01, 1, 1], [20, -1, 1]]").find("; row 2: -1 is not positive"), std::string::npos);
  EXPECT_NE(error_of("[[0.01, 1, 1], [20]]").find(" is an array (expected: the name of a file with columns"),
            std::string::npos);
  EXPECT_NE(error_of("1.05").find(" is a float (expected: the name of a file"), std::string::npos);
  EXPECT_NE(error_of("[0.01, 1, 1]").find(" is an array (expected"), std::string::npos);
}

TEST_F(RateTableFile, IsRefusedWhereItDoesNotCoverTheRun) {
  EXPECT_EQ(error_of_file("0.1 1 1\n20 1 1\n"),
            path("run.toml") +
                ":2: extra.rate_table does not cover the run (it has 0.1 to 20 MeV, the run 0.01 to 20 MeV). "
                "Add rows at these ends, such as the nearest ones again.");
  EXPECT_NE(error_of_file("0.01 1 1\n10 1 1\n").find(" does not cover the run (it has 0.01 to 10 MeV"),
            std::string::npos);
  EXPECT_NE(error_of_file("0.01 1 1\n").find(" does not cover the run"), std::string::npos);
  EXPECT_EQ(table_of("\"k.dat\"", {"epoch.T_start_MeV=10", "epoch.T_end_MeV=0.02"}), rows);
}

}  // namespace
}  // namespace qke

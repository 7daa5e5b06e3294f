// The run file: its content, and what happens when it cannot be written.
#include "output/run_file.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "output/output_target.hpp"
#include "output/side_files.hpp"
#include "qke/error.hpp"

namespace {

namespace fs = std::filesystem;
using qke::InputOutputError;
using qke::Provenance;
using qke::RunRecord;

constexpr int nodes = 3;
constexpr int snapshots = 2;

// Every number is different, so that a transposed or misplaced one shows.
RunRecord example_record() {
  RunRecord record;
  double next = 0;
  const auto number = [&next] { return next += 0.125; };
  const auto vector = [&] { return qke::Vector3(number(), number(), number()); };
  const auto matrix = [&] {
    qke::Matrix3 value;
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) value(row, column) = {number(), -number()};
    }
    return value;
  };
  for (int i = 0; i < nodes; ++i) record.y.push_back(number());
  for (int i = 0; i < 4; ++i) {
    qke::HistoryPoint point;
    for (double* value : {&point.x, &point.T_cm, &point.time_s, &point.z, &point.T_gamma, &point.hubble,
                          &point.rho_gamma, &point.rho_e, &point.N_eff, &point.heating}) {
      *value = number();
    }
    for (qke::StateVector* value : {&point.z_nu, &point.z_nubar, &point.eta, &point.z_mass})
      *value = vector();
    point.coherence = vector();
    record.history.push_back(point);
  }
  for (int i = 0; i < snapshots; ++i) {
    qke::SpectraSnapshot snapshot;
    snapshot.x = number();
    for (int k = 0; k < nodes; ++k) {
      snapshot.rho.push_back(matrix());
      snapshot.rhobar.push_back(matrix());
      snapshot.rho_mass.push_back(vector());
      snapshot.rhobar_mass.push_back(vector());
    }
    record.spectra.push_back(snapshot);
  }
  qke::Summary& summary = record.summary;
  summary.N_eff = 3.044;
  summary.N_eff_error = std::numeric_limits<double>::quiet_NaN();
  for (qke::StateVector* value :
       {&summary.z_nu, &summary.z_nubar, &summary.eta, &summary.delta_rho, &summary.n_nu}) {
    *value = vector();
  }
  summary.scheme = "atao";
  summary.nodes = nodes;
  summary.steps = 138;
  record.statistics.counters = {{"jacobian_evaluations", 5}, {"error_test_failures", 0}};
  record.summary.warnings = {"first", "second"};
  record.statistics.residuals = {{"lepton_number", 1e-16}};
  return record;
}

Provenance example_provenance() {
  return {.program_version = "0.1.0",
          .git_commit = "0123456789abcdef",
          .created_utc = "2024-01-01T00:00:00Z",
          .command_line = "qke-decouple standard.toml -o run.h5",
          .configuration_toml = "[run]\nscheme = \"atao\"\n",
          .threads = 2,
          .earlier_history = ""};
}

// Each test has an empty directory of its own.
class RunFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/qke-run-file-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  fs::path path(const std::string& name) const { return directory_ / name; }
  void write(const fs::path& target, bool force = false) const {
    qke::write_run_file(target, example_record(), example_provenance(), force);
  }
  int number_of_files() const {
    return static_cast<int>(std::distance(fs::directory_iterator(directory_), fs::directory_iterator{}));
  }

  fs::path directory_;
};

std::string content_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void put(const fs::path& path, const std::string& content) { std::ofstream(path) << content; }

// The message of the InputOutputError that the action throws; empty if it throws none.
template <class Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const InputOutputError& error) {
    EXPECT_EQ(error.status(), qke::ExitStatus::input_output);
    return error.what();
  }
  return "";
}

testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << part << "' is not in '" << text << "'";
}

class Reader {
 public:
  explicit Reader(const fs::path& path) : file_(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)) {
    if (file_ < 0) throw std::runtime_error("cannot open " + path.string());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { H5Fclose(file_); }

  std::vector<hsize_t> shape(const std::string& name) const {
    int rank = -1;
    EXPECT_GE(H5LTget_dataset_ndims(file_, name.c_str(), &rank), 0) << name;
    std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
    EXPECT_GE(H5LTget_dataset_info(file_, name.c_str(), extents.data(), nullptr, nullptr), 0) << name;
    return extents;
  }
  std::vector<double> numbers(const std::string& name) const {
    std::size_t size = 1;
    for (const hsize_t extent : shape(name)) size *= extent;
    std::vector<double> values(size);
    EXPECT_GE(H5LTread_dataset_double(file_, name.c_str(), values.data()), 0) << name;
    return values;
  }
  std::string attribute(const std::string& name) const {
    char* text = nullptr;
    EXPECT_GE(H5LTget_attribute_string(file_, "/", name.c_str(), reinterpret_cast<char*>(&text)), 0) << name;
    const std::string value = text ? text : "";
    H5free_memory(text);
    return value;
  }

 private:
  hid_t file_;
};

using Shape = std::vector<hsize_t>;

TEST_F(RunFileTest, RootTellsWhereTheNumbersComeFrom) {
  write(path("run.h5"));
  const Reader reader(path("run.h5"));
  EXPECT_EQ(reader.attribute("kind"), "qke-decouple run");
  EXPECT_EQ(reader.attribute("Conventions"), "CF-1.10 qke-decouple-1");
  EXPECT_EQ(reader.attribute("program_version"), "0.1.0");
  EXPECT_EQ(reader.attribute("git_commit"), "0123456789abcdef");
  EXPECT_EQ(reader.attribute("created_utc"), "2024-01-01T00:00:00Z");
  EXPECT_EQ(reader.attribute("command_line"), "qke-decouple standard.toml -o run.h5");
  EXPECT_EQ(reader.attribute("config"), "[run]\nscheme = \"atao\"\n");
  EXPECT_EQ(reader.attribute("status"), "done");
}

TEST_F(RunFileTest, SummaryAndStatisticsComeBack) {
  write(path("run.h5"));
  const Reader reader(path("run.h5"));
  const qke::Summary summary = example_record().summary;
  EXPECT_EQ(reader.numbers("/summary/N_eff"), std::vector<double>{3.044});
  EXPECT_TRUE(std::isnan(reader.numbers("/summary/N_eff_error").front()));
  EXPECT_EQ(reader.numbers("/summary/steps"), std::vector<double>{138});
  EXPECT_EQ(reader.shape("/summary/steps"), Shape{});
  EXPECT_EQ(reader.numbers("/summary/delta_rho"),
            std::vector<double>(summary.delta_rho.begin(), summary.delta_rho.end()));
  EXPECT_EQ(reader.numbers("/statistics/jacobian_evaluations"), std::vector<double>{5});
  EXPECT_EQ(reader.numbers("/statistics/lepton_number"), std::vector<double>{1e-16});
}

TEST_F(RunFileTest, HistoryComesBack) {
  write(path("run.h5"));
  const Reader reader(path("run.h5"));
  const RunRecord record = example_record();
  ASSERT_EQ(reader.shape("/history/z_nubar"), (Shape{4, 3}));
  for (std::size_t i = 0; i < record.history.size(); ++i) {
    EXPECT_EQ(reader.numbers("/history/x")[i], record.history[i].x);
    EXPECT_EQ(reader.numbers("/history/time_s")[i], record.history[i].time_s);
    EXPECT_EQ(reader.numbers("/history/heating")[i], record.history[i].heating);
    EXPECT_EQ(reader.numbers("/history/z_mass")[3 * i + 1], record.history[i].z_mass[1]);
    EXPECT_EQ(reader.numbers("/history/coherence")[3 * i], record.history[i].coherence[0]);
    EXPECT_EQ(reader.numbers("/history/z_nubar")[3 * i + 2], record.history[i].z_nubar[2]);
  }
}

TEST_F(RunFileTest, SpectraComeBack) {
  write(path("run.h5"));
  const Reader reader(path("run.h5"));
  const RunRecord record = example_record();
  ASSERT_EQ(reader.shape("/spectra/rhobar"), (Shape{snapshots, nodes, 3, 3, 2}));
  ASSERT_EQ(reader.shape("/spectra/rho_mass"), (Shape{snapshots, nodes, 3}));
  EXPECT_EQ(reader.numbers("/spectra/y"), record.y);
  const std::vector<double> rhobar = reader.numbers("/spectra/rhobar");
  const std::vector<double> rho_mass = reader.numbers("/spectra/rho_mass");
  const std::size_t m = 1, node = 2, row = 0, column = 2;
  const std::complex<double> expected = record.spectra[m].rhobar[node](row, column);
  const std::size_t offset = (((m * nodes + node) * 3 + row) * 3 + column) * 2;
  EXPECT_EQ(rhobar[offset], expected.real());
  EXPECT_EQ(rhobar[offset + 1], expected.imag());
  EXPECT_EQ(rho_mass[(m * nodes + node) * 3 + 1], record.spectra[m].rho_mass[node][1]);
}

TEST_F(RunFileTest, TheSameRecordGivesTheSameBytes) {
  write(path("first.h5"));
  write(path("second.h5"));
  EXPECT_GT(content_of(path("first.h5")).size(), 1000U);
  EXPECT_TRUE(content_of(path("first.h5")) == content_of(path("second.h5")));
}

TEST_F(RunFileTest, ARecordWithoutPointsIsAFile) {
  RunRecord record = example_record();
  record.y.clear();
  record.history.clear();
  record.spectra.clear();
  qke::write_run_file(path("run.h5"), record, example_provenance(), false);
  EXPECT_EQ(Reader(path("run.h5")).shape("/spectra/rho"), (Shape{0, 0, 3, 3, 2}));
}

TEST_F(RunFileTest, SnapshotsMustHaveAllNodes) {
  RunRecord record = example_record();
  record.spectra[0].rhobar_mass.push_back(qke::Vector3::Zero());
  record.spectra[1].rhobar_mass.pop_back();
  EXPECT_THROW(qke::write_run_file(path("run.h5"), record, example_provenance(), false),
               std::invalid_argument);
  record = example_record();
  record.spectra[1].dipole.assign(nodes, qke::Matrix3::Zero());  // of one slice alone
  EXPECT_THROW(qke::write_run_file(path("run.h5"), record, example_provenance(), false),
               std::invalid_argument);
  EXPECT_EQ(number_of_files(), 0);
}

TEST_F(RunFileTest, ATargetThatCanBeWrittenPassesTheCheckAndLeavesNoTrace) {
  qke::check_output_target(path("run.h5"), false);
  qke::check_output_target(path("run.h5"), true);
  EXPECT_EQ(number_of_files(), 0);
}

TEST_F(RunFileTest, NothingIsOverwrittenWithoutForce) {
  put(path("run.h5"), "old");
  const std::string expected = "cannot write '" + path("run.h5").string() +
                               "' (it exists, and nothing is overwritten without --force)."
                               " Choose another name with -o, or add --force.";
  EXPECT_EQ(message_of([&] { qke::check_output_target(path("run.h5"), false); }), expected);
  EXPECT_EQ(message_of([&] { write(path("run.h5")); }), expected);
  EXPECT_EQ(content_of(path("run.h5")), "old");
  EXPECT_EQ(number_of_files(), 1);
}

TEST_F(RunFileTest, ForceOverwrites) {
  put(path("run.h5"), "old");
  qke::check_output_target(path("run.h5"), true);
  EXPECT_EQ(content_of(path("run.h5")), "old");
  write(path("run.h5"), true);
  EXPECT_EQ(Reader(path("run.h5")).numbers("/summary/N_eff"), std::vector<double>{3.044});
  EXPECT_EQ(number_of_files(), 1);
}

TEST_F(RunFileTest, ALinkToNowhereTakesTheName) {
  fs::create_symlink("nowhere", path("run.h5"));
  EXPECT_TRUE(contains(message_of([&] { write(path("run.h5")); }), "it exists"));
  write(path("run.h5"), true);
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path("run.h5"))));
}

TEST_F(RunFileTest, ALeftoverOfAKilledRunIsNotInTheWay) {
  const fs::path leftover = path("run.h5.tmp." + std::to_string(::getpid()));
  put(leftover, "left over");
  write(path("run.h5"));
  EXPECT_EQ(content_of(leftover), "left over");
  EXPECT_EQ(number_of_files(), 2);
}

TEST_F(RunFileTest, TargetsThatCannotBeAreExplained) {
  fs::create_directory(path("folder"));
  put(path("file"), "old");
  const struct {
    fs::path target;
    std::string reason;
  } cases[] = {
      {path("folder"), "it is a directory"},
      {path("folder/"), "this names no file"},
      {"", "this names no file"},
      {path("missing/run.h5"), "there is no directory '" + path("missing").string() + "'"},
      {path("file/run.h5"), "'" + path("file").string() + "' is not a directory"},
      {"/dev/null", "it is a device, not a regular file"},
      {"/proc/run.h5", "creating the temporary file '/proc/run.h5.tmp."},
  };
  for (const auto& item : cases) {
    SCOPED_TRACE(item.target);
    for (const bool force : {false, true}) {
      EXPECT_TRUE(contains(message_of([&] { qke::check_output_target(item.target, force); }), item.reason));
      EXPECT_TRUE(contains(message_of([&] { write(item.target, force); }), item.reason));
    }
  }
  EXPECT_EQ(number_of_files(), 2);
}

TEST_F(RunFileTest, NamesTooLongAreExplained) {
  // 255 bytes, and 24 for .part.tmp.<7 digits>.<2 digits>.
  const std::string longest(231, 'n'), start(40, 'n');
  EXPECT_EQ(message_of([&] { qke::check_output_target(path(longest), false); }), "");
  EXPECT_TRUE(contains(message_of([&] { qke::check_output_target(path(longest + "n"), false); }),
                       "its name has 232 bytes; 231 are possible, as files beside it have longer names). "
                       "Choose a shorter name with -o."));
  const std::string message = message_of([&] { qke::check_output_target(std::string(300, 'n'), false); });
  EXPECT_EQ(message.substr(0, 68), "cannot write '" + start + "...' (its name");
  const fs::path deep = std::string(4096, '/') + "run.h5";
  EXPECT_TRUE(contains(message_of([&] { qke::check_output_target(deep, true); }), "its path has 4102 bytes"));
  EXPECT_TRUE(contains(message_of([&] { write(path(std::string(300, 'n')), false); }), "File name too long"));
  EXPECT_EQ(number_of_files(), 0);
}

TEST_F(RunFileTest, NamesOfFilesBesideAnOutputAreRefused) {
  for (const fs::path& name : {qke::lock_file_of("run.h5"), qke::unfinished_file_of("run.h5"),
                               fs::path(qke::temporary_file_of("run.h5")), fs::path("run.h5.tmp.17.2.check"),
                               fs::path(".run.h5.qke-lock.a1b2c3")}) {
    EXPECT_EQ(
        message_of([&] { qke::check_output_target(path(name), true); }),
        "cannot write '" + path(name).string() +
            "' (runs make and remove files of such names beside their outputs). Choose another name with "
            "-o.");
  }
  for (const char* name :
       {"part.h5", "run.parts", "run.rescued.h5", "qke-lock.h5", "tmp.17.h5", "run.tmp.h5"}) {
    EXPECT_EQ(message_of([&] { qke::check_output_target(path(name), true); }), "");
  }
  EXPECT_EQ(number_of_files(), 0);
}

// Root may write anywhere: then there is nothing to see.
TEST_F(RunFileTest, ADirectoryThatIsReadOnlyIsExplained) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write to a read-only directory";
  fs::permissions(directory_, fs::perms::owner_read | fs::perms::owner_exec);
  const std::string message = message_of([&] { qke::check_output_target(path("run.h5"), false); });
  fs::permissions(directory_, fs::perms::owner_all);
  EXPECT_TRUE(contains(message, "Permission denied"));
}

// While it lives no file can grow beyond `bytes`: the nearest thing to a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit{bytes, old_limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    ::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_limit_{};
  void (*old_handler_)(int);
};

TEST_F(RunFileTest, AFullDiskLeavesTheOldFileAndNothingElse) {
  put(path("run.h5"), "old");
  std::string message;
  {
    const FileSizeLimit limit(1000);  // part of the file fits: the write is cut short, then refused
    message = message_of([&] { write(path("run.h5"), true); });
  }
  EXPECT_EQ(message, "cannot write '" + path("run.h5").string() +
                         "' (writing: File too large). Free some space, or choose another place with -o.");
  EXPECT_EQ(content_of(path("run.h5")), "old");
  EXPECT_EQ(number_of_files(), 1);
}

TEST_F(RunFileTest, AFullDiskIsFoundBeforeTheRun) {
  std::string message;
  {
    const FileSizeLimit limit(0);
    message = message_of([&] { qke::check_output_target(path("run.h5"), false); });
  }
  EXPECT_TRUE(contains(message, "File too large"));
  EXPECT_EQ(number_of_files(), 0);
}

TEST(Hdf5Version, IsThatOfTheLibrary) {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  EXPECT_EQ(qke::hdf5_version(),
            std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release));
}

}  // namespace

// A run file read back: everything returns as it was, and nothing else than a whole run
// file is taken.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "output/hdf5_file.hpp"
#include "output/run_file.hpp"
#include "output/seal.hpp"
#include "qke/error.hpp"
#include "support/unfinished_run.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

Bytes as_bytes(const std::string& text) {
  Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

std::string failure_of(const Bytes& bytes) {
  try {
    parse_run_file(bytes, "run.h5");
  } catch (const InputOutputError& error) {
    return error.what();
  }
  return "";
}

class ReadRunFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/qke-read-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  Bytes written(const UnfinishedRun& run, const std::string& name = "run.h5") const {
    Provenance provenance;
    provenance.git_commit = "0123";
    provenance.instruction_set = "avx2";
    provenance.configuration_toml = "[run]\n";
    provenance.created_utc = "today", provenance.command_line = "again",
    provenance.earlier_history = "before";
    write_unfinished_run_file(directory_ / name, run, provenance, true);
    return bytes_of(name);
  }
  Bytes bytes_of(const std::string& name) const {
    std::ifstream stream(directory_ / name, std::ios::binary);
    return as_bytes({std::istreambuf_iterator<char>(stream), {}});
  }

  fs::path directory_;
};

// What is read and written again gives the same bytes: every number of the file came back.
TEST_F(ReadRunFile, EverythingReturns) {
  const UnfinishedRun run = independent::example_unfinished_run();
  const Bytes bytes = written(run);
  const StoredRun stored = parse_run_file(bytes, "run.h5");
  EXPECT_EQ(stored.git_commit, "0123");
  EXPECT_EQ(stored.instruction_set, "avx2");
  EXPECT_EQ(stored.configuration_toml, "[run]\n");
  EXPECT_EQ(stored.history, "before\ntoday: again");
  ASSERT_TRUE(stored.checkpoint);
  EXPECT_EQ(stored.checkpoint->integrator.u, run.checkpoint.integrator.u);
  EXPECT_EQ(stored.checkpoint->integrator.counters.newton_failures,
            run.checkpoint.integrator.counters.newton_failures);
  EXPECT_EQ(stored.record.summary.warnings, run.record.summary.warnings);
  const UnfinishedRun again{stored.record, *stored.checkpoint};
  EXPECT_EQ(written(again, "again.h5"), bytes);
}

TEST_F(ReadRunFile, DipolesReturn) {
  UnfinishedRun run = independent::example_unfinished_run();
  const Bytes without = written(run);
  EXPECT_TRUE(parse_run_file(without, "run.h5").record.spectra[0].dipole.empty());
  double next = 100.0;
  for (SpectraSnapshot& slice : run.record.spectra) {
    for (auto* field : {&slice.dipole, &slice.dipolebar}) {
      for (std::size_t node = 0; node < run.record.y.size(); ++node) {
        Matrix3 matrix;
        for (std::complex<double>& element : matrix.reshaped()) {
          next += 0.125;
          element = {next, -next};
        }
        field->push_back(matrix);
      }
    }
  }
  const Bytes bytes = written(run);
  const StoredRun stored = parse_run_file(bytes, "run.h5");
  EXPECT_EQ(stored.record.spectra[1].dipole[1], run.record.spectra[1].dipole[1]);
  EXPECT_EQ(stored.record.spectra[1].dipolebar[0], run.record.spectra[1].dipolebar[0]);
  EXPECT_EQ(written({stored.record, *stored.checkpoint}, "again.h5"), bytes);
}

TEST_F(ReadRunFile, StabilityReturns) {
  UnfinishedRun run = independent::example_unfinished_run();
  EXPECT_TRUE(parse_run_file(written(run), "run.h5").record.stability.empty());
  for (const double first : {1.0, 2.0}) {
    run.record.stability.push_back({first,
                                    {first + 0.1, first + 0.2},
                                    {first + 0.3, first + 0.4},
                                    {3.0, 4.0},
                                    first + 0.5,
                                    first + 0.6,
                                    first + 0.7,
                                    0.01 * first});
  }
  run.record.summary.stability = {8.5, 0.25, 1.25e6};
  const Bytes bytes = written(run);
  const StoredRun stored = parse_run_file(bytes, "run.h5");
  ASSERT_EQ(stored.record.stability.size(), 2u);
  EXPECT_EQ(stored.record.stability[1].growth, MultipoleVector(2.1, 2.2));
  EXPECT_EQ(stored.record.stability[1].frequency, MultipoleVector(2.3, 2.4));
  EXPECT_EQ(stored.record.stability[1].turning, 2.6);
  EXPECT_EQ(stored.record.stability[1].turning_in_frame, 2.7);
  EXPECT_EQ(stored.record.stability[1].nutation, 0.02);
  EXPECT_TRUE(stored.record.k_over_hubble.empty());
  ASSERT_TRUE(stored.record.summary.stability);
  EXPECT_EQ(stored.record.summary.stability->unstable_to_MeV, 0.25);
  EXPECT_EQ(written({stored.record, *stored.checkpoint}, "again.h5"), bytes);
}

TEST_F(ReadRunFile, StabilityOfWavesReturns) {
  UnfinishedRun run = independent::example_unfinished_run();
  run.record.k_over_hubble = {10.0, 100.0, 1000.0};
  for (const double x : {1.0, 2.0}) {
    StabilityPoint& point = run.record.stability.emplace_back();
    point.x = x;
    for (const double k : run.record.k_over_hubble) {
      point.growth_k.emplace_back(x + k, x + 2.0 * k);
      point.frequency_k.emplace_back(x - k, x - 2.0 * k);
      point.count_k.emplace_back(k, 2.0 * k);
    }
  }
  run.record.summary.stability = {8.5, 0.25, 1.25e6};
  const Bytes bytes = written(run);
  const StoredRun stored = parse_run_file(bytes, "run.h5");
  EXPECT_EQ(stored.record.k_over_hubble, run.record.k_over_hubble);
  ASSERT_EQ(stored.record.stability.size(), 2u);
  EXPECT_EQ(stored.record.stability[1].growth_k[2], WaveVector(1002.0, 2002.0));
  EXPECT_EQ(stored.record.stability[0].frequency_k[1], WaveVector(-99.0, -199.0));
  EXPECT_EQ(stored.record.stability[1].count_k[0], WaveVector(10.0, 20.0));
  EXPECT_EQ(written({stored.record, *stored.checkpoint}, "again.h5"), bytes);
}

TEST_F(ReadRunFile, CompanionsReturn) {
  const UnfinishedRun run = independent::example_unfinished_run();
  Companions companions;
  companions.finished.emplace("one", run.record);
  companions.finished.emplace("two", run.record);
  companions.finished.at("two").summary.N_eff = 2.0;
  companions.unfinished.emplace("three", run);
  const Provenance provenance{"", "", "", "", "[run]\n", 1, ""};
  write_run_file(directory_ / "run.h5", run.record, provenance, false, companions);
  const StoredRun stored = read_run_file(directory_ / "run.h5");
  ASSERT_EQ(stored.companions.finished.size(), 2u);
  EXPECT_EQ(stored.companions.finished.at("two").summary.N_eff, 2.0);
  ASSERT_TRUE(stored.companions.unfinished);
  EXPECT_EQ(stored.companions.unfinished->first, "three");
  EXPECT_EQ(stored.companions.unfinished->second.checkpoint.integrator.u, run.checkpoint.integrator.u);
  write_run_file(directory_ / "again.h5", stored.record, provenance, false, stored.companions);
  EXPECT_EQ(bytes_of("run.h5"), bytes_of("again.h5"));
}

TEST_F(ReadRunFile, AnyChangeIsNoticed) {
  const Bytes good = written(independent::example_unfinished_run());
  const auto expect_refused = [](const Bytes& bytes) {
    EXPECT_NE(failure_of(bytes).find("'run.h5' is not a whole run file"), std::string::npos);
  };
  for (std::size_t place = 0; place < good.size(); place += 97) {
    Bytes bad = good;
    bad[place] ^= std::byte{16};
    expect_refused(bad);
    expect_refused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(place)));
  }
  Bytes swapped = good;
  std::swap_ranges(swapped.begin() + 1000, swapped.begin() + 2000, swapped.begin() + 4000);
  expect_refused(swapped);
  Bytes longer = good;
  longer.push_back(std::byte{0});
  expect_refused(longer);
  expect_refused({});
}

TEST_F(ReadRunFile, OtherFilesWithASealAreRefused) {
  EXPECT_NE(failure_of(sealed(as_bytes("no HDF5"))).find("'run.h5': cannot read the file"),
            std::string::npos);
  const Hdf5File empty;
  EXPECT_NE(failure_of(sealed(empty.bytes())).find("cannot read the attribute 'kind'"), std::string::npos);
  const Hdf5File foreign;
  foreign.root().write_attribute("kind", "shopping list");
  EXPECT_NE(failure_of(sealed(foreign.bytes())).find("it is another program's"), std::string::npos);
  const Hdf5File older;
  older.root().write_attribute("kind", "qke-decouple run");
  older.root().write_attribute("schema_version", 2);
  for (const char* name : {"program_version", "git_commit", "config", "history"}) {
    older.root().write_attribute(name, "");
  }
  EXPECT_NE(failure_of(sealed(older.bytes())).find("cannot read the attribute 'instruction_set'"),
            std::string::npos);
  const Hdf5File newer;
  newer.root().write_attribute("kind", "qke-decouple run");
  newer.root().write_attribute("schema_version", 99);
  EXPECT_NE(failure_of(sealed(newer.bytes())).find("schema_version is 99"), std::string::npos);
}

TEST_F(ReadRunFile, OneTypeIsNotTakenForAnother) {
  Hdf5File file;
  const Hdf5Group& root = file.root();
  root.write_attribute("text", "text"), root.write_attribute("number", 1);
  root.write_scalar("real", 1.5, {}), root.write_scalar("integer", std::int64_t{7}, {}),
      root.write_scalar("words", std::string("words"), {});
  root.write_dimension("three", std::vector<double>{1, 2, 3}, {});
  const Hdf5File copy(file.bytes());
  const Hdf5Group& read = copy.root();
  EXPECT_EQ(read.read_text_attribute("text"), "text");
  EXPECT_EQ(read.read_integer_attribute("number"), 1);
  EXPECT_EQ(read.read_real("real"), 1.5);
  EXPECT_EQ(read.read_integer("integer"), 7);
  EXPECT_EQ(read.read_text("words"), "words");
  EXPECT_TRUE(read.has("three"));
  EXPECT_FALSE(read.has("four"));
  std::vector<std::int64_t> any{-1}, two{2}, rank_2{-1, -1};
  EXPECT_EQ(read.read_array("three", any), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(any, std::vector<std::int64_t>{3});
  EXPECT_THROW(read.read_array("three", two), InputOutputError);
  EXPECT_THROW(read.read_array("three", rank_2), InputOutputError);
  EXPECT_THROW(read.read_array("integer", any), InputOutputError);
  EXPECT_THROW(read.read_real("integer"), InputOutputError);
  EXPECT_THROW(read.read_real("three"), InputOutputError);
  EXPECT_THROW(read.read_integer("real"), InputOutputError);
  EXPECT_THROW(read.read_text("real"), InputOutputError);
  EXPECT_THROW(read.read_text_attribute("number"), InputOutputError);
  EXPECT_THROW(read.read_integer_attribute("text"), InputOutputError);
  EXPECT_THROW(read.open_group("nowhere"), InputOutputError);
  EXPECT_THROW(read.read_real("nowhere"), InputOutputError);
}

TEST_F(ReadRunFile, WhatIsNoFileIsRefused) {
  EXPECT_THROW(read_run_file(directory_ / "missing.h5"), InputOutputError);
  EXPECT_THROW(read_run_file(directory_), InputOutputError);
  EXPECT_THROW(read_run_file("/dev/zero"), InputOutputError);
  std::ofstream(directory_ / "large.h5").close();
  fs::resize_file(directory_ / "large.h5", (std::uintmax_t{1} << 30) + 1);  // a hole
  EXPECT_THROW(read_run_file(directory_ / "large.h5"), InputOutputError);
}

}  // namespace
}  // namespace qke

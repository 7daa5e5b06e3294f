// Any bytes as the file given to --resume, and whole files of the right kind whose
// datasets are missing, of another type, another size or any value. They are read or
// refused.
//
// The first byte chooses: bytes as they are, or decisions for the datasets of a file that
// is then sealed. HDF5 itself never sees what has no seal.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "output/hdf5_file.hpp"
#include "output/run_file.hpp"
#include "output/run_layout.hpp"
#include "output/seal.hpp"
#include "qke/error.hpp"

namespace {

using namespace qke;

class Decisions {
 public:
  explicit Decisions(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  unsigned next() {
    if (bytes_.empty()) return 255;
    const unsigned value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  double number() {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | next();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

// Writes most datasets as they should be.
class Writer {
 public:
  Writer(const Hdf5Group& group, Decisions& decisions) : group_(group), decisions_(decisions) {}

  void real(const std::string& name) {
    if (!spoiled(name)) group_.write_scalar(name, decisions_.number(), {});
  }
  void integer(const std::string& name) {
    const auto value = static_cast<std::int64_t>(decisions_.next()) - 2;
    if (!spoiled(name)) group_.write_scalar(name, value << (decisions_.next() % 60), {});
  }
  void text(const std::string& name) {
    if (!spoiled(name)) group_.write_scalar(name, std::string(decisions_.next() % 8, '\n'), {});
  }
  void array(const std::string& name, std::vector<unsigned> shape) {
    if (spoiled(name)) return;
    if (decisions_.next() < 8 && !shape.empty()) shape[decisions_.next() % shape.size()] += 1;
    if (decisions_.next() < 8) shape.push_back(2);
    std::vector<std::string> dimensions;
    std::size_t size = 1;
    for (const unsigned length : shape) {
      dimensions.push_back("length " + std::to_string(length));
      if (!group_.has(dimensions.back()))
        group_.write_dimension(dimensions.back(), std::vector<double>(length), {});
      size *= length;
    }
    std::vector<double> values(size, 0.5);
    if (!values.empty()) values[decisions_.next() % size] = decisions_.number();
    group_.write_array(name, dimensions, values, {});
  }

 private:
  bool spoiled(const std::string& name) {
    const unsigned decision = decisions_.next();
    if (decision == 1) group_.write_scalar(name, std::int64_t{1}, {});
    if (decision == 2) group_.write_scalar(name, std::string("text"), {});
    if (decision == 3) group_.write_scalar(name, 1.0, {});
    if (decision == 4) group_.create_group(name);
    return decision < 5;
  }

  const Hdf5Group& group_;
  Decisions& decisions_;
};

// A dataset of each row, whatever its type.
class RowWriter {
 public:
  RowWriter(Writer& write, unsigned x = 0, unsigned y = 0) : write_(write), x_(x), y_(y) {}

  template <class Row>
  void operator()(const Row&, layout::Labels) {}
  template <class Row, class Struct, class Value>
  void operator()(const Row& row, Value Struct::*) {
    std::vector<unsigned> shape;
    for (const std::string& dimension : row.dimension_names()) shape.push_back(length(dimension));
    if (!shape.empty()) return write_.array(row.name, shape);
    if (std::is_integral_v<Value> || std::is_enum_v<Value>) return write_.integer(row.name);
    std::is_same_v<Value, double> ? write_.real(row.name) : write_.text(row.name);
  }

 private:
  unsigned length(const std::string& dimension) const {
    if (dimension == "x") return x_;
    if (dimension == "y") return y_;
    return static_cast<unsigned>(layout::labels(dimension, active_flavours).size());
  }

  Writer& write_;
  unsigned x_, y_;
};

void write_checkpoint(const Hdf5Group& group, Decisions& decisions) {
  using namespace qke::layout;
  Writer write(group, decisions);
  RowWriter row(write);
  row(phase_row, &Checkpoint::phase);
  for_each_row(checkpoint_rows, row);
  for_each_row(integrator_rows, row);
  for_each_row(counter_rows, row);
  for_each_row(passive_rows, row);
  for_each_row(residual_rows, row);
  write.array(state_row.name, {decisions.next() % 5});
}

std::vector<std::byte> file_of(Decisions decisions) {
  using namespace qke::layout;
  const Hdf5File file;
  const Hdf5Group& root = file.root();
  for (const char* name : {"program_version", "git_commit", "config", "history"}) {
    if (decisions.next() > 2) root.write_attribute(name, std::string("text"));
  }
  root.write_attribute("kind", std::string(file_kind));
  root.write_attribute("schema_version", schema_version);
  const unsigned rows = decisions.next() % 3, slices = decisions.next() % 3, nodes = decisions.next() % 3;
  const auto write_group = [&](const char* name, const auto& table, unsigned length) {
    const Hdf5Group group = root.create_group(name);
    Writer write(group, decisions);
    for_each_row(table, RowWriter(write, length, nodes));
  };
  write_group("summary", summary_rows, 0);
  write_group("history", history_rows, rows);
  write_group("spectra", spectra_rows, slices);
  {
    const Hdf5Group group = root.create_group("statistics");
    Writer write(group, decisions);
    for_each_row(counter_rows, RowWriter(write));
    for_each_row(residual_rows, RowWriter(write));
    for (const char* name : error_parts) write.real(name);
    for_each_row(statistics_rows, RowWriter(write));
  }
  if (decisions.next() > 9) write_checkpoint(root.create_group("checkpoint"), decisions);
  return sealed(file.bytes());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest(data + 1, size - 1);
  try {
    if (data[0] % 8 == 0) {
      parse_run_file(std::as_bytes(rest), "fuzz.h5");
    } else {
      parse_run_file(file_of(Decisions(rest)), "fuzz.h5");
    }
  } catch (const InputOutputError&) {
  }
  return 0;
}

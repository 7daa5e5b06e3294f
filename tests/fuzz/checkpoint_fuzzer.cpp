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
  {
    const Hdf5Group group = root.create_group("summary");
    Writer write(group, decisions);
    for (const char* name : {"status", "scheme", "warnings"}) write.text(name);
    for (const auto& field : summary_numbers) write.real(field.name);
    for (const auto& field : summary_flavour_numbers) write.array(field.name, {3});
    write.integer(summary_nodes.name);
    for (const auto& field : summary_counts) write.integer(field.name);
  }
  {
    const Hdf5Group group = root.create_group("history");
    Writer write(group, decisions);
    write.array("x", {rows});
    for (const auto& field : history_numbers) write.array(field.name, {rows});
    for (const auto& field : history_flavour_numbers) write.array(field.name, {rows, 3});
    for (const auto& field : history_mass_numbers) write.array(field.name, {rows, 3});
    for (const auto& field : history_pair_numbers) write.array(field.name, {rows, 3});
  }
  {
    const Hdf5Group group = root.create_group("spectra");
    Writer write(group, decisions);
    write.array("x", {slices});
    write.array("y", {nodes});
    for (const auto& field : spectra_matrices) write.array(field.name, {slices, nodes, 3, 3, 2});
    for (const auto& field : spectra_occupations) write.array(field.name, {slices, nodes, 3});
  }
  {
    const Hdf5Group group = root.create_group("statistics");
    Writer write(group, decisions);
    for (const auto& field : integrator_counts) write.integer(field.name);
    for (const auto& field : residual_numbers) write.real(field.name);
    for (const char* name : error_parts) write.real(name);
    write.real("averaged_below_MeV");
  }
  if (decisions.next() > 9) {
    const Hdf5Group group = root.create_group("checkpoint");
    Writer write(group, decisions);
    write.integer("phase");
    for (const auto& field : checkpoint_numbers) write.real(field.name);
    for (const auto& field : integrator_numbers) write.real(field.name);
    for (const auto& field : integrator_counts) write.integer(field.name);
    for (const auto& field : passive_numbers) write.real(field.name);
    for (const auto& field : residual_numbers) write.real(field.name);
    write.array("state", {decisions.next() % 5});
  }
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

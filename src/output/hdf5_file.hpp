// The part of HDF5 that the output needs, as objects that release what they hold.
//
// Reading takes nothing on trust: a missing dataset, another type or shape, and a size that the file cannot
// have are InputOutputErrors.
//
// A file is built in memory and handed over as bytes (see atomic_file.hpp for the disk). A full disk then
// never meets HDF5, whose files cannot be closed cleanly after a failed write, and no file locks are taken.
// What is written is also valid netCDF-4: creation order is tracked and dimensions are dimension scales.
// Time stamps are off and types are fixed, so the same data give the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace qke {

// Owns one HDF5 identifier (hid_t).
class Hdf5Handle {
 public:
  using Closer = int (*)(std::int64_t);

  // Throws InputOutputError "cannot <action> (...)" if HDF5 did not give a valid identifier.
  Hdf5Handle(std::int64_t id, Closer close, const std::string& action);
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(const Hdf5Handle&) = delete;
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle();

  std::int64_t id() const noexcept { return id_; }

 private:
  std::int64_t id_;
  Closer close_;
};

// The two attributes that every dataset carries.
struct Description {
  std::string units;  // in UDUNITS notation; "1" if dimensionless
  std::string long_name;
};

class Hdf5Group {
 public:
  Hdf5Group create_group(const std::string& name) const;

  void write_attribute(const std::string& name, const std::string& value) const;
  void write_attribute(const std::string& name, std::int64_t value) const;

  void write_scalar(const std::string& name, double value, const Description&) const;
  void write_scalar(const std::string& name, std::int64_t value, const Description&) const;
  void write_scalar(const std::string& name, const std::string& value, const Description&) const;

  // A dimension of this group, with its coordinate values.
  void write_dimension(const std::string& name, const std::vector<double>& values, const Description&) const;
  void write_dimension(const std::string& name, const std::vector<std::string>& labels,
                       const Description&) const;

  // An array over dimensions of this group, already written; the last one runs fastest.
  void write_array(const std::string& name, const std::vector<std::string>& dimensions,
                   const std::vector<double>& values, const Description&) const;

  Hdf5Group open_group(const std::string& name) const;
  bool has(const std::string& name) const;

  std::string read_text_attribute(const std::string& name) const;
  std::int64_t read_integer_attribute(const std::string& name) const;
  double read_real(const std::string& name) const;
  std::int64_t read_integer(const std::string& name) const;
  std::string read_text(const std::string& name) const;
  // Reals of the shape; in it, -1 stands for any length, and is replaced by the one found.
  std::vector<double> read_array(const std::string& name, std::vector<std::int64_t>& shape) const;

 private:
  friend class Hdf5File;
  explicit Hdf5Group(Hdf5Handle handle) : handle_(std::move(handle)) {}

  Hdf5Handle handle_;
};

// A file in memory.
class Hdf5File {
 public:
  Hdf5File();  // new
  // What once was the bytes() of another; they are copied.
  explicit Hdf5File(std::span<const std::byte> bytes);

  const Hdf5Group& root() const noexcept { return root_; }

  // The file as it would stand on disk, with all that was written so far.
  std::vector<std::byte> bytes() const;

  static std::string library_version();

 private:
  Hdf5Handle file_;
  Hdf5Group root_;
};

}  // namespace qke

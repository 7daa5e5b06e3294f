// The text of a configuration file.
#include <cstddef>
#include <fstream>
#include <string>

#include "config/configuration.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

[[noreturn]] void fail(const std::string& file, const std::string& problem) {
  throw ConfigurationError(file + ": " + problem);
}

constexpr std::size_t largest_file = 1 << 20;  // bytes; a configuration has a few hundred

// HDF5's first bytes: such a file is an output, or of another program.
constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

std::string file_text(const std::filesystem::path& file) {
  const std::string name = file.string();
  std::error_code status;
  if (!std::filesystem::exists(file, status)) {
    fail(name, "configuration file not found (no such file). Check the name.");
  }
  if (std::filesystem::is_directory(file, status)) {
    fail(name, "is a directory (a configuration is a file). Name a file in it.");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(largest_file + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (!stream.eof() && stream.gcount() == 0)) {
    fail(name, "the file cannot be read (no permission, or a failing device). Check its permissions.");
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.compare(0, hdf5_signature.size(), hdf5_signature) == 0) {
    fail(name,
         "is HDF5, such as a run file (the configuration is TOML). Name the configuration first and the run "
         "file after -o; the file's attribute config holds the configuration of its run.");
  }
  if (text.size() > largest_file)
    fail(name, "the file is larger than 1 MB (no configuration is). Check the name.");
  return text;
}

}  // namespace

Parameters read_configuration(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  return parse_configuration(file_text(file), file.string(), overrides);
}

}  // namespace qke

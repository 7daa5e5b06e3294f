#include "output/side_files.hpp"

#include <unistd.h>

#include <regex>

namespace qke {

namespace fs = std::filesystem;

fs::path lock_file_of(const fs::path& target) {
  return target.parent_path() / ("." + target.filename().string() + ".qke-lock");
}

fs::path unfinished_file_of(const fs::path& target) { return target.string() + ".part"; }

std::string temporary_file_of(const fs::path& target) {
  return target.string() + ".tmp." + std::to_string(::getpid());
}

bool has_name_of_side_file(const fs::path& target) {
  static const std::regex side_file(R"(\..+\.qke-lock(\..{6})?|.+\.part|.+\.tmp\.\d+(\.\d+)?(\.check)?)");
  const std::string name = target.filename().string();
  constexpr std::size_t longest_name = 255;  // of common file systems
  return name.size() <= longest_name && std::regex_match(name, side_file);
}

}  // namespace qke

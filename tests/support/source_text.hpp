// Files of the source tree as text, for tests that compare them with the program.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace qke::independent {

inline std::string text_of(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(QKE_SOURCE_DIR "/" + name).rdbuf();
  return text.str();
}

}  // namespace qke::independent

// Any bytes as a configuration: it is read or refused, and what was read is written and
// read as the same. The text of the file, and after each zero byte an override.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "qke/error.hpp"

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

void require(bool condition, const std::string& what) {
  if (condition) return;
  std::cerr << "found: " << what << '\n';
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> parts = split({reinterpret_cast<const char*>(data), size}, '\0');
  const std::string text = parts.front();
  parts.erase(parts.begin());
  try {
    const std::string once = qke::to_toml(qke::parse_configuration(text, "file", parts));
    const std::string twice = qke::to_toml(qke::parse_configuration(once, "printed", {}));
    require(once == twice, "a printed configuration that is not read as the same");
  } catch (const qke::ConfigurationError& error) {
    const std::string message = error.what();
    const bool ends_a_sentence = message.ends_with('.') || message.ends_with('?');
    require(ends_a_sentence && message.find("). ") != std::string::npos,
            "a message without a remedy: " + message);
    require(message.rfind("printed", 0) != 0, "a printed configuration that is refused: " + message);
  }
  return 0;
}
